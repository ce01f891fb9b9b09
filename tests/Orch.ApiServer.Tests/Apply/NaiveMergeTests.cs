using CsCheck;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Tests.Apply;

/// <summary>Merging, comparing and removing on random objects of random shapes, against the plainest account of each.</summary>
public sealed class NaiveMergeTests
{
    private static readonly string[] Names = ["a", "b", "c", "d"];

    [Fact]
    public void Merge_Random_LaysOneOverTheOther() => Gen.UInt.Sample(static seed =>
    {
        var random = new Random((int)seed);
        var type = Shape(random, 4);
        var (live, applied) = ((JsonMap)Value(type, random)!, (JsonMap)Value(type, random)!);
        var merged = TreeMerge.Merge(live, applied, type);
        Assert.Equal(NaiveMerge.Merge(NaiveMerge.Flatten(live, type), NaiveMerge.Flatten(applied, type)), NaiveMerge.Flatten(merged, type));
        Assert.True(TreeValidation.Check(merged, type).IsEmpty);
        // Whatever is applied keeps its order.
        Assert.True(JsonTree.Equals(applied, TreeMerge.Merge(null, applied, type)));
        Assert.True(JsonTree.Equals(merged, TreeMerge.Merge(merged, applied, type)) || !IsInOrder(merged, applied, type));
    });

    [Fact]
    public void Compare_Random_TellsEveryLeafThatDiffers() => Gen.UInt.Sample(static seed =>
    {
        var random = new Random((int)seed);
        var type = Shape(random, 4);
        var (old, now) = ((JsonMap)Value(type, random)!, (JsonMap)Value(type, random)!);
        var changes = ChangeWalker.Between(JsonTree.Write(old), JsonTree.Write(now), type, IgnoredFields.Nothing);
        var (before, after) = (NaiveMerge.Flatten(old, type), NaiveMerge.Flatten(now, type));
        var changed = after.Where(pair => !before.TryGetValue(pair.Key, out var was) || was != pair.Value).Select(static pair => pair.Key).ToList();
        var removed = before.Keys.Where(path => !after.ContainsKey(path)).ToList();
        Told(changed, changes.Changed.Paths());
        Told(removed, changes.Removed.Paths());

        // Beside the leaves only what they are in is told.
        static void Told(List<string> leaves, IEnumerable<string> told)
        {
            var all = told.ToHashSet(StringComparer.Ordinal);
            Assert.All(leaves, path => Assert.Contains(path, all));
            Assert.All(all, path => Assert.True(leaves.Exists(leaf => leaf.StartsWith(path, StringComparison.Ordinal)), $"{path} is told but does not differ"));
        }
    });

    [Fact]
    public void Fields_Random_AreTheLeaves() => Gen.UInt.Sample(static seed =>
    {
        var random = new Random((int)seed);
        var type = Shape(random, 4);
        var value = (JsonMap)Value(type, random)!;
        var fields = TreeFields.Of(value, type);
        var table = NaiveMerge.Flatten(value, type);
        Assert.Empty(table.Keys.Except(fields.Paths()));
        Assert.All(fields.Paths(), path => Assert.True(table.Keys.Any(leaf => leaf.StartsWith(path, StringComparison.Ordinal)), $"{path} is no field of the object"));
        // All of it taken out leaves nothing.
        Assert.Empty(NaiveMerge.Flatten(TreeRemoval.Remove(value, type, fields) ?? new JsonMap(), type));
        Assert.Equal(fields.ToString(), FieldsV1.Read(FieldsV1.Write(fields)).ToString());
    });

    // Items that are not applied may move when they stand between applied ones.
    private static bool IsInOrder(object? merged, object? applied, MergeType type) => JsonTree.Equals(TreeMerge.Merge(TreeMerge.Merge(merged, applied, type), applied, type), TreeMerge.Merge(merged, applied, type));

    private static MergeType Shape(Random random, int depth)
    {
        var fields = new List<MergeField>();
        foreach (var name in Names[..random.Next(1, Names.Length + 1)])
        {
            var field = Any(random, depth - 1);
            fields.Add(new MergeField(name, field));
        }

        return MergeType.Struct(fields);
    }

    private static MergeType Any(Random random, int depth) => random.Next(depth > 0 ? 9 : 5) switch
    {
        0 => MergeType.String,
        1 => MergeType.Number,
        2 => MergeType.Boolean,
        3 => MergeType.AtomicList(MergeType.String),
        4 => MergeType.Set(MergeType.String),
        5 => MergeType.MapOf(Any(random, depth - 1)),
        6 => MergeType.MapOf(MergeType.String, isAtomic: true),
        7 => Shape(random, depth - 1),
        _ => KeyedList(random, depth),
    };

    private static MergeType KeyedList(Random random, int depth)
    {
        var fields = new List<MergeField> { new("key", MergeType.Number), new("kind", MergeType.String) };
        fields.AddRange(Names[..random.Next(Names.Length)].Select(name => new MergeField(name, Any(random, depth - 1))));
        return MergeType.Keyed(MergeType.Struct(fields), random.Next(2) == 0 ? [new MergeKey("key")] : [new MergeKey("key"), new MergeKey("kind", "\"x\"")]);
    }

    private static object? Value(MergeType type, Random random)
    {
        if (type.Map is { } map)
        {
            var result = new JsonMap();
            foreach (var field in map.Fields)
            {
                if (random.Next(3) > 0) { result[field.Name] = Value(field.Type, random); }
            }

            if (map.Element is { } element)
            {
                foreach (var name in Names.Where(_ => random.Next(2) == 0)) { result[name] = Value(element, random); }
            }

            // Nothing in it would be a leaf of its own; the other tests have that.
            if (result.Count == 0)
            {
                if (map.Fields.Count > 0) { result[map.Fields[0].Name] = Value(map.Fields[0].Type, random); }
                else { result["a"] = Value(map.Element!, random); }
            }

            return result;
        }

        if (type.List is { } list) { return Items(list, random); }
        return type.Scalar switch { ScalarKind.String => Names[random.Next(Names.Length)], ScalarKind.Boolean => random.Next(2) == 0, _ => JsonTree.Read(random.Next(3) == 0 ? "0"u8 : random.Next(2) == 0 ? "1"u8 : "2"u8) };
    }

    private static JsonList Items(MergeList list, Random random)
    {
        var result = new JsonList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            var item = Value(list.Element, random);
            if (item is JsonMap keyed && list.Keys.Length > 0)
            {
                keyed["key"] = JsonTree.Read("12345"u8.Slice(random.Next(5), 1));
                var kind = keyed.GetValueOrDefault("kind") as string ?? "x";
                if (!seen.Add($"{System.Text.Encoding.UTF8.GetString(JsonTree.Write(keyed["key"]))} {(list.Keys.Length > 1 ? kind : string.Empty)}")) { continue; }
            }
            else if (!seen.Add((string)item!)) { continue; }
            result.Add(item);
        }

        return result;
    }
}
