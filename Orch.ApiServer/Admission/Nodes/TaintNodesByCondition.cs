using k8s.Models;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Nodes;

/// <summary>Keeps pods off a new node until it has been seen to be ready.</summary>
internal sealed class TaintNodesByCondition : IMutatingAdmission
{
    private const string NotReady = "node.kubernetes.io/not-ready";

    public string Name => "TaintNodesByCondition";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation == AdmissionOperation.Create && resource is { Group.Length: 0, Resource: "nodes" } && subresource.Length == 0;

    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is not V1Node node) { return ValueTask.CompletedTask; }
        node.Spec ??= new V1NodeSpec();
        if (node.Spec.Taints?.Any(static taint => taint is { Key: NotReady, Effect: "NoSchedule" }) == true) { return ValueTask.CompletedTask; }
        node.Spec.Taints = [.. node.Spec.Taints ?? [], new V1Taint { Key = NotReady, Effect = "NoSchedule" }];
        return ValueTask.CompletedTask;
    }
}
