using CsCheck;
using Orch.Store.Memory.Index;

namespace Orch.Store.Memory.Tests.Index;

public sealed class KeyIndexTests
{
    [Fact]
    public void AnyAddsAndRemoves_LeaveTheSortedSet()
        => Gen.Select(Gen.Int[0, 3000], Gen.Bool).Array[0, 4000].Sample(
            changes =>
            {
                var index = KeyIndex.Empty;
                var expected = new SortedSet<string>(StringComparer.Ordinal);
                foreach (var (number, isAdded) in changes)
                {
                    var key = $"/{number % 7}/{number}";
                    if (isAdded && expected.Add(key))
                    {
                        index = index.Add(Item(key));
                    }
                    else if (!isAdded)
                    {
                        expected.Remove(key);
                        index = index.Remove(key);
                    }
                }

                Assert.Equal(expected, Keys(index, string.Empty, "\uffff"));
                Assert.All(expected, key => Assert.Equal(key, index.Find(key)?.Key));
                Assert.Null(index.Find("/none"));
                Assert.Equal(expected.Where(key => string.CompareOrdinal(key, "/2/") >= 0 && string.CompareOrdinal(key, "/5/1") < 0), Keys(index, "/2/", "/5/1"));
            },
            iter: 100);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(48)]
    [InlineData(49)]
    [InlineData(20_000)]
    public void BulkLoad_HoldsEverythingAndCanBeChanged(int count)
    {
        var keys = Enumerable.Range(0, count).Select(i => $"/{i:d6}").ToArray();
        var index = KeyIndex.FromSorted([.. keys.Select(Item)]);
        Assert.Equal(keys, Keys(index, string.Empty, "\uffff"));
        var changed = index.Add(Item("/000000x")).Add(Item("/")).Add(Item("/zzz"));
        Assert.Equal(count + 3, Keys(changed, string.Empty, "\uffff").Count);
        foreach (var key in keys)
        {
            index = index.Remove(key);
        }

        Assert.Empty(Keys(index, string.Empty, "\uffff"));
    }

    [Fact]
    public void OldTree_StaysAsItWas()
    {
        var before = KeyIndex.FromSorted([.. Enumerable.Range(0, 500).Select(i => Item($"/{i:d6}"))]);
        var after = before;
        for (var i = 0; i < 500; i += 2)
        {
            after = after.Remove($"/{i:d6}").Add(Item($"/{i:d6}x"));
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"/{i:d6}"), Keys(before, string.Empty, "\uffff"));
        Assert.Equal(500, Keys(after, string.Empty, "\uffff").Count);
    }

    private static KeyHistory Item(string key) => new(key, new KeyVersion(1, null, null));

    private static List<string> Keys(KeyIndex index, string from, string to)
    {
        var collector = new Collector([]);
        index.Walk(from, to, ref collector);
        return collector.Keys;
    }

    private readonly struct Collector(List<string> keys) : IKeyVisitor
    {
        public List<string> Keys => keys;

        public void Visit(KeyHistory history) => keys.Add(history.Key);
    }
}
