using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Nodes;

/// <summary>Shows pods the region and the zone of their node in their own labels.</summary>
internal sealed class PodTopologyLabels(IObjectLookup objects) : IMutatingAdmission
{
    private static readonly string[] Keys = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"];

    public string Name => "PodTopologyLabels";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation == AdmissionOperation.Create && resource is { Group.Length: 0, Resource: "pods" } && subresource is ("" or "binding");

    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var (metadata, nodeName) = request.Object switch
        {
            V1Pod pod => (pod.Metadata, pod.Spec?.NodeName),
            V1Binding binding => (binding.Metadata ??= new V1ObjectMeta(), binding.Target?.Kind is null or "" or "Node" ? binding.Target?.Name : null),
            _ => (null, null),
        };
        if (metadata is null || string.IsNullOrEmpty(nodeName) || objects.Find<V1Node>(ObjectKey.Cluster(nodeName))?.Metadata.Labels is not { Count: > 0 } labels) { return ValueTask.CompletedTask; }
        foreach (var key in Keys)
        {
            if (!labels.TryGetValue(key, out var value)) { continue; }
            metadata.Labels ??= new Dictionary<string, string>();
            metadata.Labels[key] = value;
        }

        return ValueTask.CompletedTask;
    }
}
