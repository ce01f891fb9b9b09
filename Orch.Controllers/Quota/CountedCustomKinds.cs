using k8s.Models;
using Orch.Client;
using Orch.Controllers.CustomResources;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.Quota;

/// <summary>Watches the objects of those custom resources that some quota counts, so that it is counted again when one goes.</summary>
/// <remarks>What no quota counts is not watched. What a watch misses, the quota's own resync finds.</remarks>
internal sealed class CountedCustomKinds
{
    private readonly HashSet<string> _known;
    private readonly IInformer<V1CustomResourceDefinition> _definitions;
    private readonly IInformer<V1ResourceQuota> _quotas;
    private readonly CustomKindFollower _follower;
    private readonly Action<string> _freed;

    private CountedCustomKinds(ControllerContext context, IMetadataInformers informers, IInformer<V1ResourceQuota> quotas, Action<string> freed)
    {
        _known = [.. context.Options.Kinds.Kinds.Select(static kind => kind.Info.Resource.GroupResource)];
        _definitions = context.Informer<V1CustomResourceDefinition>();
        _quotas = quotas;
        _freed = freed;
        _follower = new CustomKindFollower(informers) { Wants = IsCounted, Began = (followed, _) => followed.Informer.Subscribe(Seen) };
    }

    /// <summary>Null: no custom resources are known here.</summary>
    /// <param name="freed">Called with a namespace in which an object is gone.</param>
    public static CountedCustomKinds? For(ControllerContext context, IInformer<V1ResourceQuota> quotas, Action<string> freed)
        => context.Options.Kinds.HasDefinitions && context.Informers is IMetadataInformers informers ? new CountedCustomKinds(context, informers, quotas, freed) : null;

    /// <summary>The quotas that have to be counted after a change of a definition.</summary>
    public IEnumerable<ObjectKey> Changed(InformerEvent<V1CustomResourceDefinition> change)
    {
        _follower.Apply(change);
        var (before, now) = (change.Old is { } old ? CustomKinds.Of(old) : null, change.New is { } definition ? CustomKinds.Of(definition) : null);
        if (before == now) { return []; }
        var name = NameOf((now ?? before)!);
        return _quotas.List().Where(quota => quota.Spec?.Hard?.ContainsKey(name) == true).Select(static quota => quota.Key());
    }

    /// <summary>Takes in that the limits of a quota changed.</summary>
    public void Changed(InformerEvent<V1ResourceQuota> change)
    {
        if (NamesIn(change.Old).ToHashSet(StringComparer.Ordinal).SetEquals(NamesIn(change.New))) { return; }
        _follower.Refresh(_definitions.List());
    }

    private static string NameOf(KindInfo info) => "count/" + info.Resource.GroupResource;

    // Custom resources have a group, and so a dot.
    private static IEnumerable<string> NamesIn(V1ResourceQuota? quota)
        => (quota?.Spec?.Hard?.Keys ?? []).Where(static name => name.StartsWith("count/", StringComparison.Ordinal) && name.Contains('.', StringComparison.Ordinal));

    private bool IsCounted(KindInfo info)
    {
        if (!info.IsNamespaced || _known.Contains(info.Resource.GroupResource)) { return false; }
        var name = NameOf(info);
        return _quotas.List().Any(quota => quota.Spec?.Hard?.ContainsKey(name) == true);
    }

    private void Seen(InformerEvent<PartialObjectMetadata> change)
    {
        if (change.New is null && change.Old?.Metadata.NamespaceProperty is { Length: > 0 } place) { _freed(place); }
    }
}
