using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Events;

/// <summary>events.k8s.io/v1 Event: another view of the stored core/v1 events.</summary>
internal sealed class EventsGroupEventDeclaration() : ResourceDeclaration<Eventsv1Event>("events", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["ev"];

    public override bool AllowsCreateOnUpdate => true;

    public override string DefaultPropagation => NoPropagation;

    public override TimeSpan? TimeToLive => EventDeclaration.Life;

    public override Type? StoredAs => typeof(EventDeclaration);

    public override bool BeginsWithName => false;

    public override IReadOnlyList<PrinterColumn> Columns { get; } = EventColumns.Over(static item => ToCore((Eventsv1Event)item));

    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } =
        EventDeclaration.Fields("regarding", "reportingController", static item => ToCore((Eventsv1Event)item));

    public override IKubernetesObject<V1ObjectMeta> ToStored(IKubernetesObject<V1ObjectMeta> value) => ToCore((Eventsv1Event)value);

    public override IKubernetesObject<V1ObjectMeta> FromStored(IKubernetesObject<V1ObjectMeta> stored)
    {
        var core = (Corev1Event)stored;
        return new Eventsv1Event
        {
            ApiVersion = "events.k8s.io/v1",
            Kind = "Event",
            Metadata = core.Metadata,
            EventTime = core.EventTime,
            Series = core.Series is { } series ? new Eventsv1EventSeries { Count = series.Count ?? 0, LastObservedTime = series.LastObservedTime ?? default } : null,
            ReportingController = core.ReportingComponent,
            ReportingInstance = core.ReportingInstance,
            Action = core.Action,
            Reason = core.Reason,
            Regarding = core.InvolvedObject,
            Related = core.Related,
            Note = core.Message,
            Type = core.Type,
            DeprecatedSource = core.Source,
            DeprecatedFirstTimestamp = core.FirstTimestamp,
            DeprecatedLastTimestamp = core.LastTimestamp,
            DeprecatedCount = core.Count,
        };
    }

    protected override void Validate(Eventsv1Event value, FieldErrors errors)
    {
        var core = ToCore(value);
        EventRules.Legacy(core, "reportingController", errors);
        EventRules.Strict(core, errors);
    }

    protected override void ValidateUpdate(Eventsv1Event value, Eventsv1Event old, FieldErrors errors)
    {
        var core = ToCore(value);
        EventRules.Legacy(core, "reportingController", errors);
        EventRules.StrictUpdate(core, ToCore(old), errors);
    }

    private static Corev1Event ToCore(Eventsv1Event value) => new()
    {
        ApiVersion = "v1",
        Kind = "Event",
        Metadata = value.Metadata,
        EventTime = value.EventTime,
        Series = value.Series is { } series ? new Corev1EventSeries { Count = series.Count, LastObservedTime = series.LastObservedTime } : null,
        ReportingComponent = value.ReportingController,
        ReportingInstance = value.ReportingInstance,
        Action = value.Action,
        Reason = value.Reason,
        InvolvedObject = value.Regarding ?? new V1ObjectReference(),
        Related = value.Related,
        Message = value.Note,
        Type = value.Type,
        Source = value.DeprecatedSource,
        FirstTimestamp = value.DeprecatedFirstTimestamp,
        LastTimestamp = value.DeprecatedLastTimestamp,
        Count = value.DeprecatedCount,
    };
}
