using k8s.Models;
using Orch.Client;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.Quota;

/// <summary>Watches the objects of those custom resources that some quota counts, so that it is counted again when one goes.</summary>
/// <remarks>What no quota counts is not watched. What a watch misses, the quota's own resync finds.</remarks>
internal sealed class CountedCustomKinds
{
    private readonly Dictionary<string, Followed> _followed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known;
    private readonly Lock _gate = new();
    private readonly IInformer<V1CustomResourceDefinition> _definitions;
    private readonly IInformer<V1ResourceQuota> _quotas;
    private readonly IMetadataInformers _informers;
    private readonly Action<string> _freed;

    private CountedCustomKinds(ControllerContext context, IMetadataInformers informers, IInformer<V1ResourceQuota> quotas, Action<string> freed)
    {
        _known = [.. context.Options.Kinds.Kinds.Select(static kind => kind.Info.Resource.GroupResource)];
        _definitions = context.Informer<V1CustomResourceDefinition>();
        _quotas = quotas;
        _informers = informers;
        _freed = freed;
    }

    /// <summary>Null: no custom resources are known here.</summary>
    /// <param name="freed">Called with a namespace in which an object is gone.</param>
    public static CountedCustomKinds? For(ControllerContext context, IInformer<V1ResourceQuota> quotas, Action<string> freed)
        => context.Options.Kinds.HasDefinitions && context.Informers is IMetadataInformers informers ? new CountedCustomKinds(context, informers, quotas, freed) : null;

    /// <summary>The quotas that have to be counted after a change of a definition.</summary>
    public IEnumerable<ObjectKey> Changed(InformerEvent<V1CustomResourceDefinition> change)
    {
        var (before, now) = (change.Old is { } old ? CustomKinds.Of(old) : null, change.New is { } definition ? CustomKinds.Of(definition) : null);
        if (before == now) { return []; }
        Follow();
        var name = NameOf((now ?? before)!);
        return _quotas.List().Where(quota => quota.Spec?.Hard?.ContainsKey(name) == true).Select(static quota => quota.Key());
    }

    /// <summary>Takes in that the limits of a quota changed.</summary>
    public void Changed(InformerEvent<V1ResourceQuota> change)
    {
        if (NamesIn(change.Old).ToHashSet(StringComparer.Ordinal).SetEquals(NamesIn(change.New))) { return; }
        Follow();
    }

    private static string NameOf(KindInfo info) => "count/" + info.Resource.GroupResource;

    // Custom resources have a group, and so a dot.
    private static IEnumerable<string> NamesIn(V1ResourceQuota? quota)
        => (quota?.Spec?.Hard?.Keys ?? []).Where(static name => name.StartsWith("count/", StringComparison.Ordinal) && name.Contains('.', StringComparison.Ordinal));

    private void Follow()
    {
        lock (_gate)
        {
            var counted = _quotas.List().SelectMany(NamesIn).ToHashSet(StringComparer.Ordinal);
            var wanted = _definitions.List().Select(static definition => CustomKinds.Of(definition)).OfType<KindInfo>()
                .Where(info => info.IsNamespaced && counted.Contains(NameOf(info)) && !_known.Contains(info.Resource.GroupResource))
                .ToDictionary(NameOf, StringComparer.Ordinal);
            foreach (var (name, followed) in _followed)
            {
                if (wanted.TryGetValue(name, out var info) && info == followed.Info) { continue; }
                followed.Stop.Cancel();
                _followed.Remove(name);
            }

            foreach (var (name, info) in wanted)
            {
                if (!_followed.ContainsKey(name)) { Follow(name, info); }
            }
        }
    }

    private void Follow(string name, KindInfo info)
    {
        // Never disposed: it holds no timer, and its informer may still be about to look at it.
#pragma warning disable CA2000
        var stop = new CancellationTokenSource();
#pragma warning restore CA2000
        if (_informers.MetadataInformer(info.Resource, stop.Token) is not { } informer) { return; }
        _followed[name] = new Followed(info, stop);
        informer.Subscribe(change =>
        {
            if (change.New is null && change.Old?.Metadata.NamespaceProperty is { Length: > 0 } place) { _freed(place); }
        });
    }

    private sealed record Followed(KindInfo Info, CancellationTokenSource Stop);
}
