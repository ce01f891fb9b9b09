using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Events;

/// <summary>The rules for events: lenient ones for core/v1, whose reporters are old, strict ones for events.k8s.io/v1.</summary>
internal static class EventRules
{
    /// <summary>What holds for events however they came.</summary>
    /// <param name="reporter">What the API's version calls the reporting controller.</param>
    public static void Legacy(Corev1Event value, string reporter, FieldErrors errors)
    {
        var space = value.Metadata.NamespaceProperty ?? string.Empty;
        var involved = value.InvolvedObject?.NamespaceProperty ?? string.Empty;
        if (value.EventTime is null)
        {
            if (involved.Length == 0 ? space is not ("" or "default") : space != involved) { Mismatch(involved, errors); }
        }
        else
        {
            if (involved.Length == 0 && space is not ("default" or "kube-system")) { Mismatch(involved, errors); }
            Reported(value, FieldPath.Of(reporter), errors);
        }

        if (!TextRules.IsSubdomain(space)) { NameRules.DnsSubdomain(space, false, FieldPath.Of("namespace"), errors); }
    }

    /// <summary>What a new events.k8s.io/v1 event must keep besides.</summary>
    public static void Strict(Corev1Event value, FieldErrors errors)
    {
        Series(value, errors);
        if (value.EventTime is null) { errors.Required(FieldPath.Of("eventTime")); }
        if (value.Type is not ("Normal" or "Warning")) { errors.Invalid(FieldPath.Of("type"), string.Empty, $"has invalid value: {value.Type}"); }
        if (value.FirstTimestamp is not null) { Unset("firstTimestamp", errors); }
        if (value.LastTimestamp is not null) { Unset("lastTimestamp", errors); }
        if (value.Count is not (null or 0)) { Unset("count", errors); }
        if (!string.IsNullOrEmpty(value.Source?.Component) || !string.IsNullOrEmpty(value.Source?.Host)) { Unset("source", errors); }
    }

    /// <summary>What an update through events.k8s.io/v1 may not change: everything but the series.</summary>
    public static void StrictUpdate(Corev1Event value, Corev1Event old, FieldErrors errors)
    {
        if (!ContentEquality.Same(value.Series, old.Series)) { Series(value, errors); }
        ImmutableRule.Check(value.InvolvedObject, old.InvolvedObject, FieldPath.Of("involvedObject"), errors);
        ImmutableRule.Check(value.Reason, old.Reason, FieldPath.Of("reason"), errors);
        ImmutableRule.Check(value.Message, old.Message, FieldPath.Of("message"), errors);
        ImmutableRule.Check(value.Source, old.Source, FieldPath.Of("source"), errors);
        ImmutableRule.Check(value.FirstTimestamp, old.FirstTimestamp, FieldPath.Of("firstTimestamp"), errors);
        ImmutableRule.Check(value.LastTimestamp, old.LastTimestamp, FieldPath.Of("lastTimestamp"), errors);
        ImmutableRule.Check(value.Count, old.Count, FieldPath.Of("count"), errors);
        ImmutableRule.Check(value.Type, old.Type, FieldPath.Of("type"), errors);
        ImmutableRule.Check(value.EventTime, old.EventTime, FieldPath.Of("eventTime"), errors);
        ImmutableRule.Check(value.Action, old.Action, FieldPath.Of("action"), errors);
        ImmutableRule.Check(value.Related, old.Related, FieldPath.Of("related"), errors);
        ImmutableRule.Check(value.ReportingComponent, old.ReportingComponent, FieldPath.Of("reportingController"), errors);
        ImmutableRule.Check(value.ReportingInstance, old.ReportingInstance, FieldPath.Of("reportingInstance"), errors);
    }

    private static void Reported(Corev1Event value, FieldPath reporter, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(value.ReportingComponent)) { errors.Required(reporter); }
        TextRules.QualifiedName(value.ReportingComponent ?? string.Empty, reporter, errors);
        Needed(value.ReportingInstance, "reportingInstance", errors);
        Needed(value.Action, "action", errors);
        Needed(value.Reason, "reason", errors);
        if (value.Message is not null && TextRules.ByteLength(value.Message) > 1024) { errors.Invalid(FieldPath.Of("message"), string.Empty, "can have at most 1024 characters"); }
    }

    private static void Needed(string? text, string field, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text)) { errors.Required(FieldPath.Of(field)); }
        else if (TextRules.ByteLength(text) > 128) { errors.Invalid(FieldPath.Of(field), string.Empty, "can have at most 128 characters"); }
    }

    private static void Series(Corev1Event value, FieldErrors errors)
    {
        if (value.Series is not { } series) { return; }
        if ((series.Count ?? 0) < 2) { errors.Invalid(FieldPath.Of("series.count"), string.Empty, "should be at least 2"); }
        if (series.LastObservedTime is null || series.LastObservedTime == default(DateTime)) { errors.Required(FieldPath.Of("series.lastObservedTime")); }
    }

    private static void Mismatch(string involved, FieldErrors errors)
        => errors.Invalid(FieldPath.Of("involvedObject").Child("namespace"), involved, "does not match event.namespace");

    private static void Unset(string field, FieldErrors errors) => errors.Invalid(FieldPath.Of(field), string.Empty, "needs to be unset");
}
