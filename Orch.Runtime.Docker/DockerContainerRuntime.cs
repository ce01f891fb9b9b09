using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Runtime.Docker.Containers;
using Orch.Runtime.Docker.Engine;
using Orch.Runtime.Docker.Events;
using Orch.Runtime.Docker.Images;
using Orch.Runtime.Docker.Logs;
using Orch.Runtime.Docker.Sandboxes;
using Orch.Runtime.Docker.Stats;
using Orch.Runtime.Docker.Streams;

namespace Orch.Runtime.Docker;

/// <summary>The runtime contract on a Docker Engine; each part of it is a class of its own.</summary>
internal sealed class DockerContainerRuntime : IContainerRuntime, IDisposable
{
    private readonly DockerEngine _engine;
    private readonly PauseImage _pauseImage;
    private readonly DockerSandboxes _sandboxes;
    private readonly DockerContainers _containers;
    private readonly DockerImages _images;
    private readonly DockerStats _stats;
    private readonly DockerEvents _events;
    private readonly DockerStreams _streams;
    private readonly DockerLogs _logs;

    public DockerContainerRuntime(IOptions<DockerRuntimeOptions> options, TimeProvider time, ILoggerFactory loggers)
    {
        var labels = new EngineLabels(options);
        _engine = new DockerEngine(options, time);
        _images = new DockerImages(_engine, options, time);
        _pauseImage = new PauseImage(_images, options, loggers.CreateLogger<PauseImage>());
        var oomScore = new OomScoreFloor(_engine.SocketPath);
        var containers = new EngineContainers(_engine, labels);
        _sandboxes = new DockerSandboxes(_engine, labels, _pauseImage, containers, oomScore);
        _containers = new DockerContainers(_engine, labels, containers, _sandboxes, _images, oomScore, options, time);
        _stats = new DockerStats(_engine, containers, time);
        _events = new DockerEvents(_engine, labels, time);
        _streams = new DockerStreams(_engine, labels, containers, _sandboxes, time);
        _logs = new DockerLogs(_engine, labels, containers);
    }

    public async Task<RuntimeInfo> GetInfoAsync(CancellationToken cancellationToken)
    {
        var info = await _engine.CallAsync("info", (client, token) => client.System.GetSystemInfoAsync(token), cancellationToken).ConfigureAwait(false);
        return new RuntimeInfo("docker", info.ServerVersion ?? string.Empty)
        {
            KernelVersion = info.KernelVersion ?? string.Empty,
            OperatingSystemImage = info.OperatingSystem ?? string.Empty,
        };
    }

    public Task<SandboxId> RunSandboxAsync(SandboxConfig config, CancellationToken cancellationToken) =>
        _sandboxes.RunSandboxAsync(config, cancellationToken);

    public Task StopSandboxAsync(SandboxId id, CancellationToken cancellationToken) => _sandboxes.StopSandboxAsync(id, cancellationToken);

    public Task RemoveSandboxAsync(SandboxId id, CancellationToken cancellationToken) => _sandboxes.RemoveSandboxAsync(id, cancellationToken);

    public Task<SandboxStatus> GetSandboxStatusAsync(SandboxId id, CancellationToken cancellationToken) =>
        _sandboxes.GetSandboxStatusAsync(id, cancellationToken);

    public Task<IReadOnlyList<SandboxStatus>> ListSandboxesAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) =>
        _sandboxes.ListSandboxesAsync(labels, cancellationToken);

    public Task<ContainerId> CreateContainerAsync(SandboxId sandbox, ContainerConfig config, CancellationToken cancellationToken) =>
        _containers.CreateContainerAsync(sandbox, config, cancellationToken);

    public Task StartContainerAsync(ContainerId id, CancellationToken cancellationToken) => _containers.StartContainerAsync(id, cancellationToken);

    public Task StopContainerAsync(ContainerId id, TimeSpan gracePeriod, CancellationToken cancellationToken) =>
        _containers.StopContainerAsync(id, gracePeriod, cancellationToken);

    public Task RemoveContainerAsync(ContainerId id, CancellationToken cancellationToken) => _containers.RemoveContainerAsync(id, cancellationToken);

    public Task<ContainerStatus> GetContainerStatusAsync(ContainerId id, CancellationToken cancellationToken) =>
        _containers.GetContainerStatusAsync(id, cancellationToken);

    public Task<IReadOnlyList<ContainerStatus>> ListContainersAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) =>
        _containers.ListContainersAsync(labels, cancellationToken);

    public Task UpdateContainerResourcesAsync(ContainerId id, ContainerResources resources, CancellationToken cancellationToken) =>
        _containers.UpdateContainerResourcesAsync(id, resources, cancellationToken);

    public Task<ImageId> PullImageAsync(string reference, RegistryCredentials? credentials, CancellationToken cancellationToken) =>
        _images.PullImageAsync(reference, credentials, cancellationToken);

    public Task<ImageStatus?> FindImageAsync(string reference, CancellationToken cancellationToken) =>
        _images.FindImageAsync(reference, cancellationToken);

    public Task<IReadOnlyList<ImageStatus>> ListImagesAsync(CancellationToken cancellationToken) => _images.ListImagesAsync(cancellationToken);

    public Task RemoveImageAsync(ImageId id, CancellationToken cancellationToken) => _images.RemoveImageAsync(id, cancellationToken);

    public Task<IReadOnlyList<ContainerStats>> ListContainerStatsAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) =>
        _stats.ListContainerStatsAsync(labels, cancellationToken);

    public IAsyncEnumerable<RuntimeEvent> WatchEventsAsync(CancellationToken cancellationToken) => _events.WatchEventsAsync(cancellationToken);

    public Task<ExecResult> ExecuteAsync(ContainerId id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        _streams.ExecuteAsync(id, command, timeout, cancellationToken);

    public Task<int> ExecuteInteractiveAsync(
        ContainerId id, IReadOnlyList<string> command, TerminalStreams streams, CancellationToken cancellationToken) =>
        _streams.ExecuteInteractiveAsync(id, command, streams, cancellationToken);

    public Task AttachAsync(ContainerId id, TerminalStreams streams, CancellationToken cancellationToken) =>
        _streams.AttachAsync(id, streams, cancellationToken);

    public Task<Stream> ConnectPortAsync(SandboxId id, int port, CancellationToken cancellationToken) =>
        _streams.ConnectPortAsync(id, port, cancellationToken);

    public IAsyncEnumerable<LogEntry> ReadLogsAsync(ContainerId id, LogRequest request, CancellationToken cancellationToken) =>
        _logs.ReadLogsAsync(id, request, cancellationToken);

    public void Dispose()
    {
        _logs.Dispose();
        _pauseImage.Dispose();
        _engine.Dispose();
    }
}
