using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Autoscaling;

/// <summary>The rules for the metrics that an autoscaler goes by.</summary>
internal static class MetricRules
{
    private const string Populate = "must populate information for the given metric source";
    private static readonly string[] Types = ["ContainerResource", "External", "Object", "Pods", "Resource"];

    /// <summary>All metrics; with pods that can be none, one that there is without pods is needed.</summary>
    /// <param name="old">Null for a new autoscaler; what was wrong with the versions of its objects may stay so.</param>
    public static void Validate(IList<V2MetricSpec>? metrics, IList<V2MetricSpec>? old, bool scalesToZero, FieldPath path, FieldErrors errors)
    {
        var checksVersions = old?.Any(static metric => AutoscalerRules.VersionFault(metric.ObjectProperty?.DescribedObject) is not null) != true;
        for (var index = 0; index < (metrics?.Count ?? 0); index++) { Metric(metrics![index], checksVersions, path.Index(index), errors); }
        if (scalesToZero && metrics?.Any(static metric => metric.Type is "Object" or "External") != true)
        {
            errors.Forbidden(path, "must specify at least one Object or External metric to support scaling to zero replicas");
        }
    }

    private static void Metric(V2MetricSpec metric, bool checksVersions, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(metric.Type)) { errors.Required(path.Child("type"), "must specify a metric source type"); }
        var isKnown = Types.Contains(metric.Type);
        if (!isKnown) { errors.NotSupported(path.Child("type"), metric.Type ?? string.Empty, Types); }

        // Only the first source that is there is looked at.
        var present = new List<string>();
        if (Is(metric.ObjectProperty, "object")) { Object(metric.ObjectProperty, checksVersions, path.Child("object"), errors); }
        if (Is(metric.External, "external")) { External(metric.External, path.Child("external"), errors); }
        if (Is(metric.Pods, "pods")) { Pods(metric.Pods, path.Child("pods"), errors); }
        if (Is(metric.Resource, "resource")) { Resource(metric.Resource.Name, metric.Resource.Target, path.Child("resource"), errors); }
        if (Is(metric.ContainerResource, "containerResource")) { Container(metric.ContainerResource, path.Child("containerResource"), errors); }
        var (source, field) = metric.Type switch
        {
            "Object" => ((object?)metric.ObjectProperty, "object"),
            "Pods" => (metric.Pods, "pods"),
            "Resource" => (metric.Resource, "resource"),
            "External" => (metric.External, "external"),
            "ContainerResource" => (metric.ContainerResource, "containerResource"),
            _ => (null, string.Empty),
        };
        if (!isKnown) { errors.NotSupported(path.Child("type"), metric.Type ?? string.Empty, Types); }
        else if (source is null) { errors.Required(path.Child(field), Populate); }
        if (present.Count == 1) { return; }
        foreach (var other in present)
        {
            if (other != field) { errors.Forbidden(path.Child(other), "must populate the given metric source only"); }
        }

        bool Is(object? value, string name)
        {
            if (value is null) { return false; }
            present.Add(name);
            return present.Count == 1;
        }
    }

    private static void Object(V2ObjectMetricSource source, bool checksVersions, FieldPath path, FieldErrors errors)
    {
        AutoscalerRules.Reference(source.DescribedObject, path.Child("describedObject"), errors);
        if (checksVersions) { AutoscalerRules.Version(source.DescribedObject, AutoscalerRules.VersionFault(source.DescribedObject), path.Child("describedObject"), errors); }
        Identifier(source.Metric, path.Child("metric"), errors);
        Target(source.Target, path.Child("target"), errors);
        if (source.Target?.Value is null && source.Target?.AverageValue is null) { errors.Required(path.Child("target").Child("averageValue"), "must set either a target value or averageValue"); }
    }

    private static void External(V2ExternalMetricSource source, FieldPath path, FieldErrors errors)
    {
        Identifier(source.Metric, path.Child("metric"), errors);
        Target(source.Target, path.Child("target"), errors);
        if (source.Target?.Value is null && source.Target?.AverageValue is null) { errors.Required(path.Child("target").Child("averageValue"), "must set either a target value for metric or a per-pod target"); }
        if (source.Target?.Value is not null && source.Target.AverageValue is not null) { errors.Forbidden(path.Child("target").Child("value"), "may not set both a target value for metric and a per-pod target"); }
    }

    private static void Pods(V2PodsMetricSource source, FieldPath path, FieldErrors errors)
    {
        Identifier(source.Metric, path.Child("metric"), errors);
        Target(source.Target, path.Child("target"), errors);
        if (source.Target?.AverageValue is null) { errors.Required(path.Child("target").Child("averageValue"), "must specify a positive target averageValue"); }
    }

    private static void Container(V2ContainerResourceMetricSource source, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(source.Name)) { errors.Required(path.Child("name"), "must specify a resource name"); }
        else { ResourceRules.ContainerResource(source.Name, path.Child("name"), errors); }
        if (string.IsNullOrEmpty(source.Container)) { errors.Required(path.Child("container"), "must specify a container"); }
        else { NameRules.DnsLabel(source.Container, false, path.Child("container"), errors); }
        Amounts(source.Target, path.Child("target"), errors);
    }

    private static void Resource(string? name, V2MetricTarget? target, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name)) { errors.Required(path.Child("name"), "must specify a resource name"); }
        else { ResourceRules.ContainerResource(name, path.Child("name"), errors); }
        Amounts(target, path.Child("target"), errors);
    }

    private static void Amounts(V2MetricTarget? target, FieldPath path, FieldErrors errors)
    {
        Target(target, path, errors);
        if (target?.AverageUtilization is null && target?.AverageValue is null) { errors.Required(path.Child("averageUtilization"), "must set either a target raw value or a target utilization"); }
        if (target?.AverageUtilization is not null && target.AverageValue is not null) { errors.Forbidden(path.Child("averageValue"), "may not set both a target raw value and a target utilization"); }
    }

    private static void Identifier(V2MetricIdentifier? metric, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(metric?.Name)) { errors.Required(path.Child("name"), "must specify a metric name"); }
        else { NameRules.PathSegment(metric.Name, false, path.Child("name"), errors); }
    }

    private static void Target(V2MetricTarget? target, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(target?.Type)) { errors.Required(path.Child("type"), "must specify a metric target type"); }
        if (target?.Type is not ("Utilization" or "Value" or "AverageValue")) { errors.Invalid(path.Child("type"), target?.Type ?? string.Empty, "must be either Utilization, Value, or AverageValue"); }
        if (target?.Value is { } value && value.ToDecimal() <= 0) { errors.Invalid(path.Child("value"), value, "must be positive"); }
        if (target?.AverageValue is { } average && average.ToDecimal() <= 0) { errors.Invalid(path.Child("averageValue"), average, "must be positive"); }
        if (target?.AverageUtilization < 1) { errors.Invalid(path.Child("averageUtilization"), target.AverageUtilization, NumberRules.PositiveText); }
    }
}
