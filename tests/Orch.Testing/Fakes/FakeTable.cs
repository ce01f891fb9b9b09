using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Testing.Fakes;

/// <summary>All objects of one resource, their history and their watchers; guarded by the cluster's lock.</summary>
internal sealed class FakeTable(KindInfo kind)
{
    private readonly SortedDictionary<ObjectKey, Entry> _objects = [];
    private readonly List<Change> _history = [];
    private readonly List<Watcher> _watchers = [];
    private long _expiredUpTo;

    public KindInfo Kind => kind;

    public int WatcherCount => _watchers.Count;

    public Entry? Find(ObjectKey key) => _objects.GetValueOrDefault(key);

    public IEnumerable<Entry> All => _objects.Values;

    public Entry Put(JsonObject json, long revision)
    {
        json["metadata"]!.AsObject()["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);
        var entry = Entry.Of(json, kind.Type);
        _objects.TryGetValue(entry.Object.Key(), out var old);
        _objects[entry.Object.Key()] = entry;
        Publish(new Change(revision, old, entry, IsRemoval: false));
        return entry;
    }

    public void Remove(ObjectKey key, long revision)
    {
        if (!_objects.Remove(key, out var old)) { return; }
        var last = (JsonObject)old.Json.DeepClone();
        last["metadata"]!.AsObject()["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);
        Publish(new Change(revision, old, Entry.Of(last, kind.Type), IsRemoval: true));
    }

    public (IReadOnlyList<Entry> Items, string ResourceVersion, string? Continue) List(ListRequest request, long revision)
    {
        var after = default(ObjectKey?);
        if (request.Continue is { Length: > 0 } token)
        {
            var bytes = new byte[token.Length];
            var parts = Convert.TryFromBase64String(token, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Split('\n') : [];
            if (parts.Length != 3) { throw ApiErrors.BadRequest("continue key is not valid"); }
            revision = long.Parse(parts[0], CultureInfo.InvariantCulture);
            if (revision < _expiredUpTo) { throw ApiErrors.Expired("The provided continue parameter is too old to display a consistent list result."); }
            after = new ObjectKey(parts[1], parts[2]);
        }

        var selection = Selection.Of(request.Namespace, request.LabelSelector, request.FieldSelector);
        var items = new List<Entry>();
        foreach (var (key, entry) in _objects)
        {
            if ((after is { } last && key <= last) || !selection.Matches(entry)) { continue; }
            if (request.Limit > 0 && items.Count == request.Limit)
            {
                var end = items[^1].Object.Key();
                var next = string.Create(CultureInfo.InvariantCulture, $"{revision}\n{end.Namespace}\n{end.Name}");
                return (items, revision.ToString(CultureInfo.InvariantCulture), Convert.ToBase64String(Encoding.UTF8.GetBytes(next)));
            }

            items.Add(entry);
        }

        return (items, revision.ToString(CultureInfo.InvariantCulture), null);
    }

    public Watcher Watch(WatchRequest request, long revision)
    {
        var watcher = new Watcher(Selection.Of(request.Namespace, request.LabelSelector, request.FieldSelector));
        if (request.ResourceVersion is null or "" or "0")
        {
            foreach (var entry in _objects.Values) { watcher.Send(new Change(long.Parse(entry.Object.Metadata.ResourceVersion, CultureInfo.InvariantCulture), null, entry, IsRemoval: false)); }
        }
        else
        {
            if (!long.TryParse(request.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var from))
            {
                throw ApiErrors.BadRequest($"Invalid value: \"{request.ResourceVersion}\": resourceVersion is not an unsigned integer");
            }

            if (from < _expiredUpTo) { throw ApiErrors.Expired(string.Create(CultureInfo.InvariantCulture, $"too old resource version: {from} ({revision})")); }
            foreach (var change in _history.Where(change => change.Revision > from)) { watcher.Send(change); }
        }

        _watchers.Add(watcher);
        return watcher;
    }

    public void Close(Watcher watcher, Exception? fault = null)
    {
        _watchers.Remove(watcher);
        watcher.Events.Writer.TryComplete(fault);
    }

    public void CutWatches(Exception? fault)
    {
        foreach (var watcher in _watchers.ToArray()) { Close(watcher, fault); }
    }

    public void Expire(long revision)
    {
        _expiredUpTo = revision;
        _history.RemoveAll(change => change.Revision <= revision);
    }

    public void Bookmark(long revision)
    {
        foreach (var watcher in _watchers) { watcher.Events.Writer.TryWrite((WatchEventKind.Bookmark, null, revision)); }
    }

    private void Publish(Change change)
    {
        _history.Add(change);
        foreach (var watcher in _watchers) { watcher.Send(change); }
    }

    internal sealed record Change(long Revision, Entry? Old, Entry New, bool IsRemoval);

    /// <summary>An object and its JSON.</summary>
    internal sealed record Entry(JsonObject Json, IKubernetesObject<V1ObjectMeta> Object)
    {
        public static Entry Of(JsonObject json, Type type)
        {
            // Parsed anew, so that every number reads as whatever number type is asked for.
            var text = Encoding.UTF8.GetBytes(json.ToJsonString());
            return new Entry(JsonNode.Parse(text)!.AsObject(), (IKubernetesObject<V1ObjectMeta>)ApiJson.Deserialize(text, type));
        }

        public string Field(string path)
        {
            JsonNode? node = Json;
            foreach (var part in path.Split('.')) { node = (node as JsonObject)?[part]; }
            return node is JsonValue value ? value.ToString() : string.Empty;
        }
    }

    internal sealed record Selection(string Namespace, LabelSelector Labels, FieldSelector Fields)
    {
        public static Selection Of(string namespaceName, string labels, string fields)
        {
            try
            {
                return new Selection(namespaceName, LabelSelector.Parse(labels), FieldSelector.Parse(fields));
            }
            catch (SelectorException exception)
            {
                throw ApiErrors.BadRequest(exception.Message);
            }
        }

        public bool Matches(Entry entry)
            => (Namespace.Length == 0 || entry.Object.Metadata.NamespaceProperty == Namespace)
                && Labels.Matches(entry.Object.Metadata.Labels) && Fields.Matches(entry.Field);
    }

    internal sealed class Watcher(Selection selection)
    {
        public Channel<(WatchEventKind Kind, Entry? Entry, long Revision)> Events { get; } = Channel.CreateUnbounded<(WatchEventKind, Entry?, long)>();

        public void Send(Change change)
        {
            var before = change.Old is not null && selection.Matches(change.Old);
            var after = !change.IsRemoval && selection.Matches(change.New);
            if (!before && !after) { return; }
            var what = !after ? WatchEventKind.Deleted : before ? WatchEventKind.Modified : WatchEventKind.Added;
            Events.Writer.TryWrite((what, change.New, change.Revision));
        }
    }
}
