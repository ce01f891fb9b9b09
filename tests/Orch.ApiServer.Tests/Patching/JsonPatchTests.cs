using System.Text;
using Orch.ApiServer.Json;
using Orch.ApiServer.Patching;
using Orch.Testing.Oracle;

namespace Orch.ApiServer.Tests.Patching;

public sealed class JsonPatchTests
{
    [SkippableTheory]
    [InlineData("spec_tests.json")]
    [InlineData("tests.json")]
    public void PublicCases_Pass(string file)
    {
        var path = OracleData.Require("json-patch", file);
        var failures = new List<string>();
        var run = 0;
        foreach (var item in (JsonList)JsonTree.Read(File.ReadAllBytes(path))!)
        {
            var test = (JsonMap)item!;
            if (!test.ContainsKey("patch") || test.GetValueOrDefault("disabled") is true) { continue; }
            run++;
            var name = test.GetValueOrDefault("comment") as string ?? Encoding.UTF8.GetString(JsonTree.Write(test["patch"]));
            try
            {
                var outcome = JsonPatch.Apply(JsonTree.Copy(test["doc"]), test["patch"]);
                if (test.ContainsKey("error")) { failures.Add($"{name}: applied, should fail with {test.GetValueOrDefault("error")}"); }
                else if (test.TryGetValue("expected", out var expected) && !JsonTree.Equals(outcome, expected)) { failures.Add($"{name}: {Encoding.UTF8.GetString(JsonTree.Write(outcome))}"); }
            }
            catch (PatchFault fault)
            {
                if (!test.ContainsKey("error")) { failures.Add($"{name}: {fault.Message}"); }
            }
        }

        Assert.True(run > 10, $"only {run} cases were found");
        Assert.Empty(failures);
    }

    [Fact]
    public void TooManyOperations_AreRefused()
    {
        var patch = new JsonList(Enumerable.Repeat<object?>(new JsonMap { ["op"] = "test", ["path"] = "/a", ["value"] = true }, 10_001));
        var fault = Assert.Throws<PatchFault>(() => JsonPatch.Apply(new JsonMap { ["a"] = true }, patch));
        Assert.Equal((413, "The allowed maximum operations in a JSON patch is 10000, got 10001"), (fault.Code, fault.Message));
    }

    [Fact]
    public void DoublingCopies_AreStopped()
    {
        var patch = new JsonList(Enumerable.Range(0, 60).Select(index => (object?)new JsonMap { ["op"] = "copy", ["from"] = "", ["path"] = $"/k{index}" }));
        Assert.Throws<PatchFault>(() => JsonPatch.Apply(new JsonMap { ["a"] = new string('x', 100) }, patch));
    }

    [Fact]
    public void NegativeIndexes_CountFromTheEnd()
    {
        var patch = JsonTree.Read("""[{"op":"replace","path":"/a/-1","value":9},{"op":"remove","path":"/a/-3"}]"""u8);
        var outcome = JsonPatch.Apply(JsonTree.Read("""{"a":[1,2,3]}"""u8), patch);
        Assert.Equal("""{"a":[2,9]}""", Encoding.UTF8.GetString(JsonTree.Write(outcome)));
    }

    [Theory]
    [InlineData("""[{"op":"add","path":"/x/y","value":1}]""", "add operation does not apply: doc is missing path: \"/x/y\": missing value")]
    [InlineData("""[{"op":"add","path":"/s/y","value":1}]""", "add operation does not apply: doc is missing path: \"/s/y\": missing value")]
    [InlineData("""[{"op":"add","path":"/l/8","value":1}]""", "error in add for path: '/l/8': Unable to access invalid index: 8: invalid index referenced")]
    [InlineData("""[{"op":"add","path":"/l/x","value":1}]""", "error in add for path: '/l/x': value was not a proper array index: 'x': strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("""[{"op":"remove","path":"/x/y"}]""", "remove operation does not apply: doc is missing path: \"/x/y\": missing value")]
    [InlineData("""[{"op":"remove","path":"/m/y"}]""", "error in remove for path: '/m/y': Unable to remove nonexistent key: y: missing value")]
    [InlineData("""[{"op":"remove","path":"/l/2"}]""", "error in remove for path: '/l/2': Unable to access invalid index: 2: invalid index referenced")]
    [InlineData("""[{"op":"remove","path":"/l/x"}]""", "error in remove for path: '/l/x': strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("""[{"op":"replace","path":"/x/y","value":1}]""", "replace operation does not apply: doc is missing path: /x/y: missing value")]
    [InlineData("""[{"op":"replace","path":"/l/-","value":1}]""", "replace operation does not apply: doc is missing key: /l/-: missing value")]
    [InlineData("""[{"op":"move","from":"/x/y","path":"/m/b"}]""", "move operation does not apply: doc is missing from path: /x/y: missing value")]
    [InlineData("""[{"op":"move","from":"/m/y","path":"/m/b"}]""", "error in move for path: 'y': Unable to remove nonexistent key: y: missing value")]
    [InlineData("""[{"op":"move","from":"/m/a","path":"/x/b"}]""", "move operation does not apply: doc is missing destination path: /x/b: missing value")]
    [InlineData("""[{"op":"copy","from":"/x/y","path":"/m/b"}]""", "copy operation does not apply: doc is missing from path: /x/y: missing value")]
    [InlineData("""[{"op":"copy","from":"/m/a","path":"/x/b"}]""", "copy operation does not apply: doc is missing destination path: /x/b: missing value")]
    [InlineData("""[{"op":"test","path":"/x/y","value":1}]""", "test operation does not apply: is missing path: /x/y: missing value")]
    [InlineData("""[{"op":"test","path":"/l/7","value":1}]""", "error in test for path: '/l/7': Unable to access invalid index: 7: invalid index referenced")]
    [InlineData("""[{"op":"test","path":"/m/y","value":1}]""", "testing value /m/y failed: test failed")]
    [InlineData("""[{"op":"test","path":"/m/y","value":null},{"op":"replace","path":"/m/y","value":2},{"op":"test","path":"/m/y","value":2},{"op":"remove","path":"/m"}]""", null)]
    public void Patch_ThatDoesNotApply_IsRefusedInTheWordsOfUpstreamsLibrary(string patch, string? message)
    {
        var fault = Record.Exception(() => JsonPatch.Apply(JsonTree.Read("""{"m":{"a":1},"l":[1,2],"s":"x"}"""u8), JsonTree.Read(Encoding.UTF8.GetBytes(patch))));
        Assert.Equal(message, fault?.Message);
        Assert.Equal(message?.StartsWith("testing", StringComparison.Ordinal) == true, fault is PatchFault { IsFailedTest: true });
    }
}
