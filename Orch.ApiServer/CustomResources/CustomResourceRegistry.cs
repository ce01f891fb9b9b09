using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.ApiServer.CustomResources.Conversion;
using Orch.ApiServer.CustomResources.Definitions;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources;

/// <summary>Keeps what is served equal to the definitions that are established.</summary>
internal sealed class CustomResourceRegistry(ServedResources resources, StoreMirror mirror, IConverterFactory converters) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _letGo = new(StringComparer.Ordinal);

    /// <summary>Serves definitions as they are now; only those that changed in what matters are compiled anew.</summary>
    public void Publish(IEnumerable<V1CustomResourceDefinition> definitions)
    {
        lock (_gate)
        {
            var changed = new List<Entry>();
            var isEnding = false;
            foreach (var definition in definitions)
            {
                if (IsLetGo(definition)) { continue; }
                if (_entries.GetValueOrDefault(definition.Metadata.Name) is { } known && known.IsOf(definition))
                {
                    // Its objects are still read and watched, until they are gone.
                    if (definition.Metadata.DeletionTimestamp is not null && !known.Revision.IsTerminating)
                    {
                        known.Revision.BeginTermination();
                        isEnding = true;
                    }

                    continue;
                }

                var revision = new CustomResourceRevision(definition, converters.Create(definition));
                var entry = new Entry(definition, revision, mirror.CacheOf(revision.Stored.StoragePrefix));
                _entries[definition.Metadata.Name] = entry;
                changed.Add(entry);
            }

            // Discovery tells of those that end, too.
            if (changed.Count > 0 || isEnding) { Apply(changed); }
        }
    }

    /// <summary>Serves a definition no longer; those who watch its objects are told by the end of the stream.</summary>
    public void Remove(string name)
    {
        lock (_gate)
        {
            if (_entries.Remove(name, out var entry)) { Apply([entry]); }
        }
    }

    /// <summary>Serves a definition no longer whose objects are gone, not even where a cache that lags still shows it.</summary>
    public void LetGo(V1CustomResourceDefinition definition)
    {
        lock (_gate)
        {
            _letGo.Add(definition.Metadata.Uid);
            Remove(definition.Metadata.Name);
        }
    }

    /// <summary>Forgets of the definitions that were let go those that are gone.</summary>
    public void KeepLetGo(IEnumerable<V1CustomResourceDefinition> there)
    {
        lock (_gate)
        {
            if (_letGo.Count > 0) { _letGo.IntersectWith(there.Select(static item => item.Metadata.Uid)); }
        }
    }

    /// <summary>A definition as it is served, or null.</summary>
    public CustomResourceRevision? Find(string name)
    {
        lock (_gate) { return _entries.GetValueOrDefault(name)?.Revision; }
    }

    /// <summary>The names of all definitions that are served.</summary>
    public IReadOnlyList<string> Names
    {
        get { lock (_gate) { return [.. _entries.Keys]; } }
    }

    /// <summary>A resource over the stored form of a definition, for those who look at all its objects.</summary>
    public ServedResource? StoredResource(string name)
    {
        lock (_gate)
        {
            return _entries.GetValueOrDefault(name) is { } entry ? new ServedResource(entry.Revision.Storage, entry.Revision.Stored, entry.Cache) : null;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values) { (entry.Revision.Converter as IDisposable)?.Dispose(); }
        }
    }

    // Once our finalizer is off and it is there all the same, somebody else's holds it, and it is served until that is off too.
    private bool IsLetGo(V1CustomResourceDefinition definition)
        => _letGo.Contains(definition.Metadata.Uid)
            && (definition.Metadata.DeletionTimestamp is null || definition.Metadata.Finalizers?.Contains(DefinitionConditions.Finalizer) == true);

    private void Apply(List<Entry> changed)
    {
        resources.SetCustom([.. _entries.Values.SelectMany(static entry => entry.Revision.Served.Select(declaration => new ServedResource(declaration, entry.Revision.Stored, entry.Cache)))]);
        // A watch shows objects by the schema it began with, so it ends where that has changed.
        foreach (var entry in changed) { entry.Cache.Close(WatchEnd.Finished); }
    }

    private sealed class Entry(V1CustomResourceDefinition definition, CustomResourceRevision revision, ResourceCache cache)
    {
        private V1CustomResourceDefinition _seen = definition;

        public CustomResourceRevision Revision { get; } = revision;

        public ResourceCache Cache { get; } = cache;

        // Whether what the served form depends on is as it was: the specification and the names that were accepted.
        public bool IsOf(V1CustomResourceDefinition now)
        {
            if (ReferenceEquals(now, _seen)) { return true; }
            if (now.Metadata.Uid != _seen.Metadata.Uid || !ContentEquality.Same(now.Spec, _seen.Spec) || !ContentEquality.Same(now.Status?.AcceptedNames, _seen.Status?.AcceptedNames)) { return false; }
            _seen = now;
            return true;
        }
    }
}
