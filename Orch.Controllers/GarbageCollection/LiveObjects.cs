using System.Collections.Concurrent;
using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Controllers.GarbageCollection;

/// <summary>Reads and writes objects of every known kind by their identity.</summary>
internal sealed class LiveObjects
{
    private readonly ConcurrentDictionary<(string ApiVersion, string Kind), (KindInfo Info, IMetadataClient Client)> _kinds = new();

    public void Add(KindInfo info, IMetadataClient client) => _kinds[(info.Kind.ApiVersion, info.Kind.Kind)] = (info, client);

    public void Remove(KindInfo info) => _kinds.TryRemove((info.Kind.ApiVersion, info.Kind.Kind), out _);

    /// <summary>Null: the kind is not known here, so that nothing can be said of its objects.</summary>
    public bool? IsNamespaced(string apiVersion, string kind) => _kinds.TryGetValue(Canonical(apiVersion, kind), out var found) ? found.Info.IsNamespaced : null;

    public bool IsKnown(ObjectIdentity identity) => _kinds.ContainsKey(Canonical(identity.ApiVersion, identity.Kind));

    /// <summary>Null when it does not exist, or another one has its name.</summary>
    /// <exception cref="ApiException">Where the whole kind is not served, too: that says nothing of its objects.</exception>
    public async Task<V1ObjectMeta?> FindAsync(ObjectIdentity identity, CancellationToken cancellationToken)
    {
        var (info, client) = _kinds[Canonical(identity.ApiVersion, identity.Kind)];
        if (info.IsNamespaced != identity.Key.Namespace.Length > 0) { return null; }
        try
        {
            var found = await client.GetAsync(identity.Key, cancellationToken).ConfigureAwait(false);
            return found.Uid == identity.Uid ? found : null;
        }
        catch (ApiException exception) when (exception.IsNotFound && exception.Status.Details is { Name.Length: > 0 })
        {
            return null;
        }
    }

    public Task PatchAsync(ObjectIdentity identity, ResourcePatch patch, CancellationToken cancellationToken)
        => _kinds[Canonical(identity.ApiVersion, identity.Kind)].Client.PatchAsync(identity.Key, patch, cancellationToken);

    public async Task DeleteAsync(ObjectIdentity identity, string policy, string? resourceVersion, CancellationToken cancellationToken)
    {
        try
        {
            var request = new DeleteRequest { PropagationPolicy = policy, PreconditionUid = identity.Uid, PreconditionResourceVersion = resourceVersion };
            await _kinds[Canonical(identity.ApiVersion, identity.Kind)].Client.DeleteAsync(identity.Key, request, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            // Gone already.
        }
    }

    // A reference may name an older version of a group that is served under one version here.
    private (string ApiVersion, string Kind) Canonical(string apiVersion, string kind)
    {
        if (_kinds.ContainsKey((apiVersion, kind))) { return (apiVersion, kind); }
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) { return (apiVersion, kind); }
        var group = apiVersion[..(slash + 1)];
        foreach (var (known, _) in _kinds)
        {
            if (known.Kind == kind && known.ApiVersion.StartsWith(group, StringComparison.Ordinal)) { return known; }
        }

        return (apiVersion, kind);
    }
}
