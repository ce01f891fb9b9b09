using k8s.Models;
using Orch.Serialization;

namespace Orch.ApiServer.Apply;

/// <summary>Lists of managed fields entries. Entries are shared between revisions of an object and never changed.</summary>
internal static class ManagedEntries
{
    public const string Update = "Update";
    public const string Apply = "Apply";

    /// <summary>The manager that takes over what the oldest managers own when there are too many.</summary>
    public const string Ancient = "ancient-changes";

    private const int MaxUpdaters = 10;

    /// <summary>The entries that a write begins from: those it brings, or those that are there.</summary>
    /// <param name="isFixed">Whether the write cannot bring any, as through a subresource.</param>
    public static IReadOnlyList<V1ManagedFieldsEntry> LiveOrGiven(IList<V1ManagedFieldsEntry>? live, IList<V1ManagedFieldsEntry>? given, bool isFixed)
    {
        if (isFixed || given is null || ReferenceEquals(live, given)) { return ValidOrNone(live); }
        if (given.Count == 0 || (given.Count == 1 && IsBlank(given[0]))) { return []; }
        if (live is not null && Same(live, given)) { return ValidOrNone(live); }
        return Decode(given) is { Count: > 0 } decoded ? decoded : ValidOrNone(live);
    }

    /// <summary>What a client sent, with every set in its canonical form; null when it is invalid.</summary>
    public static List<V1ManagedFieldsEntry>? Decode(IList<V1ManagedFieldsEntry> given)
    {
        // The last of a manager counts, where it stands.
        var last = new Dictionary<(string, string, string, string), V1ManagedFieldsEntry>(given.Count);
        foreach (var entry in given)
        {
            if (entry is not null) { last[ManagerOf(entry)] = entry; }
        }

        var entries = new List<V1ManagedFieldsEntry>(last.Count);
        foreach (var entry in given)
        {
            if (!IsValid(entry)) { return null; }
            RawJson fields;
            try { fields = new RawJson(FieldsV1.Write(FieldsV1.Read(BytesOf(entry)))); }
            catch (FormatException) { return null; }
            if (ReferenceEquals(last[ManagerOf(entry)], entry)) { entries.Add(entry with { FieldsV1 = fields }); }
        }

        return entries;
    }

    /// <summary>What is wrong with stored entries; null for nothing.</summary>
    public static string? FaultOf(IList<V1ManagedFieldsEntry>? entries)
    {
        for (var index = 0; index < (entries?.Count ?? 0); index++)
        {
            var entry = entries![index];
            if (entry.Operation is not (Update or Apply)) { return "operation must be `Apply` or `Update`"; }
            if (string.IsNullOrEmpty(entry.ApiVersion)) { return "apiVersion must not be empty"; }
            if (string.IsNullOrEmpty(entry.FieldsType)) { return $"missing fieldsType in managed fields entry {index}"; }
            if (entry.FieldsType != "FieldsV1") { return $"invalid fieldsType \"{entry.FieldsType}\" in managed fields entry {index}"; }
        }

        return null;
    }

    /// <summary>A new entry.</summary>
    public static V1ManagedFieldsEntry Make(string manager, string operation, string apiVersion, string subresource, DateTime? at, RawJson fields) => new()
    {
        Manager = manager,
        Operation = operation,
        ApiVersion = apiVersion,
        Time = at,
        FieldsType = "FieldsV1",
        FieldsV1 = fields,
        Subresource = subresource.Length == 0 ? null : subresource,
    };

    /// <summary>Whether two entries are of one manager: an applier is the same in all versions.</summary>
    public static bool SameManager(V1ManagedFieldsEntry left, V1ManagedFieldsEntry right)
        => left.Operation == right.Operation && (left.Manager ?? string.Empty) == (right.Manager ?? string.Empty)
            && (left.Subresource ?? string.Empty) == (right.Subresource ?? string.Empty)
            && (left.Operation == Apply || left.ApiVersion == right.ApiVersion);

    /// <summary>The set of an entry.</summary>
    public static FieldSet FieldsOf(V1ManagedFieldsEntry entry, MergeType? type) => FieldsV1.Read(BytesOf(entry), type, isCanonical: true);

    /// <summary>The bytes of an entry's set.</summary>
    public static ReadOnlySpan<byte> BytesOf(V1ManagedFieldsEntry entry) => entry.FieldsV1 switch
    {
        RawJson raw => raw.Utf8.Span,
        null => "{}"u8,
        var other => ApiJson.Serialize(other, other.GetType()),
    };

    /// <summary>Puts entries in the order in which they are stored.</summary>
    public static void Sort(List<V1ManagedFieldsEntry> entries)
    {
        for (var index = 1; index < entries.Count; index++)
        {
            if (Compare(entries[index - 1], entries[index]) <= 0) { continue; }
            entries.Sort(Compare);
            return;
        }
    }

    /// <summary>Whether two lists say the same but for the times.</summary>
    public static bool SameButTimes(IList<V1ManagedFieldsEntry>? left, IList<V1ManagedFieldsEntry>? right)
    {
        if (left is not { Count: > 0 } || right is null || left.Count != right.Count) { return false; }
        for (var index = 0; index < left.Count; index++)
        {
            if (!SameManager(left[index], right[index]) || left[index].ApiVersion != right[index].ApiVersion || !BytesOf(left[index]).SequenceEqual(BytesOf(right[index]))) { return false; }
        }

        return true;
    }

    /// <summary>Whether two lists say the same.</summary>
    public static bool Same(IList<V1ManagedFieldsEntry> live, IList<V1ManagedFieldsEntry> given)
    {
        if (!SameButTimes(live, given)) { return false; }
        for (var index = 0; index < live.Count; index++)
        {
            if (live[index].Time != given[index].Time || live[index].FieldsType != given[index].FieldsType) { return false; }
        }

        return true;
    }

    /// <summary>Merges the oldest updaters of each version into one where there are too many.</summary>
    public static void Cap(List<V1ManagedFieldsEntry> entries)
    {
        var updaters = entries.Where(static entry => entry.Operation == Update).ToList();
        if (updaters.Count <= MaxUpdaters) { return; }
        updaters.Sort(static (left, right) => Seconds(left) != Seconds(right) ? Seconds(left).CompareTo(Seconds(right)) : string.CompareOrdinal(Identity(left), Identity(right)));
        // Of each version the oldest gives its place to a bucket, into which the next oldest go until few enough are left.
        var buckets = new Dictionary<string, Bucket>(StringComparer.Ordinal);
        foreach (var entry in updaters.Where(static entry => entry.Manager == Ancient && string.IsNullOrEmpty(entry.Subresource))) { buckets.TryAdd(entry.ApiVersion, new Bucket(entry)); }
        var gone = new HashSet<V1ManagedFieldsEntry>(ReferenceEqualityComparer.Instance);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var count = updaters.Count;
        foreach (var updater in updaters)
        {
            if (count <= MaxUpdaters) { break; }
            if (seen.Add(updater.ApiVersion)) { buckets.TryAdd(updater.ApiVersion, new Bucket(updater)); continue; }
            var bucket = buckets[updater.ApiVersion];
            if (ReferenceEquals(bucket.Place, updater)) { continue; }
            bucket.Take(updater);
            gone.Add(updater);
            count--;
        }

        var made = new Dictionary<V1ManagedFieldsEntry, Bucket>(ReferenceEqualityComparer.Instance);
        foreach (var bucket in buckets.Values.Where(static bucket => !bucket.IsEmpty)) { made.Add(bucket.Place, bucket); }
        for (var index = 0; index < entries.Count; index++)
        {
            if (made.TryGetValue(entries[index], out var taken)) { entries[index] = taken.ToEntry(); }
        }

        entries.RemoveAll(gone.Contains);
    }

    private static IReadOnlyList<V1ManagedFieldsEntry> ValidOrNone(IList<V1ManagedFieldsEntry>? live)
        => live is null || FaultOf(live) is not null ? [] : live as IReadOnlyList<V1ManagedFieldsEntry> ?? [.. live];

    private static bool IsValid(V1ManagedFieldsEntry entry)
        => entry is { Operation: Update or Apply, FieldsType: "FieldsV1" } && !string.IsNullOrEmpty(entry.ApiVersion);

    private static bool IsBlank(V1ManagedFieldsEntry? entry)
        => entry is null or { Manager: null or "", Operation: null or "", ApiVersion: null or "", Time: null, FieldsType: null or "", FieldsV1: null, Subresource: null or "" };

    private static int Compare(V1ManagedFieldsEntry left, V1ManagedFieldsEntry right)
    {
        var order = string.CompareOrdinal(left.Operation, right.Operation);
        if (order == 0) { order = Seconds(left).CompareTo(Seconds(right)); }
        if (order == 0) { order = string.CompareOrdinal(left.Manager ?? string.Empty, right.Manager ?? string.Empty); }
        if (order == 0) { order = string.CompareOrdinal(left.ApiVersion, right.ApiVersion); }
        return order == 0 ? string.CompareOrdinal(left.Subresource ?? string.Empty, right.Subresource ?? string.Empty) : order;
    }

    private static long Seconds(V1ManagedFieldsEntry entry) => entry.Time is { } time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)).ToUnixTimeSeconds() : 0;

    private static string Identity(V1ManagedFieldsEntry entry) => $"{entry.Manager}\n{entry.Operation}\n{entry.ApiVersion}\n{entry.Subresource}";

    // Equal for entries of which only one may be.
    private static (string Operation, string Subresource, string ApiVersion, string Manager) ManagerOf(V1ManagedFieldsEntry entry)
        => (entry.Operation ?? string.Empty, entry.Subresource ?? string.Empty, entry.Operation == Apply ? string.Empty : entry.ApiVersion ?? string.Empty, entry.Manager ?? string.Empty);

    /// <summary>Where the fields of several updaters of one version are put together.</summary>
    private sealed class Bucket(V1ManagedFieldsEntry place)
    {
        private readonly List<FieldSet> _taken = [];
        private DateTime? _time;

        public V1ManagedFieldsEntry Place { get; } = place;

        public bool IsEmpty => _taken.Count == 0;

        public void Take(V1ManagedFieldsEntry updater)
        {
            _taken.Add(FieldsOf(updater, null));
            _time = updater.Time;
        }

        public V1ManagedFieldsEntry ToEntry() => Make(Ancient, Update, Place.ApiVersion, string.Empty, _time, new RawJson(FieldsV1.Write(Union([FieldsOf(Place, null), .. _taken]))));

        // In pairs: one after the other would copy what there is already once for each.
        private static FieldSet Union(ReadOnlySpan<FieldSet> sets)
            => sets.Length == 1 ? sets[0] : Union(sets[..(sets.Length / 2)]).Union(Union(sets[(sets.Length / 2)..]));
    }
}
