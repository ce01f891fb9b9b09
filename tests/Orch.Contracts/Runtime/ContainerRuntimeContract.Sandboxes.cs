using Orch.Runtime;

namespace Orch.Contracts.Runtime;

public abstract partial class ContainerRuntimeContract
{
    [SkippableFact]
    public async Task GetInfo_NamesTheEngine()
    {
        var info = await Runtime.GetInfoAsync(Token).WaitAsync(Patience);

        Assert.NotEmpty(info.Name);
        Assert.NotEmpty(info.Version);
    }

    [SkippableFact]
    public async Task RunSandbox_GivesBackWhatItWasGiven()
    {
        var config = Sandbox("web", attempt: 2);
        var id = await RunAsync(config);

        var status = await Runtime.GetSandboxStatusAsync(id, Token).WaitAsync(Patience);

        Assert.Equal((id, config.Pod, 2, true), (status.Id, status.Pod, status.Attempt, status.IsReady));
        Assert.Equal(config.Labels, status.Labels);
        Assert.Equal(config.Annotations, status.Annotations);
        Assert.NotNull(status.NetworkNamespacePath);
        Assert.NotEqual(default, status.CreatedAt);
    }

    [SkippableFact]
    public async Task RunSandbox_OnTheNodesNetwork_HasNoNamespaceOfItsOwn()
    {
        var config = Sandbox() with { Namespaces = new NamespaceSharing { Network = NamespaceMode.Node }, Hostname = string.Empty };
        var id = await RunAsync(config);

        var status = await Runtime.GetSandboxStatusAsync(id, Token).WaitAsync(Patience);

        Assert.Null(status.NetworkNamespacePath);
        Assert.Equal(NamespaceMode.Node, status.Namespaces.Network);
    }

    [SkippableFact]
    public async Task RunSandbox_OfTheSamePodAndAttempt_IsRefused()
    {
        await RunAsync();

        await FailsAsync(RuntimeErrorCode.AlreadyExists, () => RunAsync());
        await RunAsync(Sandbox(attempt: 1));
    }

    [SkippableFact]
    public async Task RunSandbox_FromSeveralCallersAtOnce_SucceedsOnce()
    {
        var tries = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            try
            {
                await RunAsync();
                return true;
            }
            catch (RuntimeException e) when (e.Code == RuntimeErrorCode.AlreadyExists)
            {
                return false;
            }
        }));

        Assert.Equal(1, tries.Count(succeeded => succeeded));
    }

    [SkippableFact]
    public async Task ListSandboxes_FiltersByAllLabels()
    {
        var web = await RunAsync(Sandbox("web"));
        var db = await RunAsync(Sandbox("db"));

        var all = await Runtime.ListSandboxesAsync(All, Token).WaitAsync(Patience);
        var one = await Runtime.ListSandboxesAsync(new Dictionary<string, string> { [RuntimeLabels.PodUid] = "uid-db", [RuntimeLabels.PodName] = "db" }, Token).WaitAsync(Patience);
        var none = await Runtime.ListSandboxesAsync(new Dictionary<string, string> { [RuntimeLabels.PodUid] = "uid-db", [RuntimeLabels.PodName] = "web" }, Token).WaitAsync(Patience);

        Assert.Equal(new[] { web, db }.ToHashSet(), all.Select(s => s.Id).ToHashSet());
        Assert.Equal(db, Assert.Single(one).Id);
        Assert.True(one[0].IsReady);
        Assert.NotNull(one[0].NetworkNamespacePath);
        Assert.Empty(none);
    }

    [SkippableFact]
    public async Task StopSandbox_EndsItsContainers_AndMayBeRepeated()
    {
        var sandbox = await RunAsync();
        var container = await StartAsync(sandbox, await SleeperAsync());

        await Runtime.StopSandboxAsync(sandbox, Token).WaitAsync(Patience);
        await Runtime.StopSandboxAsync(sandbox, Token).WaitAsync(Patience);

        Assert.Equal(ContainerState.Exited, (await StatusAsync(container)).State);
        var status = await Runtime.GetSandboxStatusAsync(sandbox, Token).WaitAsync(Patience);
        Assert.False(status.IsReady);
        Assert.False(Assert.Single(await Runtime.ListSandboxesAsync(All, Token).WaitAsync(Patience)).IsReady);
    }

    [SkippableFact]
    public async Task RemoveSandbox_TakesItsContainers_AndMayBeRepeated()
    {
        var sandbox = await RunAsync();
        var container = await StartAsync(sandbox, await SleeperAsync());

        await Runtime.RemoveSandboxAsync(sandbox, Token).WaitAsync(Patience);
        await Runtime.RemoveSandboxAsync(sandbox, Token).WaitAsync(Patience);
        await Runtime.StopSandboxAsync(sandbox, Token).WaitAsync(Patience);

        await FailsAsync(RuntimeErrorCode.NotFound, () => Runtime.GetSandboxStatusAsync(sandbox, Token));
        await FailsAsync(RuntimeErrorCode.NotFound, () => StatusAsync(container));
        Assert.Empty(await Runtime.ListSandboxesAsync(All, Token).WaitAsync(Patience));
        Assert.Empty(await Runtime.ListContainersAsync(All, Token).WaitAsync(Patience));
        await RunAsync();
    }
}
