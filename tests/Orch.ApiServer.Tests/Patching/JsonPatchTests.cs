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
}
