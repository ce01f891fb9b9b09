using System.Text;
using CsCheck;
using Orch.ApiServer.Caching;

namespace Orch.ApiServer.Tests.Caching;

public sealed class ObjectTreeTests
{
    [Fact]
    public void Tree_AnyChanges_IsLikeASortedMap()
    {
        var change = Gen.Select(Gen.Int[0, 400], Gen.Bool);
        change.Array[0, 1500].Sample(changes =>
        {
            var tree = ObjectTree.Empty;
            var model = new SortedDictionary<string, CachedObject>(StringComparer.Ordinal);
            var revision = 1L;
            foreach (var (number, isRemoval) in changes)
            {
                var key = Key(number);
                if (isRemoval) { tree = tree.Remove(key); model.Remove(key); continue; }
                var item = Item(key, revision++);
                tree = tree.Set(item);
                model[key] = item;
            }

            var from = Key(changes.Length % 400);
            var to = Key((changes.Length * 7) % 400);
            return tree.Count == model.Count
                && Walk(tree, "/", "0").SequenceEqual(model.Values)
                && Walk(tree, from, to).SequenceEqual(model.Values.Where(item => string.CompareOrdinal(item.Key, from) >= 0 && string.CompareOrdinal(item.Key, to) < 0))
                && tree.CountRange(from, to) == Walk(tree, from, to).Count
                && model.All(pair => ReferenceEquals(tree.Find(pair.Key), pair.Value));
        }, iter: 200);
    }

    [Fact]
    public void Tree_Changed_LeavesOlderVersionsAlone()
    {
        var versions = new List<(ObjectTree Tree, int Count)>();
        var tree = ObjectTree.Empty;
        for (var number = 0; number < 1000; number++)
        {
            tree = tree.Set(Item(Key(number), number + 1));
            if (number % 100 == 0) { versions.Add((tree, number + 1)); }
        }

        for (var number = 0; number < 1000; number += 2) { tree = tree.Remove(Key(number)); }

        Assert.All(versions, version => Assert.Equal(version.Count, Walk(version.Tree, "/", "0").Count));
        Assert.Equal(500, tree.Count);
    }

    private static string Key(int number) => $"/registry/core/pods/ns-{number % 7}/p-{number:D4}";

    private static CachedObject Item(string key, long revision) => new(key, Encoding.UTF8.GetBytes("{\"metadata\":{\"name\":\"x\"}}"), revision, null);

    private static List<CachedObject> Walk(ObjectTree tree, string from, string to)
    {
        var found = new List<CachedObject>();
        foreach (var item in tree.Range(from, to)) { found.Add(item); }
        return found;
    }
}
