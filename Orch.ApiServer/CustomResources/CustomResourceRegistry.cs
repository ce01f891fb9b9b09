using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.ApiServer.CustomResources.Conversion;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources;

/// <summary>Keeps what is served equal to the definitions that are established.</summary>
internal sealed class CustomResourceRegistry(ServedResources resources, StoreMirror mirror, IConverterFactory converters) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Serves definitions as they are now; only those that changed in what matters are compiled anew.</summary>
    public void Publish(IEnumerable<V1CustomResourceDefinition> definitions)
    {
        lock (_gate)
        {
            var changed = new List<Entry>();
            var isEnding = false;
            foreach (var definition in definitions)
            {
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

            // Discovery tells of fewer verbs, too, while a definition ends.
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
