using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Controllers.CustomResources;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.Disruption;

/// <summary>How many pods the controller of a pod wants: from the cache for the built-in workloads, by the subresource <c>scale</c> for all others.</summary>
internal sealed class ControllerScales
{
    private readonly IInformer<V1ReplicaSet> _sets;
    private readonly IInformer<V1Deployment> _deployments;
    private readonly IInformer<V1ReplicationController> _replications;
    private readonly IInformer<V1StatefulSet> _stateful;
    private readonly IInformer<V1CustomResourceDefinition>? _definitions;
    private readonly Dictionary<(string Group, string Kind), GroupVersionResource> _known = [];
    private readonly IScaleClusterClient? _client;

    public ControllerScales(ControllerContext context)
    {
        _sets = context.Informer<V1ReplicaSet>();
        _deployments = context.Informer<V1Deployment>();
        _replications = context.Informer<V1ReplicationController>();
        _stateful = context.Informer<V1StatefulSet>();
        _definitions = context.Options.Kinds.HasDefinitions ? context.Informer<V1CustomResourceDefinition>() : null;
        foreach (var kind in context.Options.Kinds.Kinds) { _known.TryAdd((kind.Info.Resource.Group, kind.Info.Kind.Kind), kind.Info.Resource); }
        _client = context.Client as IScaleClusterClient;
    }

    /// <summary>Has every look wait for the caches it looks into.</summary>
    public async Task WaitForSyncAsync(CancellationToken cancellationToken)
    {
        await _sets.WaitForSyncAsync(cancellationToken).ConfigureAwait(false);
        await _deployments.WaitForSyncAsync(cancellationToken).ConfigureAwait(false);
        await _replications.WaitForSyncAsync(cancellationToken).ConfigureAwait(false);
        await _stateful.WaitForSyncAsync(cancellationToken).ConfigureAwait(false);
        if (_definitions is not null) { await _definitions.WaitForSyncAsync(cancellationToken).ConfigureAwait(false); }
    }

    /// <summary>Null: there is no such controller.</summary>
    /// <exception cref="ControllerFaultException">Nobody can say how many it wants; upstream's words.</exception>
    /// <exception cref="ApiException">Its scale could not be read.</exception>
    public async ValueTask<ControllerScale?> FindAsync(V1OwnerReference owner, string space, CancellationToken cancellationToken)
    {
        var group = GroupOf(owner.ApiVersion);
        return Cached(owner, group, new ObjectKey(space, owner.Name)) ?? await AskAsync(owner, group, new ObjectKey(space, owner.Name), cancellationToken).ConfigureAwait(false);
    }

    private static string GroupOf(string apiVersion)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        if (slash != apiVersion.LastIndexOf('/')) { throw new ControllerFaultException($"unexpected GroupVersion string: {apiVersion}"); }
        return slash < 0 ? string.Empty : apiVersion[..slash];
    }

    private static ControllerScale? Of<T>(T? found, string uid, int? replicas)
        where T : class, IKubernetesObject<V1ObjectMeta>
        => found?.Metadata.Uid == uid ? new ControllerScale(uid, replicas ?? 1) : null;

    private ControllerScale? Cached(V1OwnerReference owner, string group, ObjectKey key)
    {
        switch (group, owner.Kind)
        {
            case ("", "ReplicationController"):
                var replication = _replications.Find(key);
                return Of(replication, owner.Uid, replication?.Spec?.Replicas);
            case ("apps", "StatefulSet"):
                var stateful = _stateful.Find(key);
                return Of(stateful, owner.Uid, stateful?.Spec?.Replicas);
            case ("apps" or "extensions", "ReplicaSet") when _sets.Find(key) is { } set && set.Metadata.Uid == owner.Uid:
                return set.ControllerOwner() is { Kind: "Deployment" } above ? OfDeployment(above, key.Namespace) : Of(set, owner.Uid, set.Spec?.Replicas);
            default:
                return null;
        }
    }

    // A set of a deployment that is not there is asked for its own scale instead, as any other kind.
    private ControllerScale? OfDeployment(V1OwnerReference owner, string space)
    {
        if (GroupOf(owner.ApiVersion) is not ("apps" or "extensions")) { return null; }
        var deployment = _deployments.Find(new ObjectKey(space, owner.Name));
        return Of(deployment, owner.Uid, deployment?.Spec?.Replicas);
    }

    private async ValueTask<ControllerScale?> AskAsync(V1OwnerReference owner, string group, ObjectKey key, CancellationToken cancellationToken)
    {
        var resource = ResourceOf(owner, group);
        try
        {
            if (_client is null) { throw NoScale(resource); }
            var scale = await _client.GetScaleAsync(resource, key, cancellationToken).ConfigureAwait(false);
            return scale.Metadata.Uid == owner.Uid ? new ControllerScale(owner.Uid, scale.Spec?.Replicas ?? 0) : null;
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return exception.Status.Details is { Name.Length: > 0 } ? null : throw NoScale(resource);
        }
    }

    private GroupVersionResource ResourceOf(V1OwnerReference owner, string group)
    {
        if (_known.TryGetValue((group, owner.Kind), out var known)) { return known; }
        var version = owner.ApiVersion[(owner.ApiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];
        foreach (var definition in _definitions?.List() ?? [])
        {
            if (definition.Spec.Group == group && CustomKinds.Of(definition, version) is { } info && info.Kind.Kind == owner.Kind) { return info.Resource; }
        }

        throw new ControllerFaultException($"no matches for kind \"{owner.Kind}\" in version \"{owner.ApiVersion}\"");
    }

    private static ControllerFaultException NoScale(GroupVersionResource resource) => new($"{resource.GroupResource} does not implement the scale subresource");
}

/// <summary>How many pods a controller wants.</summary>
internal sealed record ControllerScale(string Uid, int Replicas);
