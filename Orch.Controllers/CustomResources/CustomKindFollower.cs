using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Controllers.CustomResources;

/// <summary>Watches the objects of those custom resources that somebody wants, for as long as their definitions are there.</summary>
/// <remarks>
/// A version stays as long as it is served. A definition that merely serves nothing for a while tells nothing of its objects: they are watched on, in vain.
/// The handlers are called one at a time and must not call back.
/// </remarks>
internal sealed class CustomKindFollower
{
    private readonly Dictionary<string, (FollowedKind Kind, CancellationTokenSource Stop)> _followed = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly IMetadataInformers _informers;

    public CustomKindFollower(IMetadataInformers informers) => _informers = informers;

    /// <summary>Whether the objects of a kind are to be watched.</summary>
    public required Func<KindInfo, bool> Wants { get; init; }

    /// <summary>Told of each kind that is watched from now on, with what was watched of the same definition before.</summary>
    public required Action<FollowedKind, FollowedKind?> Began { get; init; }

    /// <summary>Told of each kind whose definition is gone.</summary>
    public Action<FollowedKind> Gone { get; init; } = static _ => { };

    /// <summary>What is watched now.</summary>
    public IReadOnlyList<FollowedKind> Followed
    {
        get { lock (_gate) { return [.. _followed.Values.Select(static one => one.Kind)]; } }
    }

    /// <summary>Takes one change of a definition in.</summary>
    public void Apply(InformerEvent<V1CustomResourceDefinition> change)
    {
        lock (_gate)
        {
            if (change.New is { } definition) { Take(definition); }
            else if (End(change.Object.Metadata.Name) is { } gone) { Gone(gone); }
        }
    }

    /// <summary>Looks at all definitions anew: what is wanted has changed.</summary>
    public void Refresh(IEnumerable<V1CustomResourceDefinition> definitions)
    {
        lock (_gate)
        {
            foreach (var (name, followed) in _followed)
            {
                if (!Wants(followed.Kind.Info)) { End(name); }
            }

            foreach (var definition in definitions) { Take(definition); }
        }
    }

    private void Take(V1CustomResourceDefinition definition)
    {
        var name = definition.Metadata.Name;
        FollowedKind? before = _followed.TryGetValue(name, out var known) ? known.Kind : null;
        if (CustomKinds.Of(definition, before?.Info.Resource.Version) is not { } info || info == before?.Info || (before is null && !Wants(info))) { return; }
        // Never disposed: it holds no timer, and its informer may still be about to look at it.
#pragma warning disable CA2000
        var stop = new CancellationTokenSource();
#pragma warning restore CA2000
        if (_informers.MetadataInformer(info.Resource, stop.Token) is not { } informer) { return; }
        var now = new FollowedKind(info, informer, stop.Token);
        _followed[name] = (now, stop);
        known.Stop?.Cancel();
        Began(now, before);
    }

    private FollowedKind? End(string name)
    {
        if (!_followed.Remove(name, out var followed)) { return null; }
        followed.Stop.Cancel();
        return followed.Kind;
    }
}
