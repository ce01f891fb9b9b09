using Orch.Runtime;

namespace Orch.Contracts.Runtime;

public abstract partial class ContainerRuntimeContract
{
    [SkippableFact]
    public async Task Container_GoesFromCreatedOverRunningToExited()
    {
        var sandbox = await RunAsync();
        var config = await SleeperAsync();
        var id = await Runtime.CreateContainerAsync(sandbox, config with { Attempt = 3 }, Token).WaitAsync(Patience);

        var created = await StatusAsync(id);
        Assert.Equal((ContainerState.Created, "main", 3, sandbox), (created.State, created.Name, created.Attempt, created.Sandbox));
        Assert.Equal((null, null, null), (created.StartedAt, created.FinishedAt, created.ExitCode));
        Assert.Equal(config.Labels, created.Labels);
        Assert.Equal(config.Annotations, created.Annotations);
        Assert.Equal(config.Image, created.Image);
        Assert.NotEmpty(created.ImageReference);

        await Runtime.StartContainerAsync(id, Token).WaitAsync(Patience);
        await Runtime.StartContainerAsync(id, Token).WaitAsync(Patience);
        var running = await StatusAsync(id);
        Assert.Equal(ContainerState.Running, running.State);
        Assert.NotNull(running.StartedAt);
        Assert.Null(running.FinishedAt);

        await Runtime.StopContainerAsync(id, TimeSpan.Zero, Token).WaitAsync(Patience);
        await Runtime.StopContainerAsync(id, TimeSpan.FromSeconds(1), Token).WaitAsync(Patience);
        var exited = await StatusAsync(id);
        Assert.Equal((ContainerState.Exited, 137), (exited.State, exited.ExitCode));
        Assert.NotNull(exited.FinishedAt);
    }

    [SkippableFact]
    public async Task Container_ThatEnds_TellsItsExitCode()
    {
        var id = await StartAsync(await RunAsync(), await ConfigAsync("job", "sh", "-c", "exit 3"));

        var status = await WaitForExitAsync(id);

        Assert.Equal((3, false), (status.ExitCode, status.IsOutOfMemory));
    }

    [SkippableFact]
    public async Task CreateContainer_OfTheSameNameAndAttempt_IsRefused()
    {
        var sandbox = await RunAsync();
        var config = await SleeperAsync();
        await Runtime.CreateContainerAsync(sandbox, config, Token).WaitAsync(Patience);

        await FailsAsync(RuntimeErrorCode.AlreadyExists, () => Runtime.CreateContainerAsync(sandbox, config, Token));
        await Runtime.CreateContainerAsync(sandbox, config with { Attempt = 1 }, Token).WaitAsync(Patience);
        await Runtime.CreateContainerAsync(await RunAsync(Sandbox("other")), config, Token).WaitAsync(Patience);
    }

    [SkippableFact]
    public async Task CreateContainer_OfAnAbsentImage_IsRefused()
    {
        var sandbox = await RunAsync();
        var absent = new ContainerConfig("main", 0, "absent", new ImageId("sha256:" + new string('0', 64)));

        await FailsAsync(RuntimeErrorCode.ImageNotFound, () => Runtime.CreateContainerAsync(sandbox, absent, Token));
    }

    [SkippableFact]
    public async Task CreateContainer_InAnAbsentSandbox_IsRefused()
    {
        var config = await SleeperAsync();

        await FailsAsync(RuntimeErrorCode.NotFound, () => Runtime.CreateContainerAsync(new SandboxId(new string('0', 64)), config, Token));
    }

    [SkippableFact]
    public async Task ListContainers_LeavesOutSandboxes_AndFiltersByLabels()
    {
        var sandbox = await RunAsync();
        var config = await SleeperAsync();
        var web = await StartAsync(sandbox, config);
        var side = await Runtime.CreateContainerAsync(sandbox, await SleeperAsync("side"), Token).WaitAsync(Patience);

        var all = await Runtime.ListContainersAsync(All, Token).WaitAsync(Patience);
        var one = Assert.Single(await Runtime.ListContainersAsync(new Dictionary<string, string> { [RuntimeLabels.ContainerName] = "main" }, Token).WaitAsync(Patience));

        Assert.Equal(new[] { web, side }.ToHashSet(), all.Select(c => c.Id).ToHashSet());
        Assert.Equal((web, sandbox, "main", 0, ContainerState.Running), (one.Id, one.Sandbox, one.Name, one.Attempt, one.State));
        Assert.Equal(config.Labels, one.Labels);
        Assert.NotEqual(default, one.CreatedAt);
        Assert.Equal(ContainerState.Created, all.Single(c => c.Id == side).State);
    }

    [SkippableFact]
    public async Task RemoveContainer_KillsIt_AndMayBeRepeated()
    {
        var sandbox = await RunAsync();
        var id = await StartAsync(sandbox, await SleeperAsync());

        await Runtime.RemoveContainerAsync(id, Token).WaitAsync(Patience);
        await Runtime.RemoveContainerAsync(id, Token).WaitAsync(Patience);
        await Runtime.StopContainerAsync(id, TimeSpan.FromSeconds(1), Token).WaitAsync(Patience);

        await FailsAsync(RuntimeErrorCode.NotFound, () => StatusAsync(id));
        await FailsAsync(RuntimeErrorCode.NotFound, () => Runtime.StartContainerAsync(id, Token));
        await StartAsync(sandbox, await SleeperAsync());
    }

    [SkippableFact]
    public async Task Images_AreFoundByNameAndId()
    {
        var byName = await Runtime.FindImageAsync(ImageName, Token).WaitAsync(Patience);

        Assert.NotNull(byName);
        Assert.Equal(byName.Id, (await Runtime.FindImageAsync(byName.Id.Value, Token).WaitAsync(Patience))!.Id);
        Assert.Contains(await Runtime.ListImagesAsync(Token).WaitAsync(Patience), image => image.Id == byName.Id && image.SizeBytes > 0);
        Assert.Null(await Runtime.FindImageAsync("no-such-image:v1", Token).WaitAsync(Patience));
        await Runtime.RemoveImageAsync(new ImageId("sha256:" + new string('0', 64)), Token).WaitAsync(Patience);
    }

    [SkippableFact]
    public async Task Events_TellOfStartDeathAndRemoval()
    {
        using var stop = new CancellationTokenSource(Patience);
        await using var events = Runtime.WatchEventsAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        var next = events.MoveNextAsync().AsTask();
        SandboxId sandbox;
        for (var attempt = 0; ; attempt++)
        {
            // The stream begins some time after it was asked for: pods are made until one shows.
            sandbox = await RunAsync(Sandbox("probe", attempt));
            if (await Task.WhenAny(next, Task.Delay(500, stop.Token)) == next)
            {
                break;
            }
        }

        while (events.Current.Id != sandbox.Value)
        {
            Assert.True(await events.MoveNextAsync());
        }

        Assert.Equal((RuntimeEventKind.Started, true), (events.Current.Kind, events.Current.IsSandbox));
        Assert.Equal("probe", events.Current.Labels[RuntimeLabels.PodName]);

        var id = await StartAsync(sandbox, await ConfigAsync("job", "sh", "-c", "exit 4"));
        await WaitForExitAsync(id);
        await Runtime.RemoveContainerAsync(id, Token).WaitAsync(Patience);

        var seen = new List<RuntimeEvent>();
        while (seen.LastOrDefault()?.Kind != RuntimeEventKind.Removed)
        {
            Assert.True(await events.MoveNextAsync());
            seen.Add(events.Current);
        }

        Assert.Equal([RuntimeEventKind.Started, RuntimeEventKind.Died, RuntimeEventKind.Removed], seen.Select(e => e.Kind));
        Assert.All(seen, e => Assert.Equal((id.Value, false, "job"), (e.Id, e.IsSandbox, e.Labels[RuntimeLabels.ContainerName])));
        Assert.Equal(4, seen[1].ExitCode);
    }
}
