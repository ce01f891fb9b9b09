using k8s;
using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Lookup;

using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Admission;

/// <summary>Holds node agents to their own node and the pods bound to it.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction</remarks>
internal sealed class NodeRestriction(IObjectLookup objects) : IValidatingAdmission
{
    private const string ReservedLabels = "node-restriction.kubernetes.io/";

    public string Name => "NodeRestriction";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation != AdmissionOperation.Connect
            && (resource is { Group: "", Resource: "nodes" or "pods" } || resource is { Group: "coordination.k8s.io", Resource: "leases" });

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (NodeAuthorizer.NodeOf(request.User) is not { } node) { return ValueTask.CompletedTask; }
        switch (request.Resource.Resource)
        {
            case "nodes": CheckNode(request, node); break;
            case "pods": CheckPod(request, node); break;
            case "leases" when request.Namespace != "kube-node-lease" || NameOf(request) != node:
                throw Refusal(request, "can only access lease with the same name as the requesting node, in namespace \"kube-node-lease\"");
        }

        return ValueTask.CompletedTask;
    }

    private static string NameOf(AdmissionRequest request)
        => request.Name.Length > 0 ? request.Name : (request.Object as IKubernetesObject<V1ObjectMeta>)?.Metadata?.Name ?? string.Empty;

    private static void CheckNode(AdmissionRequest request, string node)
    {
        if (NameOf(request) != node) { throw Refusal(request, $"node \"{node}\" is not allowed to modify node \"{NameOf(request)}\""); }
        if (request.Object is not V1Node { } now || request.OldObject is not V1Node { } old) { return; }
        if (!Same(now.Spec?.Taints?.Select(taint => $"{taint.Key}={taint.Value}:{taint.Effect}"), old.Spec?.Taints?.Select(taint => $"{taint.Key}={taint.Value}:{taint.Effect}")))
        {
            throw Refusal(request, $"node \"{node}\" is not allowed to modify taints");
        }

        var labels = now.Metadata.Labels ?? new Dictionary<string, string>();
        var before = old.Metadata.Labels ?? new Dictionary<string, string>();
        var reserved = labels.Keys.Union(before.Keys).FirstOrDefault(key => key.Contains(ReservedLabels, StringComparison.Ordinal)
            && (!labels.TryGetValue(key, out var value) || !before.TryGetValue(key, out var was) || value != was));
        if (reserved is not null) { throw Refusal(request, $"is not allowed to modify labels: {reserved}"); }
    }

    private void CheckPod(AdmissionRequest request, string node)
    {
        var pod = request.OldObject as V1Pod ?? objects.Find<V1Pod>(new ObjectKey(request.Namespace, request.Name)) ?? request.Object as V1Pod;
        if (request.Operation == AdmissionOperation.Create && request.Subresource.Length == 0)
        {
            if (pod?.Metadata.Annotations?.ContainsKey("kubernetes.io/config.mirror") != true) { throw Refusal(request, $"pod does not have \"kubernetes.io/config.mirror\" annotation, node \"{node}\" can only create mirror pods"); }
        }

        if (pod?.Spec?.NodeName != node) { throw Refusal(request, $"node \"{node}\" can only act on pods with spec.nodeName set to itself"); }
    }

    private static bool Same(IEnumerable<string>? left, IEnumerable<string>? right)
        => (left ?? []).Order(StringComparer.Ordinal).SequenceEqual((right ?? []).Order(StringComparer.Ordinal));

    private static Orch.Client.ApiException Refusal(AdmissionRequest request, string detail) => ApiErrors.Forbidden(request.Resource, request.Name, detail);
}
