using Orch.Runtime;

namespace Orch.Contracts.Runtime;

/// <summary>What every runtime must do; those that run real processes also pass <see cref="ContainerProcessContract"/>.</summary>
/// <remarks>Containers run <c>/bin/busybox</c>; a fake needs to understand <c>sleep N</c> and <c>sh -c "exit N"</c> only.</remarks>
public abstract partial class ContainerRuntimeContract
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();

    /// <summary>Alone in its cluster: lists show what this test made. Skips where there is none.</summary>
    protected abstract IContainerRuntime Runtime { get; }

    /// <summary>The name of an image that is on the node and holds <c>/bin/busybox</c>.</summary>
    protected abstract string ImageName { get; }

    protected static CancellationToken Token => CancellationToken.None;

    protected static IReadOnlyDictionary<string, string> All => NoLabels;

    protected static SandboxConfig Sandbox(string pod = "web", int attempt = 0) => new(new PodReference("default", pod, "uid-" + pod), attempt)
    {
        Hostname = pod,
        Labels = new Dictionary<string, string> { [RuntimeLabels.PodName] = pod, [RuntimeLabels.PodUid] = "uid-" + pod },
        Annotations = new Dictionary<string, string> { ["note"] = "söme \"text\"" },
    };

    protected Task<SandboxId> RunAsync(SandboxConfig? config = null) => Runtime.RunSandboxAsync(config ?? Sandbox(), Token).WaitAsync(Patience);

    protected async Task<ContainerConfig> ConfigAsync(string name, params string[] command)
    {
        var image = await Runtime.FindImageAsync(ImageName, Token).WaitAsync(Patience);
        return new ContainerConfig(name, 0, ImageName, image!.Id)
        {
            Command = ["/bin/busybox", .. command],
            Labels = new Dictionary<string, string> { [RuntimeLabels.ContainerName] = name },
            Annotations = new Dictionary<string, string> { ["restarts"] = "0" },
        };
    }

    protected Task<ContainerConfig> SleeperAsync(string name = "main") => ConfigAsync(name, "sleep", "1000");

    protected async Task<ContainerId> StartAsync(SandboxId sandbox, ContainerConfig config)
    {
        var id = await Runtime.CreateContainerAsync(sandbox, config, Token).WaitAsync(Patience);
        await Runtime.StartContainerAsync(id, Token).WaitAsync(Patience);
        return id;
    }

    protected Task<ContainerStatus> StatusAsync(ContainerId id) => Runtime.GetContainerStatusAsync(id, Token).WaitAsync(Patience);

    protected async Task<ContainerStatus> WaitForExitAsync(ContainerId id)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var status = await StatusAsync(id);
            if (status.State == ContainerState.Exited)
            {
                return status;
            }

            Assert.False(limit.IsCancellationRequested, $"waited {Patience} for container {id} to exit, it is {status.State}");
            await Task.Yield();
        }
    }

    protected static async Task<RuntimeException> FailsAsync(RuntimeErrorCode code, Func<Task> action)
    {
        var error = await Assert.ThrowsAsync<RuntimeException>(action);
        Assert.True(code == error.Code, $"{code} expected, {error.Code} came: {error.Message}");
        return error;
    }
}
