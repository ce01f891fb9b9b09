using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.NodeGroup;

/// <summary>node.k8s.io/v1 RuntimeClass.</summary>
internal sealed class RuntimeClassDeclaration() : ResourceDeclaration<V1RuntimeClass>("runtimeclasses", ResourceScope.Cluster)
{
    public override bool AllowsUnconditionalUpdate => false;

    public override bool AllowsCreateOnUpdate => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Handler", "string", static item => item.Handler ?? string.Empty, description: ""),
        PrinterColumns.Age,
    ];

    protected override void Default(V1RuntimeClass value) => ContainerDefaults.RoundUp(value.Overhead?.PodFixed);

    protected override void Validate(V1RuntimeClass value, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(value.Handler)) { errors.Required(FieldPath.Of("handler")); }
        else { NameRules.DnsLabel(value.Handler, false, FieldPath.Of("handler"), errors); }
        if (value.Overhead?.PodFixed is { } overhead) { ResourceRules.Limits(overhead, FieldPath.Of("overhead"), errors); }
        if (value.Scheduling is not { } scheduling) { return; }
        var path = FieldPath.Of("scheduling");
        MetadataRules.Labels(scheduling.NodeSelector, path.Child("nodeSelector"), errors);

        // Upstream names the list twice for what is wrong with one of them.
        TaintRules.Tolerations(scheduling.Tolerations, path.Child("tolerations"), errors);
        var seen = new HashSet<(string, string, string, string)>();
        for (var index = 0; index < (scheduling.Tolerations?.Count ?? 0); index++)
        {
            var toleration = scheduling.Tolerations![index];
            if (!seen.Add((toleration.Key ?? string.Empty, toleration.OperatorProperty ?? string.Empty, toleration.Value ?? string.Empty, toleration.Effect ?? string.Empty)))
            {
                errors.Duplicate(path.Child("tolerations").Index(index), toleration);
            }
        }
    }

    protected override IEnumerable<string> WarningsFor(V1RuntimeClass value, V1RuntimeClass? old)
    {
        foreach (var (key, _) in value.Scheduling?.NodeSelector ?? new Dictionary<string, string>())
        {
            if (PodWarnings.Renamed(key) is { } text) { yield return $"scheduling.nodeSelector: {text}"; }
        }
    }

    protected override void ValidateUpdate(V1RuntimeClass value, V1RuntimeClass old, FieldErrors errors)
    {
        Validate(value, errors);
        ImmutableRule.Check(value.Handler, old.Handler, FieldPath.Of("handler"), errors);
    }
}
