using k8s.Models;
using Orch.Client;
using Orch.Testing.Builders;

namespace Orch.Contracts.Client;

public abstract partial class ClusterClientContract
{
    [Fact]
    public async Task Patch_Merge_SetsAndRemoves()
    {
        await CreateAsync("a", ("keep", "1"), ("drop", "1"));
        var patched = await Maps.PatchAsync(Key("a"), new ResourcePatch(PatchKind.Merge, Utf8("""{"data":{"drop":null,"new":"2"}}""")), default);
        Assert.Equal("keep=1,new=2", string.Join(',', patched.Data.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Fact]
    public async Task Patch_Json_AppliesOperations()
    {
        await CreateAsync("a", ("k", "1"));
        var patched = await Maps.PatchAsync(Key("a"), new ResourcePatch(PatchKind.Json, Utf8(
            """[{"op":"test","path":"/data/k","value":"1"},{"op":"replace","path":"/data/k","value":"2"},{"op":"add","path":"/data/n","value":"3"}]""")), default);
        Assert.Equal(("2", "3"), (patched.Data["k"], patched.Data["n"]));
    }

    [Fact]
    public async Task Patch_Json_WhoseTestFails_ChangesNothing()
    {
        await CreateAsync("a", ("k", "1"));
        var failure = await Assert.ThrowsAsync<ApiException>(() => Maps.PatchAsync(Key("a"), new ResourcePatch(PatchKind.Json, Utf8(
            """[{"op":"test","path":"/data/k","value":"9"},{"op":"replace","path":"/data/k","value":"2"}]""")), default));
        Assert.Equal(422, failure.Code);
        Assert.Equal("1", (await Maps.GetAsync(Key("a"), default)).Data["k"]);
    }

    [Fact]
    public async Task Patch_StrategicMerge_MergesListsByKey()
    {
        var sets = Client.Resource<V1ReplicaSet>();
        await sets.CreateAsync(Build.ReplicaSet("web").InNamespace(Namespace), default);
        var patched = await sets.PatchAsync(Key("web"), new ResourcePatch(PatchKind.StrategicMerge, Utf8(
            """{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"busybox:2"},{"name":"side","image":"busybox:3"}]}}}}""")), default);
        Assert.Equal(
            ["main=busybox:2", "side=busybox:3"],
            patched.Spec.Template.Spec.Containers.Select(container => $"{container.Name}={container.Image}").Order(StringComparer.Ordinal));
        Assert.Equal("IfNotPresent", patched.Spec.Template.Spec.Containers.Single(container => container.Name == "main").ImagePullPolicy);
    }

    [Fact]
    public async Task Patch_OfStatus_MergesConditions_AndLeavesTheSpec()
    {
        var pods = Client.Resource<V1Pod>();
        await pods.CreateAsync(Build.Pod("a").InNamespace(Namespace), default);
        foreach (var condition in new[] { "Ready", "Initialized" })
        {
            await pods.PatchAsync(Key("a"), new ResourcePatch(PatchKind.StrategicMerge, Utf8(
                $$$"""{"status":{"conditions":[{"type":"{{{condition}}}","status":"True"}]}}"""), "status"), default);
        }

        var read = await pods.GetAsync(Key("a"), default);
        Assert.Equal(["Initialized", "Ready"], read.Status.Conditions.Select(condition => condition.Type).Order(StringComparer.Ordinal));
        Assert.Single(read.Spec.Containers);
    }

    [Fact]
    public async Task Patch_WithAStaleVersion_Conflicts()
    {
        var created = await CreateAsync("a", ("k", "1"));
        await Maps.UpdateAsync(created with { Data = new Dictionary<string, string> { ["k"] = "2" } }, default);
        await FailsAsync(409, StatusReasons.Conflict, () => Maps.PatchAsync(Key("a"), new ResourcePatch(PatchKind.Merge, Utf8(
            $$$"""{"metadata":{"resourceVersion":"{{{created.Metadata.ResourceVersion}}}"},"data":{"k":"3"}}""")), default));
    }

    [Fact]
    public async Task Patch_ThatChangesNothing_KeepsTheVersion()
    {
        var created = await CreateAsync("a", ("k", "1"));
        var patched = await Maps.PatchAsync(Key("a"), new ResourcePatch(PatchKind.Merge, Utf8("""{"data":{"k":"1"}}""")), default);
        Assert.Equal(created.Metadata.ResourceVersion, patched.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Patch_Absent_IsNotFound()
        => await FailsAsync(404, StatusReasons.NotFound, () => Maps.PatchAsync(Key("none"), new ResourcePatch(PatchKind.Merge, Utf8("{}")), default));

    [Theory]
    [InlineData(PatchKind.Merge)]
    [InlineData(PatchKind.Json)]
    [InlineData(PatchKind.StrategicMerge)]
    public async Task Patch_ThatIsNotJson_IsABadRequest(PatchKind kind)
    {
        await CreateAsync("a");
        var failure = await Assert.ThrowsAsync<ApiException>(() => Maps.PatchAsync(Key("a"), new ResourcePatch(kind, Utf8("{nonsense")), default));
        Assert.Equal(400, failure.Code);
    }
}
