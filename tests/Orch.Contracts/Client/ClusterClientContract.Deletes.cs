using k8s.Models;
using Orch.Client;
using Orch.Testing.Builders;

namespace Orch.Contracts.Client;

public abstract partial class ClusterClientContract
{
    [Fact]
    public async Task Delete_RemovesTheObject_AndTheNameIsFreeAgain()
    {
        var first = await CreateAsync("a");
        await Maps.DeleteAsync(Key("a"), DeleteRequest.Default, default);
        await FailsAsync(404, StatusReasons.NotFound, () => Maps.GetAsync(Key("a"), default));
        await FailsAsync(404, StatusReasons.NotFound, () => Maps.DeleteAsync(Key("a"), DeleteRequest.Default, default));
        var second = await CreateAsync("a");
        Assert.NotEqual(first.Metadata.Uid, second.Metadata.Uid);
    }

    [Fact]
    public async Task Delete_WithFinalizers_WaitsUntilTheyAreGone()
    {
        var item = Map("a").WithFinalizer("example.com/hold");
        await Maps.CreateAsync(item, default);
        await Maps.DeleteAsync(Key("a"), DeleteRequest.Default, default);
        var held = await Maps.GetAsync(Key("a"), default);
        Assert.NotNull(held.Metadata.DeletionTimestamp);
        await Maps.DeleteAsync(Key("a"), DeleteRequest.Default, default);
        await Maps.UpdateAsync(held with { Metadata = held.Metadata with { Finalizers = [] } }, default);
        await FailsAsync(404, StatusReasons.NotFound, () => Maps.GetAsync(Key("a"), default));
    }

    [Fact]
    public async Task Delete_Preconditions_MustHold()
    {
        var created = await CreateAsync("a", ("k", "1"));
        await FailsAsync(409, StatusReasons.Conflict,
            () => Maps.DeleteAsync(Key("a"), new DeleteRequest { PreconditionUid = "11111111-1111-1111-1111-111111111111" }, default));
        var updated = await Maps.UpdateAsync(created with { Data = new Dictionary<string, string> { ["k"] = "2" } }, default);
        await FailsAsync(409, StatusReasons.Conflict,
            () => Maps.DeleteAsync(Key("a"), new DeleteRequest { PreconditionResourceVersion = created.Metadata.ResourceVersion }, default));
        await Maps.DeleteAsync(
            Key("a"), new DeleteRequest { PreconditionUid = created.Metadata.Uid, PreconditionResourceVersion = updated.Metadata.ResourceVersion }, default);
        await FailsAsync(404, StatusReasons.NotFound, () => Maps.GetAsync(Key("a"), default));
    }

    [Theory]
    [InlineData("Foreground", "foregroundDeletion")]
    [InlineData("Orphan", "orphan")]
    public async Task Delete_PropagationThatNeedsWork_LeavesAFinalizerForIt(string policy, string finalizer)
    {
        var sets = Client.Resource<V1ReplicaSet>();
        await sets.CreateAsync(Build.ReplicaSet("web").InNamespace(Namespace), default);
        await sets.DeleteAsync(Key("web"), new DeleteRequest { PropagationPolicy = policy }, default);
        var held = await sets.GetAsync(Key("web"), default);
        Assert.NotNull(held.Metadata.DeletionTimestamp);
        Assert.Contains(finalizer, held.Metadata.Finalizers);
    }

    [Fact]
    public async Task Delete_PodOnANode_WaitsForTheNode_WhichDeletesWithoutGrace()
    {
        var pods = Client.Resource<V1Pod>();
        await pods.CreateAsync(Build.Pod("a").InNamespace(Namespace).OnNode("n1"), default);
        await pods.DeleteAsync(Key("a"), new DeleteRequest { GracePeriod = TimeSpan.FromSeconds(20) }, default);
        var stopping = await pods.GetAsync(Key("a"), default);
        Assert.NotNull(stopping.Metadata.DeletionTimestamp);
        Assert.Equal(20, stopping.Metadata.DeletionGracePeriodSeconds);
        await pods.DeleteAsync(Key("a"), DeleteRequest.Force with { PreconditionUid = stopping.Metadata.Uid }, default);
        await FailsAsync(404, StatusReasons.NotFound, () => pods.GetAsync(Key("a"), default));
    }

    [Fact]
    public async Task Delete_PodOnNoNode_IsGoneAtOnce()
    {
        var pods = Client.Resource<V1Pod>();
        await pods.CreateAsync(Build.Pod("a").InNamespace(Namespace), default);
        await pods.DeleteAsync(Key("a"), DeleteRequest.Default, default);
        await FailsAsync(404, StatusReasons.NotFound, () => pods.GetAsync(Key("a"), default));
    }

    [Fact]
    public async Task Bind_PutsAPodOnANode_Once()
    {
        var pods = Client.Resource<V1Pod>();
        await pods.CreateAsync(Build.Pod("a").InNamespace(Namespace), default);
        var binding = new V1Binding
        {
            Metadata = new V1ObjectMeta { Name = "a", NamespaceProperty = Namespace },
            Target = new V1ObjectReference { ApiVersion = "v1", Kind = "Node", Name = "n1" },
        };
        Assert.Null(await pods.CreateSubresourceAsync(Key("a"), "binding", binding, default));
        var bound = await pods.GetAsync(Key("a"), default);
        Assert.Equal("n1", bound.Spec.NodeName);
        Assert.Contains(bound.Status.Conditions, condition => condition is { Type: "PodScheduled", Status: "True" });
        await FailsAsync(409, StatusReasons.Conflict, () => pods.CreateSubresourceAsync(Key("a"), "binding", binding, default));
    }
}
