using System.Runtime.InteropServices;
using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;

namespace Orch.ApiServer.Security.Authorization.Nodes;

/// <summary>Which node needs which object, by the pods bound to it; kept up by the changes alone.</summary>
/// <remarks>Used by one thread at a time.</remarks>
internal sealed class NodeGraph(IObjectLookup objects) : IDisposable
{
    private readonly IObjectChanges<V1Pod> _podChanges = objects.Follow<V1Pod>();
    private readonly IObjectChanges<V1PersistentVolume> _volumeChanges = objects.Follow<V1PersistentVolume>();
    private readonly Dictionary<ObjectKey, Bound> _pods = [];
    private readonly Dictionary<NodeDependency, Dictionary<string, int>> _nodes = [];
    private readonly Dictionary<NodeDependency, HashSet<string>> _volumesBySecret = [];

    /// <summary>How many objects some node needs.</summary>
    public int Count => _nodes.Count;

    /// <summary>Whether something changed that is not in here yet.</summary>
    public bool HasPending => _podChanges.HasPending || _volumeChanges.HasPending;

    /// <summary>Takes in what changed.</summary>
    /// <returns>False when changes were lost and the graph must be made anew.</returns>
    public bool Update() => _podChanges.Read(PodChanged) && _volumeChanges.Read(VolumeChanged);

    /// <summary>Whether a pod on the node needs the object.</summary>
    public bool Needs(string node, NodeDependency dependency)
    {
        if (_nodes.TryGetValue(dependency, out var nodes) && nodes.ContainsKey(node)) { return true; }
        return dependency.Kind == DependencyKind.Secret && _volumesBySecret.TryGetValue(dependency, out var volumes)
            && volumes.Any(volume => NeedsVolume(node, volume));
    }

    /// <summary>Whether a pod on the node uses the volume through its claim.</summary>
    public bool NeedsVolume(string node, string volume)
        => objects.Find<V1PersistentVolume>(ObjectKey.Cluster(volume))?.Spec.ClaimRef is { Name.Length: > 0 } claim
            && Needs(node, new NodeDependency(DependencyKind.VolumeClaim, claim.NamespaceProperty ?? string.Empty, claim.Name));

    /// <inheritdoc />
    public void Dispose()
    {
        _podChanges.Dispose();
        _volumeChanges.Dispose();
    }

    // Only binding, deletion and what a pod gets later (debug containers, resource claims) change what its node needs: a status costs a comparison.
    private void PodChanged(V1Pod? old, V1Pod? now)
    {
        if (old is not null && now is not null && IsSame(old, now)) { return; }
        var key = (now ?? old)!.Key();
        _pods.Remove(key, out var before);
        if (now is { Spec.NodeName: { Length: > 0 } node })
        {
            var bound = new Bound(node, PodReferences.Of(now));
            _pods[key] = bound;
            foreach (var dependency in bound.Dependencies) { Add(dependency, node); }
        }

        foreach (var dependency in before.Dependencies ?? []) { Remove(dependency, before.Node); }
    }

    private static bool IsSame(V1Pod old, V1Pod now)
        => old.Spec.NodeName == now.Spec.NodeName && old.Metadata.Uid == now.Metadata.Uid
            && (old.Spec.EphemeralContainers?.Count ?? 0) == (now.Spec.EphemeralContainers?.Count ?? 0)
            && old.Status?.ExtendedResourceClaimStatus?.ResourceClaimName == now.Status?.ExtendedResourceClaimStatus?.ResourceClaimName
            && (old.Status?.ResourceClaimStatuses ?? []).Select(static claim => claim.ResourceClaimName)
                .SequenceEqual((now.Status?.ResourceClaimStatuses ?? []).Select(static claim => claim.ResourceClaimName));

    private void VolumeChanged(V1PersistentVolume? old, V1PersistentVolume? now)
    {
        foreach (var secret in old is null ? [] : PodReferences.SecretsOf(old))
        {
            if (_volumesBySecret.TryGetValue(secret, out var volumes) && volumes.Remove(old!.Metadata.Name) && volumes.Count == 0) { _volumesBySecret.Remove(secret); }
        }

        foreach (var secret in now is null ? [] : PodReferences.SecretsOf(now))
        {
            if (!_volumesBySecret.TryGetValue(secret, out var volumes)) { _volumesBySecret[secret] = volumes = new HashSet<string>(StringComparer.Ordinal); }
            volumes.Add(now!.Metadata.Name);
        }
    }

    private void Add(NodeDependency dependency, string node)
    {
        if (!_nodes.TryGetValue(dependency, out var nodes)) { _nodes[dependency] = nodes = new Dictionary<string, int>(1, StringComparer.Ordinal); }
        CollectionsMarshal.GetValueRefOrAddDefault(nodes, node, out _)++;
    }

    private void Remove(NodeDependency dependency, string node)
    {
        var nodes = _nodes[dependency];
        if (--CollectionsMarshal.GetValueRefOrAddDefault(nodes, node, out _) > 0) { return; }
        nodes.Remove(node);
        if (nodes.Count == 0) { _nodes.Remove(dependency); }
    }

    private readonly record struct Bound(string Node, NodeDependency[] Dependencies);
}
