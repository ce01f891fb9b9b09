using System.Text;
using Orch.ApiServer.Json;
using Orch.ApiServer.OpenApi;

namespace Orch.ApiServer.Tests.OpenApi;

public sealed class SpecMergeTests
{
    [Fact]
    public void Filter_KeepsWhatThePathsNeed_ThroughAllReferences()
        => Assert.Equal(
            """{"swagger":"2.0","paths":{"/apis/a/v1/x":{"get":{"schema":{"$ref":"#/definitions/A"}}}},"definitions":{"A":{"items":{"$ref":"#/definitions/B"}},"B":{"properties":{"a":{"$ref":"#/definitions/A"}}}}}""",
            Text(SpecMerge.Filter(
                Read("""{"swagger":"2.0","paths":{"/apis/a/v1/x":{"get":{"schema":{"$ref":"#/definitions/A"}}},"/apis/a/v11/x":{"get":{"schema":{"$ref":"#/definitions/C"}}}},"definitions":{"A":{"items":{"$ref":"#/definitions/B"}},"B":{"properties":{"a":{"$ref":"#/definitions/A"}}},"C":{}}}"""),
                "/apis/a/v1/")));

    public static TheoryData<string, string, string, string> Merges => new()
    {
        { "a path that both have", """{"paths":{"/a":{"x":1}},"definitions":{}}""", """{"paths":{"/a":{"$ref":"#/definitions/D"},"/b":{}},"definitions":{"D":{}}}""", """{"paths":{"/a":{"x":1},"/b":{}},"definitions":{}}""" },
        { "a definition that both have", """{"paths":{},"definitions":{"D":{"type":"object"}}}""", """{"paths":{"/b":{"$ref":"#/definitions/D"}},"definitions":{"D":{"type":"object"}}}""", """{"paths":{"/b":{"$ref":"#/definitions/D"}},"definitions":{"D":{"type":"object"}}}""" },
        { "definitions that differ", """{"paths":{},"definitions":{"D":{"type":"object"},"D_v2":{"type":"x"}}}""", """{"paths":{"/b":{"$ref":"#/definitions/E"}},"definitions":{"D":{"type":"string"},"E":{"$ref":"#/definitions/D"}}}""", """{"paths":{"/b":{"$ref":"#/definitions/E"}},"definitions":{"D":{"type":"object"},"D_v2":{"type":"x"},"D_v3":{"type":"string"},"E":{"$ref":"#/definitions/D_v3"}}}""" },
        { "one that has been renamed before", """{"paths":{},"definitions":{"D":{"type":"object"},"D_v2":{"type":"string"}}}""", """{"paths":{"/b":{"$ref":"#/definitions/D"}},"definitions":{"D":{"type":"string"}}}""", """{"paths":{"/b":{"$ref":"#/definitions/D_v2"}},"definitions":{"D":{"type":"object"},"D_v2":{"type":"string"}}}""" },
        { "kinds that differ", """{"paths":{},"definitions":{"D":{"x-kubernetes-group-version-kind":[{"kind":"A"}]}}}""", """{"paths":{"/b":{"$ref":"#/definitions/D"}},"definitions":{"D":{"x-kubernetes-group-version-kind":[{"kind":"A"},{"kind":"B"}]}}}""", """{"paths":{"/b":{"$ref":"#/definitions/D"}},"definitions":{"D":{"x-kubernetes-group-version-kind":[{"kind":"A"},{"kind":"B"}]}}}""" },
        { "parameters that differ", """{"paths":{},"parameters":{"p":{"type":"x"}}}""", """{"paths":{"/b":[{"$ref":"#/parameters/p"}]},"parameters":{"p":{"type":"y"}}}""", """{"paths":{"/b":[{"$ref":"#/parameters/p_v2"}]},"parameters":{"p":{"type":"x"},"p_v2":{"type":"y"}}}""" },
    };

    [Theory]
    [MemberData(nameof(Merges))]
    public void Add_OfCase_MakesOneDocument(string what, string into, string other, string expected)
    {
        var (target, source) = (Read(into), Read(other));
        SpecMerge.Add(target, source);
        Assert.True(Text(target) == expected, $"{what}: {Text(target)}");
        Assert.Equal(other, Text(source));
    }

    private static JsonMap Read(string json) => (JsonMap)JsonTree.Read(Encoding.UTF8.GetBytes(json))!;

    private static string Text(JsonMap map) => Encoding.UTF8.GetString(JsonTree.Write(map));
}
