using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Orch.Runtime;

namespace Orch.Testing.Runtime;

/// <summary>A runtime without containers: keeps CRI's rules, and lets a test say what its "processes" do.</summary>
public sealed class FakeContainerRuntime : IContainerRuntime
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<string, FakeSandbox> _sandboxes = [];
    private readonly Dictionary<string, FakeContainer> _containers = [];
    private readonly Dictionary<string, ImageStatus> _images = [];
    private readonly ConcurrentDictionary<Channel<RuntimeEvent>, bool> _subscribers = new();
    private int _nextId;

    public FakeContainerRuntime(TimeProvider time) => _time = time;

    /// <summary>Every mutating call so far, such as <c>start web#0</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The engine is down: every call fails.</summary>
    public bool IsDown { get; set; }

    /// <summary>Events are lost, as when the engine's stream breaks.</summary>
    public bool DropsEvents { get; set; }

    /// <summary>By image reference: what a pull fails with.</summary>
    public ConcurrentDictionary<string, RuntimeException> PullFailures { get; } = new();

    /// <summary>By container name: what a start fails with; the container is exited with 128 then.</summary>
    public ConcurrentDictionary<string, string> StartFailures { get; } = new();

    /// <summary>Called when a container has started; returns an exit code to end at once, or null to stay.</summary>
    public Func<ContainerStatus, int?> OnStart { get; set; } = _ => null;

    /// <summary>Answers commands.</summary>
    public Func<ContainerStatus, IReadOnlyList<string>, ExecResult> OnExecute { get; set; } = (_, _) => new ExecResult(0, default, default);

    /// <summary>By container name: it ignores its stop signal, and has to be killed.</summary>
    public ConcurrentDictionary<string, bool> IgnoresStopSignal { get; } = new();

    /// <summary>What a container that is asked to stop ends with.</summary>
    public int ExitCodeOnStop { get; set; }

    /// <summary>Called in a pull, to hold it up.</summary>
    public Func<string, CancellationToken, Task> OnPull { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What each container was created with.</summary>
    public ContainerConfig ConfigOf(ContainerId id)
    {
        lock (_gate)
        {
            return _containers[id.Value].Config;
        }
    }

    /// <summary>What each sandbox was created with.</summary>
    public SandboxConfig ConfigOf(SandboxId id)
    {
        lock (_gate)
        {
            return _sandboxes[id.Value].Config;
        }
    }

    /// <summary>The newest container of a name in a pod, or null.</summary>
    public ContainerStatus? Find(string podName, string containerName)
    {
        lock (_gate)
        {
            return _containers.Values
                .Where(c => c.Status.Name == containerName && c.Sandbox.Config.Pod.Name == podName)
                .OrderBy(c => c.Status.Attempt).LastOrDefault()?.Status;
        }
    }

    /// <summary>All containers.</summary>
    public IReadOnlyList<ContainerStatus> Containers
    {
        get
        {
            lock (_gate)
            {
                return [.. _containers.Values.Select(c => c.Status)];
            }
        }
    }

    /// <summary>All sandboxes.</summary>
    public IReadOnlyList<SandboxStatus> Sandboxes
    {
        get
        {
            lock (_gate)
            {
                return [.. _sandboxes.Values.Select(s => s.Status)];
            }
        }
    }

    /// <summary>Puts an image on the node.</summary>
    public void AddImage(string reference, string user = "")
    {
        lock (_gate)
        {
            _images[reference] = new ImageStatus(new ImageId("sha256:" + reference), [reference], [], 1000) { User = user };
        }
    }

    /// <summary>A container's process ends.</summary>
    public void Exit(ContainerId id, int exitCode, bool isOutOfMemory = false)
    {
        lock (_gate)
        {
            ExitLocked(_containers[id.Value], exitCode, isOutOfMemory);
        }
    }

    /// <summary>A sandbox dies with all in it.</summary>
    public void Kill(SandboxId id)
    {
        lock (_gate)
        {
            StopLocked(_sandboxes[id.Value]);
        }
    }

    /// <summary>A container writes a line.</summary>
    public void Write(ContainerId id, string line, bool isError = false)
    {
        lock (_gate)
        {
            var container = _containers[id.Value];
            container.Log.Add(new LogEntry(_time.GetUtcNow(), isError, Encoding.UTF8.GetBytes(line + "\n")));
            container.Pulse();
        }
    }

    public Task<RuntimeInfo> GetInfoAsync(CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return Task.FromResult(new RuntimeInfo("fake", "1.0"));
    }

    public Task<SandboxId> RunSandboxAsync(SandboxConfig config, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            if (_sandboxes.Values.Any(s => s.Config.Pod == config.Pod && s.Config.Attempt == config.Attempt))
            {
                throw new RuntimeException(RuntimeErrorCode.AlreadyExists, $"sandbox {config.Pod} attempt {config.Attempt} exists");
            }

            Calls.Enqueue($"run {config.Pod.Name}");
            var id = new SandboxId($"sandbox-{++_nextId}");
            var status = new SandboxStatus(id, config.Pod, config.Attempt)
            {
                IsReady = true,
                CreatedAt = _time.GetUtcNow(),
                NetworkNamespacePath = config.Namespaces.Network == NamespaceMode.Node ? null : $"/proc/{_nextId}/ns/net",
                Namespaces = config.Namespaces,
                Labels = config.Labels,
                Annotations = config.Annotations,
            };
            _sandboxes[id.Value] = new FakeSandbox(config) { Status = status };
            Publish(new RuntimeEvent(RuntimeEventKind.Started, id.Value, _time.GetUtcNow(), config.Labels) { IsSandbox = true });
            return Task.FromResult(id);
        }
    }

    public Task StopSandboxAsync(SandboxId id, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            if (_sandboxes.TryGetValue(id.Value, out var sandbox) && sandbox.Status.IsReady)
            {
                Calls.Enqueue($"stop-sandbox {sandbox.Config.Pod.Name}");
                StopLocked(sandbox);
            }
        }

        return Task.CompletedTask;
    }

    public Task RemoveSandboxAsync(SandboxId id, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            if (_sandboxes.TryGetValue(id.Value, out var sandbox))
            {
                Calls.Enqueue($"remove-sandbox {sandbox.Config.Pod.Name}");
                StopLocked(sandbox);
                foreach (var container in _containers.Values.Where(c => c.Sandbox == sandbox).ToList())
                {
                    _containers.Remove(container.Status.Id.Value);
                }

                _sandboxes.Remove(id.Value);
                Publish(new RuntimeEvent(RuntimeEventKind.Removed, id.Value, _time.GetUtcNow(), sandbox.Config.Labels) { IsSandbox = true });
            }
        }

        return Task.CompletedTask;
    }

    public Task<SandboxStatus> GetSandboxStatusAsync(SandboxId id, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            return Task.FromResult(_sandboxes.TryGetValue(id.Value, out var s) ? s.Status : throw NotFound(id.Value));
        }
    }

    public Task<IReadOnlyList<SandboxStatus>> ListSandboxesAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<SandboxStatus>>([.. _sandboxes.Values.Select(s => s.Status).Where(s => Includes(s.Labels, labels))]);
        }
    }

    public Task<ContainerId> CreateContainerAsync(SandboxId sandbox, ContainerConfig config, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            if (!_sandboxes.TryGetValue(sandbox.Value, out var owner))
            {
                throw NotFound(sandbox.Value);
            }

            if (_containers.Values.Any(c => c.Sandbox == owner && c.Config.Name == config.Name && c.Config.Attempt == config.Attempt))
            {
                throw new RuntimeException(RuntimeErrorCode.AlreadyExists, $"container {config.Name} attempt {config.Attempt} exists");
            }

            if (!_images.Values.Any(i => i.Id == config.ImageId))
            {
                throw new RuntimeException(RuntimeErrorCode.ImageNotFound, $"no such image: {config.ImageId}");
            }

            Calls.Enqueue($"create {config.Name}#{config.Attempt}");
            var id = new ContainerId($"container-{++_nextId}");
            var status = new ContainerStatus(id, sandbox, config.Name, config.Attempt, ContainerState.Created)
            {
                Image = config.Image,
                ImageReference = config.ImageId.Value,
                CreatedAt = _time.GetUtcNow(),
                Labels = config.Labels,
                Annotations = config.Annotations,
            };
            _containers[id.Value] = new FakeContainer(owner, config) { Status = status };
            return Task.FromResult(id);
        }
    }

    public Task StartContainerAsync(ContainerId id, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            var container = _containers.TryGetValue(id.Value, out var c) ? c : throw NotFound(id.Value);
            if (container.Status.State == ContainerState.Running)
            {
                return Task.CompletedTask;
            }

            Calls.Enqueue($"start {container.Config.Name}#{container.Config.Attempt}");
            var now = _time.GetUtcNow();
            if (StartFailures.TryGetValue(container.Config.Name, out var failure))
            {
                container.Status = container.Status with { State = ContainerState.Exited, FinishedAt = now, ExitCode = 128, Message = failure };
                throw new RuntimeException(RuntimeErrorCode.StartFailed, failure);
            }

            container.Status = container.Status with { State = ContainerState.Running, StartedAt = now };
            Publish(new RuntimeEvent(RuntimeEventKind.Started, id.Value, now, container.Config.Labels));
            if (OnStart(container.Status) is { } code)
            {
                ExitLocked(container, code, false);
            }
        }

        return Task.CompletedTask;
    }

    public async Task StopContainerAsync(ContainerId id, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        FakeContainer? container;
        lock (_gate)
        {
            if (!_containers.TryGetValue(id.Value, out container) || container.Status.State != ContainerState.Running)
            {
                return;
            }

            Calls.Enqueue($"stop {container.Config.Name}#{container.Config.Attempt} {gracePeriod.TotalSeconds}");
            if (!IgnoresStopSignal.ContainsKey(container.Config.Name))
            {
                ExitLocked(container, gracePeriod > TimeSpan.Zero ? ExitCodeOnStop : 137, false);
                return;
            }
        }

        await Task.Delay(gracePeriod, _time, cancellationToken);
        lock (_gate)
        {
            ExitLocked(container, 137, false);
        }
    }

    public Task RemoveContainerAsync(ContainerId id, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            if (_containers.Remove(id.Value, out var container))
            {
                Calls.Enqueue($"remove {container.Config.Name}#{container.Config.Attempt}");
                ExitLocked(container, 137, false);
                Publish(new RuntimeEvent(RuntimeEventKind.Removed, id.Value, _time.GetUtcNow(), container.Config.Labels));
            }
        }

        return Task.CompletedTask;
    }

    public Task<ContainerStatus> GetContainerStatusAsync(ContainerId id, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            return Task.FromResult(_containers.TryGetValue(id.Value, out var c) ? c.Status : throw NotFound(id.Value));
        }
    }

    public Task<IReadOnlyList<ContainerStatus>> ListContainersAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            // As the contract allows, a list does not tell what costs a call per container.
            return Task.FromResult<IReadOnlyList<ContainerStatus>>([.. _containers.Values
                .Where(c => Includes(c.Status.Labels, labels))
                .Select(c => c.Status with { ExitCode = null, StartedAt = null, FinishedAt = null, Annotations = new Dictionary<string, string>() })]);
        }
    }

    public Task UpdateContainerResourcesAsync(ContainerId id, ContainerResources resources, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            var container = _containers.TryGetValue(id.Value, out var c) ? c : throw NotFound(id.Value);
            container.Config = container.Config with { Resources = resources };
            Calls.Enqueue($"update {container.Config.Name}#{container.Config.Attempt}");
        }

        return Task.CompletedTask;
    }

    public async Task<ImageId> PullImageAsync(string reference, RegistryCredentials? credentials, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        Calls.Enqueue($"pull {reference}{(credentials is null ? string.Empty : " as " + credentials.UserName)}");
        await OnPull(reference, cancellationToken);
        if (PullFailures.TryGetValue(reference, out var failure))
        {
            throw failure;
        }

        lock (_gate)
        {
            if (!_images.ContainsKey(reference))
            {
                AddImage(reference);
            }

            return _images[reference].Id;
        }
    }

    public Task<ImageStatus?> FindImageAsync(string reference, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            return Task.FromResult(_images.TryGetValue(reference, out var image) ? image : _images.Values.FirstOrDefault(i => i.Id.Value == reference));
        }
    }

    public Task<IReadOnlyList<ImageStatus>> ListImagesAsync(CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<ImageStatus>>([.. _images.Values]);
        }
    }

    public Task RemoveImageAsync(ImageId id, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            foreach (var reference in _images.Where(i => i.Value.Id == id).Select(i => i.Key).ToList())
            {
                Calls.Enqueue($"remove-image {reference}");
                _images.Remove(reference);
            }
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ContainerStats>> ListContainerStatsAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<ContainerStats>>([.. _containers.Values
                .Where(c => c.Status.State == ContainerState.Running && Includes(c.Status.Labels, labels))
                .Select(c => new ContainerStats(c.Status.Id, _time.GetUtcNow(), c.Status.Labels)
                {
                    CpuTime = TimeSpan.FromSeconds(1), MemoryUsageBytes = 2048, MemoryWorkingSetBytes = 1024,
                })]);
        }
    }

    public async IAsyncEnumerable<RuntimeEvent> WatchEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ThrowIfDown();
        var channel = Channel.CreateUnbounded<RuntimeEvent>();
        _subscribers[channel] = true;
        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            _subscribers.TryRemove(channel, out _);
        }
    }

    public Task<ExecResult> ExecuteAsync(ContainerId id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken)
        => Task.FromResult(OnExecute(Running(id), command));

    public async Task<int> ExecuteInteractiveAsync(ContainerId id, IReadOnlyList<string> command, TerminalStreams streams, CancellationToken cancellationToken)
    {
        var result = OnExecute(Running(id), command);
        if (streams.Input is { } input && streams.Output is { } echo)
        {
            await input.CopyToAsync(echo, cancellationToken);
        }

        if (streams.Output is { } output)
        {
            await output.WriteAsync(result.Output, cancellationToken);
        }

        if (streams.ErrorOutput is { } error)
        {
            await error.WriteAsync(result.ErrorOutput, cancellationToken);
        }

        return result.ExitCode;
    }

    public async Task AttachAsync(ContainerId id, TerminalStreams streams, CancellationToken cancellationToken)
    {
        Running(id);
        if (streams.Input is { } input && streams.Output is { } echo)
        {
            await input.CopyToAsync(echo, cancellationToken);
        }
    }

    public Task<Stream> ConnectPortAsync(SandboxId id, int port, CancellationToken cancellationToken)
        => throw new RuntimeException(RuntimeErrorCode.Unavailable, $"connect to 127.0.0.1:{port}: connection refused");

    public async IAsyncEnumerable<LogEntry> ReadLogsAsync(ContainerId id, LogRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ThrowIfDown();
        FakeContainer container;
        List<LogEntry> entries;
        Task pulse;
        bool ended;
        lock (_gate)
        {
            container = _containers.TryGetValue(id.Value, out var c) ? c : throw NotFound(id.Value);
        }

        var position = 0;
        var isFirst = true;
        do
        {
            lock (_gate)
            {
                entries = container.Log[position..];
                position = container.Log.Count;
                pulse = container.Pulsed;
                ended = container.Status.State != ContainerState.Running;
            }

            IEnumerable<LogEntry> selected = entries.Where(e => request.Since is not { } since || e.Timestamp >= since);
            if (isFirst && request.TailLines is { } tail)
            {
                selected = selected.TakeLast((int)tail);
            }

            isFirst = false;
            foreach (var entry in selected)
            {
                yield return entry;
            }

            if (request.Follow && !ended)
            {
                await pulse.WaitAsync(cancellationToken);
            }
        }
        while (request.Follow && !ended);
    }

    private static bool Includes(IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> wanted)
        => wanted.All(w => labels.TryGetValue(w.Key, out var value) && value == w.Value);

    private static RuntimeException NotFound(string id) => new(RuntimeErrorCode.NotFound, $"no such container: {id}");

    private ContainerStatus Running(ContainerId id)
    {
        ThrowIfDown();
        lock (_gate)
        {
            var container = _containers.TryGetValue(id.Value, out var c) ? c : throw NotFound(id.Value);
            return container.Status.State == ContainerState.Running
                ? container.Status
                : throw new RuntimeException(RuntimeErrorCode.NotRunning, $"container {id} is not running");
        }
    }

    private void StopLocked(FakeSandbox sandbox)
    {
        foreach (var container in _containers.Values.Where(c => c.Sandbox == sandbox))
        {
            ExitLocked(container, 137, false);
        }

        if (sandbox.Status.IsReady)
        {
            sandbox.Status = sandbox.Status with { IsReady = false, NetworkNamespacePath = null };
            Publish(new RuntimeEvent(RuntimeEventKind.Died, sandbox.Status.Id.Value, _time.GetUtcNow(), sandbox.Config.Labels) { IsSandbox = true });
        }
    }

    private void ExitLocked(FakeContainer container, int exitCode, bool isOutOfMemory)
    {
        if (container.Status.State != ContainerState.Running)
        {
            return;
        }

        var now = _time.GetUtcNow();
        container.Status = container.Status with { State = ContainerState.Exited, FinishedAt = now, ExitCode = exitCode, IsOutOfMemory = isOutOfMemory };
        container.Pulse();
        if (isOutOfMemory)
        {
            Publish(new RuntimeEvent(RuntimeEventKind.OutOfMemory, container.Status.Id.Value, now, container.Config.Labels));
        }

        Publish(new RuntimeEvent(RuntimeEventKind.Died, container.Status.Id.Value, now, container.Config.Labels) { ExitCode = exitCode });
    }

    private void Publish(RuntimeEvent item)
    {
        if (DropsEvents)
        {
            return;
        }

        foreach (var subscriber in _subscribers.Keys)
        {
            subscriber.Writer.TryWrite(item);
        }
    }

    private void ThrowIfDown()
    {
        if (IsDown)
        {
            throw new RuntimeException(RuntimeErrorCode.Unavailable, "the engine does not answer");
        }
    }

    private sealed class FakeSandbox(SandboxConfig config)
    {
        public SandboxConfig Config { get; } = config;

        public required SandboxStatus Status { get; set; }
    }

    private sealed class FakeContainer(FakeSandbox sandbox, ContainerConfig config)
    {
        private TaskCompletionSource _pulse = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public FakeSandbox Sandbox { get; } = sandbox;

        public ContainerConfig Config { get; set; } = config;

        public required ContainerStatus Status { get; set; }

        public List<LogEntry> Log { get; } = [];

        public Task Pulsed => _pulse.Task;

        public void Pulse() => Interlocked.Exchange(ref _pulse, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
