using Orch.Contracts.Runtime;

namespace Orch.Runtime.Docker.Tests;

[Trait("Needs", "Docker")]
public sealed class DockerContainerRuntimeTests(DockerEngineFixture engine) : ContainerProcessContract, IClassFixture<DockerEngineFixture>, IAsyncLifetime
{
    private readonly string _clusterId = $"test-{Guid.NewGuid():N}";
    private DockerContainerRuntime? _runtime;

    protected override IContainerRuntime Runtime => _runtime ??= engine.Create(_clusterId);

    protected override string ImageName => engine.ImageName;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_runtime is not null)
        {
            await DockerEngineFixture.RemoveAllAsync(_runtime);
            _runtime.Dispose();
        }
    }

    [SkippableFact]
    public async Task SecondAgent_FindsWhatTheFirstMade_WithoutTheImagesLabels()
    {
        var sandbox = await RunAsync();
        var config = await SleeperAsync();
        var id = await StartAsync(sandbox, config);
        using var second = engine.Create(_clusterId);

        var container = Assert.Single(await second.ListContainersAsync(All, Token).WaitAsync(Patience));

        Assert.Equal((id, sandbox, ContainerState.Running), (container.Id, container.Sandbox, container.State));
        Assert.Equal(config.Labels, container.Labels);
        Assert.Equal(config.Labels, (await second.GetContainerStatusAsync(id, Token).WaitAsync(Patience)).Labels);
        Assert.Equal(0, (await second.ExecuteAsync(id, ["/bin/busybox", "true"], Patience, Token).WaitAsync(Patience)).ExitCode);
    }

    [SkippableFact]
    public async Task OtherClusters_SeeNothing()
    {
        var sandbox = await RunAsync();
        var id = await StartAsync(sandbox, await SleeperAsync());
        using var other = engine.Create(_clusterId + "-other");

        Assert.Empty(await other.ListSandboxesAsync(All, Token).WaitAsync(Patience));
        Assert.Empty(await other.ListContainersAsync(All, Token).WaitAsync(Patience));
        await FailsAsync(RuntimeErrorCode.NotFound, () => other.GetContainerStatusAsync(id, Token));
        await FailsAsync(RuntimeErrorCode.NotFound, () => other.GetSandboxStatusAsync(sandbox, Token));
    }

    [SkippableFact]
    public async Task PauseImage_ThatCannotBeHad_IsReplacedByTheBuiltIn()
    {
        using var runtime = engine.Create(_clusterId, options => options.PauseImage = "127.0.0.1:1/pause:3.10");

        var sandbox = await runtime.RunSandboxAsync(Sandbox(), Token).WaitAsync(Patience);

        Assert.True((await runtime.GetSandboxStatusAsync(sandbox, Token).WaitAsync(Patience)).IsReady);
        await DockerEngineFixture.RemoveAllAsync(runtime);
    }

    [SkippableFact]
    public async Task Pull_FromARegistryThatIsNotThere_IsUnreachable()
    {
        var error = await FailsAsync(
            RuntimeErrorCode.ImagePullUnreachable, () => Runtime.PullImageAsync("127.0.0.1:1/app:v1", null, Token).WaitAsync(Patience));

        Assert.Contains("refused", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public Task Pull_OfANameThatIsNone_SaysSo() =>
        FailsAsync(RuntimeErrorCode.InvalidImageName, () => Runtime.PullImageAsync("UPPER//case", null, Token).WaitAsync(Patience));

    [SkippableFact]
    public async Task RemoveImage_InUse_IsRefused()
    {
        var config = await SleeperAsync();
        await Runtime.CreateContainerAsync(await RunAsync(), config, Token).WaitAsync(Patience);

        await FailsAsync(RuntimeErrorCode.InvalidArgument, () => Runtime.RemoveImageAsync(config.ImageId, Token).WaitAsync(Patience));
    }

    [SkippableFact]
    public async Task Engine_ThatGoesAndComesBack_IsUnavailableMeanwhile()
    {
        using var proxy = new EngineProxy(new DockerRuntimeOptions().SocketPath);
        using var runtime = engine.Create(_clusterId, options => options.SocketPath = proxy.SocketPath);
        var sandbox = await runtime.RunSandboxAsync(Sandbox(), Token).WaitAsync(Patience);
        var id = await runtime.CreateContainerAsync(sandbox, await SleeperAsync(), Token).WaitAsync(Patience);
        await runtime.StartContainerAsync(id, Token).WaitAsync(Patience);
        await using var events = runtime.WatchEventsAsync(Token).GetAsyncEnumerator(Token);
        var nextEvent = events.MoveNextAsync().AsTask();
        await using var logs = runtime.ReadLogsAsync(id, new LogRequest { Follow = true }, Token).GetAsyncEnumerator(Token);
        var nextLog = logs.MoveNextAsync().AsTask();
        var command = runtime.ExecuteInteractiveAsync(id, ["/bin/busybox", "sleep", "60"], new TerminalStreams { Output = new MemoryStream() }, Token);
        while (!(await ExecuteAsync(runtime, id, "ps")).Contains("sleep 60", StringComparison.Ordinal))
        {
        }

        proxy.Cut();

        await FailsAsync(RuntimeErrorCode.Unavailable, () => runtime.ListContainersAsync(All, Token).WaitAsync(Patience));
        await FailsAsync(RuntimeErrorCode.Unavailable, () => nextEvent.WaitAsync(Patience));
        await FailsAsync(RuntimeErrorCode.Unavailable, () => nextLog.WaitAsync(Patience));
        await FailsAsync(RuntimeErrorCode.Unavailable, () => command.WaitAsync(Patience));
        proxy.Restore();
        Assert.Equal(ContainerState.Running, Assert.Single(await runtime.ListContainersAsync(All, Token).WaitAsync(Patience)).State);
        Assert.Contains("sleep 1000", await ExecuteAsync(runtime, id, "ps"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task PausedProcesses_AreReapedByTheSandbox()
    {
        var sandbox = await RunAsync(Sandbox() with { Namespaces = new NamespaceSharing { Pid = NamespaceMode.Pod } });
        var id = await StartAsync(sandbox, await SleeperAsync() with { Pid = NamespaceMode.Pod });

        // The inner shell leaves its child behind, which then belongs to process 1 and ends.
        await Runtime.ExecuteAsync(id, ["/bin/busybox", "sh", "-c", "(/bin/busybox sleep 0.1 &) ; exit 0"], Patience, Token).WaitAsync(Patience);
        var result = await Runtime.ExecuteAsync(
            id, ["/bin/busybox", "sh", "-c", "/bin/busybox sleep 0.3; ! /bin/busybox grep -l 'State:.Z' /proc/[0-9]*/status"], Patience, Token).WaitAsync(Patience);

        Assert.Equal(0, result.ExitCode);
    }

    private static async Task<string> ExecuteAsync(DockerContainerRuntime runtime, ContainerId id, params string[] command)
    {
        var result = await runtime.ExecuteAsync(id, ["/bin/busybox", .. command], Patience, Token).WaitAsync(Patience);
        return System.Text.Encoding.UTF8.GetString(result.Output.Span);
    }
}
