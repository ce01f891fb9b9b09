using Docker.DotNet.Models;
using Orch.Runtime.Docker.Containers;
using Orch.Runtime.Docker.Engine;
using Orch.Runtime.Docker.Sandboxes;

namespace Orch.Runtime.Docker.Streams;

/// <summary>Commands in containers, their main process, and their ports.</summary>
internal sealed class DockerStreams(
    DockerEngine engine, EngineLabels labels, EngineContainers containers, DockerSandboxes sandboxes, TimeProvider time) : IContainerStreams
{
    private const int MaxKeptOutput = 64 * 1024;
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LastPoll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ExitCodePatience = TimeSpan.FromSeconds(10);

    public async Task<ExecResult> ExecuteAsync(
        ContainerId id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var output = new BoundedMemoryStream(MaxKeptOutput);
        using var errors = new BoundedMemoryStream(MaxKeptOutput);
        using var expiry = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        var streams = new TerminalStreams { Output = output, ErrorOutput = errors };
        string? exec = null;
        try
        {
            exec = await CreateExecAsync(id, command, streams, both.Token).ConfigureAwait(false);
            var exitCode = await RunExecAsync(exec, streams, both.Token).ConfigureAwait(false);
            return new ExecResult(exitCode, output.ToArray(), errors.ToArray());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await TryKillExecAsync(exec, id).ConfigureAwait(false);
            throw new RuntimeException(
                RuntimeErrorCode.Timeout, $"command \"{string.Join(' ', command)}\" timed out after {timeout.TotalSeconds:0.###}s");
        }
    }

    public async Task<int> ExecuteInteractiveAsync(
        ContainerId id, IReadOnlyList<string> command, TerminalStreams streams, CancellationToken cancellationToken)
    {
        var exec = await CreateExecAsync(id, command, streams, cancellationToken).ConfigureAwait(false);
        return await RunExecAsync(exec, streams, cancellationToken).ConfigureAwait(false);
    }

    public async Task AttachAsync(ContainerId id, TerminalStreams streams, CancellationToken cancellationToken)
    {
        var inspected = await containers.InspectAsync(id.Value, cancellationToken).ConfigureAwait(false);
        if (!labels.TryRead(inspected.Config?.Labels, out var identity))
        {
            throw new RuntimeException(RuntimeErrorCode.NotFound, $"container {id} is no container of this cluster");
        }

        if (inspected.State is not { Running: true })
        {
            throw new RuntimeException(RuntimeErrorCode.NotRunning, $"container {EngineContainers.Short(id.Value)} is not running");
        }

        var path = $"/containers/{id.Value}/attach?stream=1&stdin={Flag(streams.Input)}&stdout={Flag(streams.Output)}&stderr={Flag(streams.ErrorOutput)}";
        using var connection = await OpenAsync(("attach to container " + EngineContainers.Short(id.Value), path, string.Empty), identity.HasTty, cancellationToken)
            .ConfigureAwait(false);
        await ProcessStreams.RunAsync(
            connection,
            streams,
            canEndInput: inspected.Config is { StdinOnce: true, Tty: false },
            (size, token) => engine.CallAsync(
                "resize terminal", (client, inner) => client.Containers.ResizeContainerTtyAsync(id.Value, ToParameters(size), inner), token),
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<Stream> ConnectPortAsync(SandboxId id, int port, CancellationToken cancellationToken)
    {
        var identity = await sandboxes.IdentityOfAsync(id, cancellationToken).ConfigureAwait(false);
        if (identity.Namespaces.Network == NamespaceMode.Node)
        {
            return await NamespaceDialer.ConnectAsync(null, port, cancellationToken).ConfigureAwait(false);
        }

        var status = await sandboxes.GetSandboxStatusAsync(id, cancellationToken).ConfigureAwait(false);
        return status.NetworkNamespacePath is { } path
            ? await NamespaceDialer.ConnectAsync(path, port, cancellationToken).ConfigureAwait(false)
            : throw new RuntimeException(RuntimeErrorCode.NotRunning, $"sandbox {EngineContainers.Short(id.Value)} of pod {identity.Pod} is not running");
    }

    private static string Flag(Stream? stream) => stream is null ? "0" : "1";

    private static ContainerResizeParameters ToParameters(TerminalSize size) => new() { Width = size.Width, Height = size.Height };

    private async Task<HijackedConnection> OpenAsync((string What, string Path, string Body) request, bool isRaw, CancellationToken cancellationToken) =>
        await HijackedConnection.OpenAsync(engine.SocketPath, request, isRaw, cancellationToken).ConfigureAwait(false);

    private async Task<string> CreateExecAsync(
        ContainerId id, IReadOnlyList<string> command, TerminalStreams streams, CancellationToken cancellationToken)
    {
        var created = await engine.CallAsync(
            $"exec in container {EngineContainers.Short(id.Value)}",
            (client, token) => client.Exec.CreateContainerExecAsync(
                id.Value,
                new ContainerExecCreateParameters
                {
                    Cmd = [.. command],
                    AttachStdin = streams.Input is not null,
                    AttachStdout = streams.Output is not null,
                    AttachStderr = streams.ErrorOutput is not null && !streams.HasTty,
                    TTY = streams.HasTty,
                },
                token),
            cancellationToken).ConfigureAwait(false);
        return created.ID;
    }

    private async Task<int> RunExecAsync(string exec, TerminalStreams streams, CancellationToken cancellationToken)
    {
        try
        {
            var body = streams.HasTty ? """{"Detach":false,"Tty":true}""" : """{"Detach":false,"Tty":false}""";
            using var connection = await OpenAsync(("start exec", $"/exec/{exec}/start", body), streams.HasTty, cancellationToken).ConfigureAwait(false);
            await ProcessStreams.RunAsync(
                connection,
                streams,
                canEndInput: !streams.HasTty,
                (size, token) => engine.CallAsync(
                    "resize terminal", (client, inner) => client.Exec.ResizeExecTtyAsync(exec, ToParameters(size), inner), token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (RuntimeException e) when (MissingCommand.ExitCodeOf(e.Message) is { } exitCode)
        {
            if ((streams.HasTty ? streams.Output : streams.ErrorOutput) is { } target)
            {
                await target.WriteAsync(System.Text.Encoding.UTF8.GetBytes(e.Message + "\n"), cancellationToken).ConfigureAwait(false);
            }

            return exitCode;
        }

        return await WaitForExitCodeAsync(exec, cancellationToken).ConfigureAwait(false);
    }

    // The output may end a moment before the engine has noted the exit.
    private async Task<int> WaitForExitCodeAsync(string exec, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var wait = FirstPoll; ; wait = wait * 2 < LastPoll ? wait * 2 : LastPoll)
        {
            var inspected = await engine.CallAsync(
                "inspect exec", (client, token) => client.Exec.InspectContainerExecAsync(exec, token), cancellationToken).ConfigureAwait(false);
            if (!inspected.Running && inspected.ExitCode is { } exitCode)
            {
                return (int)exitCode;
            }

            // A command that closed its outputs and works on is waited for; one whose exit the engine never notes is not.
            if (!inspected.Running && time.GetElapsedTime(start) > ExitCodePatience)
            {
                throw new RuntimeException(RuntimeErrorCode.Unknown, "the command ended and the engine does not tell its exit code");
            }

            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TryKillExecAsync(string? exec, ContainerId id)
    {
        if (exec is null)
        {
            return;
        }

        try
        {
            var inspected = await engine.CallAsync(
                "inspect exec", (client, token) => client.Exec.InspectContainerExecAsync(exec, token), CancellationToken.None).ConfigureAwait(false);
            if (inspected is { Running: true, Pid: > 0 and <= int.MaxValue })
            {
                HostProcess.TryKill((int)inspected.Pid, id.Value);
            }
        }
        catch (RuntimeException)
        {
            // The container went first, and the command with it.
        }
    }
}
