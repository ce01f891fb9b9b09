using System.Text;
using CsCheck;
using Orch.ApiServer.Apply;

namespace Orch.ApiServer.Tests.Apply;

public sealed class FieldSetTests
{
    private static readonly Gen<FieldSet> Sets = Gen.Recursive<FieldSet>((depth, below) =>
        Gen.Select(Gen.OneOf<string>("f:a", "f:b", "f:c", "k:{\"name\":\"x\"}", "k:{\"port\":80}", "k:{\"port\":443}", "v:\"x\"", "v:2", "v:10", "i:0"), Gen.Bool, depth < 4 ? below : Gen.Const(FieldSet.Empty))
            .List[0, 4].Select(static items => items.DistinctBy(static item => item.Item1)
                .Select(static item => new FieldNode(Encoding.UTF8.GetBytes(item.Item1), item.Item2 || item.Item3.IsEmpty, item.Item3)).ToList())
            .Select(FieldSet.Of));

    [Fact]
    public void Sets_Random_FollowTheLawsOfSets() => Gen.Select(Sets, Sets, Sets).Sample(static (a, b, c) =>
    {
        var (x, y) = (Paths(a), Paths(b));
        Assert.Equal(x.Union(y).Order(), Paths(a.Union(b)));
        Assert.Equal(x.Intersect(y).Order(), Paths(a.Intersect(b)));
        Assert.Equal(x.Except(y).Order(), Paths(a.Except(b)));
        Assert.Equal(x.Intersect(y).Any(), a.Overlaps(b));
        Assert.Equal(x.SequenceEqual(y), a.SetEquals(b));
        Assert.True(a.Except(b).Union(a.Intersect(b)).SetEquals(a));
        Assert.True(a.Union(b).Union(c).SetEquals(a.Union(b.Union(c))));
        Assert.False(a.ExceptBelow(b).Overlaps(b));
    });

    [Fact]
    public void FieldsV1_Random_ReadsWhatItWrote() => Gen.Select(Sets, Sets, Sets).Sample(static (set, other, third) =>
    {
        var json = FieldsV1.Write(set);
        Assert.True(FieldsV1.Read(json).SetEquals(set));
        Assert.True(FieldsV1.Read(json, null, isCanonical: true).SetEquals(set));
        Assert.Equal(set.Overlaps(other) || set.Overlaps(third), FieldsV1.Overlaps(json, other, third));
    });

    public static TheoryData<string, string> Forms => new()
    {
        { """{"f:b":{},"f:a":{}}""", """{"f:a":{},"f:b":{}}""" },
        { """{"k:{\"port\":443}":{},"k:{\"port\":80}":{},"f:z":{}}""", """{"f:z":{},"k:{\"port\":80}":{},"k:{\"port\":443}":{}}""" },
        { """{"k:{ \"protocol\" : \"TCP\", \"port\": 1 }":{"f:port":{},".":{}}}""", """{"k:{\"port\":1,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}}""" },
        { """{"v:\"b\"":{},"v:\"a\"":{},"v:10":{},"v:9":{}}""", """{"v:\"a\"":{},"v:\"b\"":{},"v:9":{},"v:10":{}}""" },
        { """{"x:new":{},"f:a":{}}""", """{"f:a":{}}""" },
        { """{"f:a":{"f:b":{}},"f:a":{}}""", """{"f:a":{".":{},"f:b":{}}}""" },
        { "null", "{}" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void FieldsV1_AsClientsSendIt_TakesItsCanonicalForm(string given, string canonical) => Assert.Equal(canonical, MergeTypes.Set(given).ToString());

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"f:a\":1}")]
    [InlineData("{\"a\":{}}")]
    [InlineData("{\"k:[1]\":{}}")]
    [InlineData("{\"k:{\":{}}")]
    [InlineData("{\"v:\":{}}")]
    [InlineData("{\"i:x\":{}}")]
    [InlineData("{\"f:a\":{}")]
    public void FieldsV1_Malformed_IsRefused(string given) => Assert.Throws<FormatException>(() => MergeTypes.Set(given));

    [Fact]
    public void Paths_OfAllSteps_ReadLikeUpstreams()
    {
        var set = MergeTypes.Set("""{"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{"f:image":{}}},"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{}}},"f:set":{"v:\"x\"":{}},"f:n":{"i:3":{}}}}""");
        Assert.Equal([".spec.containers[name=\"web\"].image", ".spec.n[3]", ".spec.ports[port=80,protocol=\"TCP\"]", ".spec.set[=\"x\"]"], set.Paths());
    }

    [Fact]
    public void AtAtoms_BelowWhatIsAtomicNow_BelongsToTheWhole()
    {
        var set = MergeTypes.Set("""{"f:spec":{"f:whole":{"f:a":{}},"f:list":{"v:\"x\"":{}},"f:tags":{"f:a":{}}}}""");
        Assert.Equal("""{"f:spec":{"f:list":{},"f:tags":{"f:a":{}},"f:whole":{}}}""", set.AtAtoms(MergeTypes.Custom).ToString());
    }

    private static List<string> Paths(FieldSet set) => [.. set.Paths().Order()];
}
