using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Discovery;

/// <summary>Labels of nodes in endpoints, which version 1 shows where they are stored and takes from nobody.</summary>
internal static class EndpointTopology
{
    private const string Host = "kubernetes.io/hostname";

    /// <summary>Takes them out, unless the endpoints are as they were; a node that was known by them alone stays known.</summary>
    public static void Drop(V1EndpointSlice value, V1EndpointSlice? old)
    {
        if (value.Endpoints?.Any(static endpoint => endpoint.DeprecatedTopology is not null) != true) { return; }
        if (old is not null && ContentEquality.Same(value.Endpoints, old.Endpoints)) { return; }
        var known = (old?.Endpoints ?? []).Select(static endpoint => NodeOf(endpoint)).ToHashSet();
        foreach (var endpoint in value.Endpoints)
        {
            if (endpoint.NodeName is null && NodeOf(endpoint) is { } node && known.Contains(node)) { endpoint.NodeName = node; }
            endpoint.DeprecatedTopology = null;
        }
    }

    private static string? NodeOf(V1Endpoint endpoint)
        => endpoint.DeprecatedTopology is { } labels && labels.TryGetValue(Host, out var node) && !string.IsNullOrEmpty(node) ? node : null;
}
