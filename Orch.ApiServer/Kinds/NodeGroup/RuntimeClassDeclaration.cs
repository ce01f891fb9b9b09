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

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Handler", "string", static item => item.Handler ?? string.Empty, description: "handler specifies the underlying runtime and configuration that the CRI implementation will use to handle pods of this class. The possible values are specific to the node & CRI configuration.  It is assumed that all handlers are available on every node, and handlers of the same name are equivalent on every node. For example, a handler called \"runc\" might specify that the runc OCI runtime (using native Linux containers) will be used to run the containers in a pod. The Handler must be lowercase, conform to the DNS Label (RFC 1123) requirements, and is immutable."),
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
        TaintRules.Tolerations(scheduling.Tolerations, path, errors);
        for (var index = 1; index < (scheduling.Tolerations?.Count ?? 0); index++)
        {
            if (scheduling.Tolerations!.Take(index).Any(earlier => ContentEquality.Same(earlier, scheduling.Tolerations![index]))) { errors.Duplicate(path.Child("tolerations").Index(index), scheduling.Tolerations![index]); }
        }
    }

    protected override void ValidateUpdate(V1RuntimeClass value, V1RuntimeClass old, FieldErrors errors)
    {
        Validate(value, errors);
        ImmutableRule.Check(value.Handler, old.Handler, FieldPath.Of("handler"), errors);
    }
}
