using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Nodes;

/// <summary>core/v1 Node.</summary>
internal sealed class NodeDeclaration() : ResourceDeclaration<V1Node>("nodes", ResourceScope.Cluster)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["no"];

    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Status", "string", NodeColumns.Status, description: "The status of the node"),
        Column("Roles", "string", NodeColumns.Roles, description: "The roles of the node"),
        PrinterColumns.Age,
        Column("Version", "string", static node => node.Status?.NodeInfo?.KubeletVersion ?? string.Empty, description: "Kubelet Version reported by the node."),
        Column("Internal-IP", "string", static node => NodeColumns.Address(node, "InternalIP"), 1, "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP)."),
        Column("External-IP", "string", static node => NodeColumns.Address(node, "ExternalIP"), 1, "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP)."),
        Column("OS-Image", "string", static node => NodeColumns.OrUnknown(node.Status?.NodeInfo?.OsImage), 1, "OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy))."),
        Column("Kernel-Version", "string", static node => NodeColumns.OrUnknown(node.Status?.NodeInfo?.KernelVersion), 1, "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64)."),
        Column("Container-Runtime", "string", static node => NodeColumns.OrUnknown(node.Status?.NodeInfo?.ContainerRuntimeVersion), 1, "ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2)."),
    ];

    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } = new Dictionary<string, Func<object, string>>
    {
        ["spec.unschedulable"] = static item => ((V1Node)item).Spec?.Unschedulable == true ? "true" : "false",
    };

    protected override void Default(V1Node value)
    {
        var spec = value.Spec ??= new V1NodeSpec();
        if (spec.Unschedulable == false) { spec.Unschedulable = null; }
        if (!string.IsNullOrEmpty(spec.PodCIDR) && (spec.PodCIDRs is not { Count: > 0 } || spec.PodCIDRs[0] != spec.PodCIDR)) { spec.PodCIDRs = [spec.PodCIDR]; }
        if (string.IsNullOrEmpty(spec.PodCIDR) && spec.PodCIDRs is { Count: > 0 }) { spec.PodCIDR = spec.PodCIDRs[0]; }
        if (value.Status is { Allocatable: null, Capacity: { } capacity }) { value.Status.Allocatable = new Dictionary<string, ResourceQuantity>(capacity); }
    }

    protected override void PrepareForUpdate(V1Node value, V1Node old) => value.Status = old.Status;

    protected override void PrepareForStatusUpdate(V1Node value, V1Node old) => value.Spec = old.Spec;

    protected override IEnumerable<string> WarningsFor(V1Node value, V1Node? old)
    {
        var texts = new List<string>();
        if (value.Spec?.ConfigSource is not null) { texts.Add("spec.configSource: the feature is removed"); }
        if (!string.IsNullOrEmpty(value.Spec?.ExternalID)) { texts.Add("spec.externalID: this field is deprecated, and is unused by Kubernetes"); }
        for (var index = 0; index < (value.Spec?.PodCIDRs?.Count ?? 0); index++) { IpWarnings.Cidr(value.Spec!.PodCIDRs![index], FieldPath.Of("spec").Child("podCIDRs").Index(index), texts); }
        return texts;
    }

    protected override void Validate(V1Node value, FieldErrors errors) => NodeRules.Validate(value, errors);

    protected override void ValidateUpdate(V1Node value, V1Node old, FieldErrors errors) => NodeRules.ValidateUpdate(value, old, errors);

    protected override void ValidateStatusUpdate(V1Node value, V1Node old, FieldErrors errors) => NodeRules.ValidateStatusUpdate(value, old, errors);
}
