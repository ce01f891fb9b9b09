using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Events;

/// <summary>core/v1 Event; the form that is stored.</summary>
internal sealed class EventDeclaration() : ResourceDeclaration<Corev1Event>("events", ResourceScope.Namespaced)
{
    /// <summary>How long an event is kept after its last write.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    public override IReadOnlyList<string> ShortNames { get; } = ["ev"];

    public override bool AllowsCreateOnUpdate => true;

    public override string DefaultPropagation => NoPropagation;

    public override TimeSpan? TimeToLive => Life;

    public override bool BeginsWithName => false;

    public override IReadOnlyList<PrinterColumn> Columns { get; } = EventColumns.Over(static item => (Corev1Event)item);

    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } = Fields("involvedObject", "reportingComponent", static item => (Corev1Event)item);

    /// <summary>The fields that selectors may name, with the involved object and the reporter called as the version calls them.</summary>
    public static Dictionary<string, Func<object, string>> Fields(string involved, string reporter, Func<object, Corev1Event> read) => new()
    {
        [$"{involved}.kind"] = item => read(item).InvolvedObject?.Kind ?? string.Empty,
        [$"{involved}.namespace"] = item => read(item).InvolvedObject?.NamespaceProperty ?? string.Empty,
        [$"{involved}.name"] = item => read(item).InvolvedObject?.Name ?? string.Empty,
        [$"{involved}.uid"] = item => read(item).InvolvedObject?.Uid ?? string.Empty,
        [$"{involved}.apiVersion"] = item => read(item).InvolvedObject?.ApiVersion ?? string.Empty,
        [$"{involved}.resourceVersion"] = item => read(item).InvolvedObject?.ResourceVersion ?? string.Empty,
        [$"{involved}.fieldPath"] = item => read(item).InvolvedObject?.FieldPath ?? string.Empty,
        ["reason"] = item => read(item).Reason ?? string.Empty,
        [reporter] = item => read(item).ReportingComponent ?? string.Empty,
        ["source"] = item => SourceOf(read(item)),
        ["type"] = item => read(item).Type ?? string.Empty,
    };

    protected override void Validate(Corev1Event value, FieldErrors errors) => EventRules.Legacy(value, "reportingComponent", errors);

    private static string SourceOf(Corev1Event value)
        => !string.IsNullOrEmpty(value.Source?.Component) ? value.Source.Component : value.ReportingComponent ?? string.Empty;
}
