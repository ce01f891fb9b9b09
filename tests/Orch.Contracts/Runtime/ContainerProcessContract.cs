using System.Text;
using System.Threading.Channels;
using Orch.Runtime;

namespace Orch.Contracts.Runtime;

/// <summary>What a runtime with real processes must do besides <see cref="ContainerRuntimeContract"/>.</summary>
public abstract class ContainerProcessContract : ContainerRuntimeContract
{
    [SkippableFact]
    public async Task Container_SeesItsEnvironmentDirectoryAndHostname()
    {
        var config = await ConfigAsync("main", "sh", "-c", "echo $A-$B; busybox pwd; busybox hostname; busybox id -u; busybox id -G");
        config = config with
        {
            Environment = [new("A", "old"), new("B", "x=y z"), new("A", "new"), new("PATH", "/bin")],
            WorkingDirectory = "/bin",
            Security = new ContainerSecurity { User = 1000, Group = 2000, SupplementalGroups = [3000] },
        };

        var id = await StartAsync(await RunAsync(Sandbox("named")), config);
        await WaitForExitAsync(id);

        Assert.Equal("new-x=y z\n/bin\nnamed\n1000\n2000 3000\n", await OutputOfAsync(id));
    }

    [SkippableFact]
    public async Task Containers_ShareTheSandboxesNetworkAndIpc_AndProcessesWhereAsked()
    {
        var sandbox = await RunAsync(Sandbox() with { Namespaces = new NamespaceSharing { Pid = NamespaceMode.Pod } });
        var first = await StartAsync(sandbox, await SleeperAsync("first") with { Pid = NamespaceMode.Pod });
        var second = await StartAsync(sandbox, await SleeperAsync("second") with { Pid = NamespaceMode.Pod });

        var (a, b) = (await NamespacesAsync(first), await NamespacesAsync(second));

        Assert.Equal(a, b);
        var processes = await ExecAsync(second, "ps");
        Assert.Contains("/pause", processes, StringComparison.Ordinal);
        Assert.Equal(2, processes.Split("sleep 1000").Length - 1);
    }

    [SkippableFact]
    public async Task Container_SeesItsMounts()
    {
        var directory = Directory.CreateTempSubdirectory("orch-contract-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "file"), "content");
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "hosts"), "10.9.8.7 pod.example\n");
            var config = await SleeperAsync() with
            {
                Mounts =
                [
                    new("/data", directory.FullName),
                    new("/fixed", directory.FullName) { IsReadOnly = true },
                    new("/etc/hosts", Path.Combine(directory.FullName, "hosts")),
                ],
            };
            var id = await StartAsync(await RunAsync(), config);

            Assert.Equal("content", await ExecAsync(id, "cat", "/fixed/file"));
            Assert.Equal("10.9.8.7 pod.example\n", await ExecAsync(id, "cat", "/etc/hosts"));
            Assert.Equal(0, (await Runtime.ExecuteAsync(id, ["/bin/busybox", "touch", "/data/new"], Patience, Token)).ExitCode);
            Assert.NotEqual(0, (await Runtime.ExecuteAsync(id, ["/bin/busybox", "touch", "/fixed/new"], Patience, Token)).ExitCode);
            Assert.True(File.Exists(Path.Combine(directory.FullName, "new")));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [SkippableFact]
    public async Task StartContainer_OfAMissingCommand_FailsAndIsExited()
    {
        var sandbox = await RunAsync();
        var config = await SleeperAsync() with { Command = ["/no/such/command"] };
        var id = await Runtime.CreateContainerAsync(sandbox, config, Token).WaitAsync(Patience);

        var error = await FailsAsync(RuntimeErrorCode.StartFailed, () => Runtime.StartContainerAsync(id, Token));

        Assert.Contains("/no/such/command", error.Message, StringComparison.Ordinal);
        var status = await StatusAsync(id);
        Assert.Equal(ContainerState.Exited, status.State);
        Assert.True(status.ExitCode is 127 or 128, $"exit code {status.ExitCode}");
        Assert.NotNull(status.FinishedAt);
        Assert.Equal(ContainerState.Exited, Assert.Single(await Runtime.ListContainersAsync(All, Token).WaitAsync(Patience)).State);
    }

    [SkippableFact]
    public async Task StopContainer_SendsTheSignal_AndWaitsForTheEnd()
    {
        var config = await ConfigAsync("main", "sh", "-c", "trap 'exit 7' USR1; while true; do busybox sleep 0.05; done") with
        {
            StopSignal = "SIGUSR1",
            Environment = [new("PATH", "/bin")],
        };
        var id = await StartAsync(await RunAsync(), config);
        await ExecAsync(id, "true");

        await Runtime.StopContainerAsync(id, TimeSpan.FromSeconds(20), Token).WaitAsync(Patience);

        Assert.Equal(7, (await StatusAsync(id)).ExitCode);
    }

    [SkippableFact]
    public async Task Container_OverItsMemoryLimit_IsKilledForIt()
    {
        var config = await ConfigAsync("main", "sh", "-c", "busybox tail /dev/zero") with
        {
            Environment = [new("PATH", "/bin")],
            Resources = new ContainerResources { MemoryLimitBytes = 16 * 1024 * 1024 },
        };

        var sandbox = await RunAsync();

        // Engines hear of the kill and of the exit from two sides; where the exit comes first, the cause is lost on them.
        for (var attempt = 0; ; attempt++)
        {
            var status = await WaitForExitAsync(await StartAsync(sandbox, config with { Attempt = attempt }));
            Assert.Equal(137, status.ExitCode);
            if (status.IsOutOfMemory)
            {
                break;
            }

            Assert.True(attempt < 5, "the engine never tells that the kernel killed it for memory");
        }
    }

    [SkippableFact]
    public async Task Execute_KeepsOutputsApart_AndTheExitCode()
    {
        var id = await StartAsync(await RunAsync(), await SleeperAsync());

        var result = await Runtime.ExecuteAsync(id, ["/bin/busybox", "sh", "-c", "echo out; echo err >&2; exit 5"], Patience, Token).WaitAsync(Patience);

        Assert.Equal((5, "out\n", "err\n"), (result.ExitCode, Text(result.Output), Text(result.ErrorOutput)));
    }

    [SkippableFact]
    public async Task Execute_OfMuchOutput_CutsItOff()
    {
        var id = await StartAsync(await RunAsync(), await SleeperAsync());

        var result = await Runtime.ExecuteAsync(id, ["/bin/busybox", "head", "-c", "1000000", "/dev/zero"], Patience, Token).WaitAsync(Patience);

        Assert.Equal((0, 64 * 1024), (result.ExitCode, result.Output.Length));
    }

    [SkippableFact]
    public async Task Execute_BeyondItsTime_IsKilled()
    {
        var id = await StartAsync(await RunAsync(), await SleeperAsync());

        await FailsAsync(RuntimeErrorCode.Timeout, () => Runtime.ExecuteAsync(id, ["/bin/busybox", "sleep", "999"], TimeSpan.FromSeconds(1), Token).WaitAsync(Patience));

        using var limit = new CancellationTokenSource(Patience);
        while ((await ExecAsync(id, "ps")).Contains("sleep 999", StringComparison.Ordinal))
        {
            Assert.False(limit.IsCancellationRequested, "the command still runs");
        }
    }

    [SkippableFact]
    public async Task Execute_OfAMissingCommand_ExitsAsInAShell()
    {
        var id = await StartAsync(await RunAsync(), await SleeperAsync());

        var result = await Runtime.ExecuteAsync(id, ["/no/such/command"], Patience, Token).WaitAsync(Patience);

        Assert.True(result.ExitCode is 126 or 127, $"exit code {result.ExitCode}");
    }

    [SkippableFact]
    public async Task Execute_InAStoppedOrAbsentContainer_IsRefused()
    {
        var id = await StartAsync(await RunAsync(), await SleeperAsync());
        await Runtime.StopContainerAsync(id, TimeSpan.Zero, Token).WaitAsync(Patience);

        await FailsAsync(RuntimeErrorCode.NotRunning, () => Runtime.ExecuteAsync(id, ["/bin/busybox", "true"], Patience, Token));
        await FailsAsync(RuntimeErrorCode.NotFound, () => Runtime.ExecuteAsync(new ContainerId(new string('0', 64)), ["/bin/busybox", "true"], Patience, Token));
    }

    [SkippableFact]
    public async Task ExecuteInteractive_EchoesInputToItsEnd()
    {
        var id = await StartAsync(await RunAsync(), await SleeperAsync());
        var sent = new byte[2_000_000];
        new Random(3).NextBytes(sent);
        using var output = new MemoryStream();

        var exitCode = await Runtime.ExecuteInteractiveAsync(
            id, ["/bin/busybox", "cat"], new TerminalStreams { Input = new MemoryStream(sent), Output = output }, Token).WaitAsync(Patience);

        Assert.Equal(0, exitCode);
        Assert.True(output.ToArray().AsSpan().SequenceEqual(sent), $"{output.Length} of {sent.Length} bytes came back");
    }

    [SkippableFact]
    public async Task ExecuteInteractive_WithATerminal_TakesItsSize()
    {
        var id = await StartAsync(await RunAsync(), await SleeperAsync());
        using var output = new MemoryStream();
        var sizes = Channel.CreateUnbounded<TerminalSize>();
        sizes.Writer.TryWrite(new TerminalSize(123, 45));

        var exitCode = await Runtime.ExecuteInteractiveAsync(
            id,
            ["/bin/busybox", "sh", "-c", "until /bin/busybox stty size 2>/dev/null | /bin/busybox grep -q '45 123'; do /bin/busybox sleep 0.02; done; /bin/busybox stty size; exit 6"],
            new TerminalStreams { Output = output, HasTty = true, Resizes = sizes.Reader },
            Token).WaitAsync(Patience);

        Assert.Equal(6, exitCode);
        Assert.Equal("45 123\r\n", Text(output.ToArray()));
    }

    [SkippableFact]
    public async Task ExecuteInteractive_WhenTheClientLeaves_Ends()
    {
        var id = await StartAsync(await RunAsync(), await SleeperAsync());
        using var leave = new CancellationTokenSource();

        var running = Runtime.ExecuteInteractiveAsync(
            id, ["/bin/busybox", "sleep", "30"], new TerminalStreams { Output = new MemoryStream() }, leave.Token);
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Attach_ReachesTheProcess(bool hasTty)
    {
        var config = await ConfigAsync("main", "sh", "-c", "read line; echo got $line; exit 2") with { HasStdin = true, IsStdinOnce = true, HasTty = hasTty };
        var id = await StartAsync(await RunAsync(), config);
        using var output = new MemoryStream();
        using var input = new MemoryStream(Encoding.ASCII.GetBytes("hello\n"));

        await Runtime.AttachAsync(id, new TerminalStreams { Input = input, Output = output, HasTty = hasTty }, Token).WaitAsync(Patience);

        Assert.Contains("got hello", Text(output.ToArray()), StringComparison.Ordinal);
        Assert.Equal(2, (await WaitForExitAsync(id)).ExitCode);
        await FailsAsync(RuntimeErrorCode.NotRunning, () => Runtime.AttachAsync(id, new TerminalStreams { Output = output }, Token));
    }

    [SkippableFact]
    public async Task ReadLogs_TellsStreamsOrderAndTimes()
    {
        var id = await StartAsync(await RunAsync(), await ConfigAsync("main", "sh", "-c", "echo one; echo two >&2; echo three; printf unfinished"));
        await WaitForExitAsync(id);

        var all = await LogsAsync(id, new LogRequest());
        Assert.Equal(["one\n", "three\n", "unfinished"], all.Where(e => !e.IsError).Select(e => e.Text));
        Assert.Equal(["two\n"], all.Where(e => e.IsError).Select(e => e.Text));
        Assert.All(all, entry => Assert.Equal(entry.At.UtcDateTime, DateTimeOffset.Parse(entry.Exact!, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime));
        Assert.Equal(all.Select(e => e.At).Order(), all.Select(e => e.At));

        Assert.Equal("unfinished", Assert.Single(await LogsAsync(id, new LogRequest { TailLines = 1 })).Text);
        Assert.Equal(all.Count(e => e.At >= all[2].At), (await LogsAsync(id, new LogRequest { Since = all[2].At })).Count);
        Assert.Empty(await LogsAsync(id, new LogRequest { Since = all[^1].At.AddSeconds(5) }));
    }

    [SkippableFact]
    public async Task ReadLogs_Following_EndsWithTheContainer()
    {
        var id = await StartAsync(await RunAsync(), await ConfigAsync("main", "sh", "-c", "for i in 1 2 3; do echo $i; /bin/busybox sleep 0.1; done"));

        var lines = await LogsAsync(id, new LogRequest { Follow = true });

        Assert.Equal("1\n2\n3\n", string.Concat(lines.Select(l => l.Text)));
        await FailsAsync(RuntimeErrorCode.NotFound, () => LogsAsync(new ContainerId(new string('0', 64)), new LogRequest()));
    }

    [SkippableFact]
    public async Task ReadLogs_OfALongLine_GivesItBackWhole()
    {
        var id = await StartAsync(await RunAsync(), await ConfigAsync("main", "sh", "-c", "/bin/busybox head -c 50000 /dev/zero | /bin/busybox tr '\\0' x; echo"));
        await WaitForExitAsync(id);

        Assert.Equal(new string('x', 50_000) + "\n", string.Concat((await LogsAsync(id, new LogRequest())).Select(l => l.Text)));
    }

    [SkippableFact]
    public async Task ConnectPort_ReachesALoopbackListener_BothWays()
    {
        var sandbox = await RunAsync();
        var id = await StartAsync(sandbox, await ConfigAsync("main", "nc", "-l", "-p", "8080", "-e", "/bin/busybox", "sh", "-c", "/bin/busybox cat; echo end"));
        await ExecAsync(id, "sh", "-c", "until /bin/busybox netstat -ltn | /bin/busybox grep -q :8080; do /bin/busybox sleep 0.02; done");

        await using var stream = await Runtime.ConnectPortAsync(sandbox, 8080, Token).WaitAsync(Patience);
        await stream.WriteAsync("ping\n"u8.ToArray());
        await ((IHalfClosable)stream).CloseWriteAsync(Token);
        using var reader = new StreamReader(stream);

        Assert.Equal("ping\nend\n", await reader.ReadToEndAsync().WaitAsync(Patience));
    }

    [SkippableFact]
    public async Task ConnectPort_ToAClosedPortOrASandboxThatIsStopped_IsRefused()
    {
        var sandbox = await RunAsync();

        var refused = await FailsAsync(RuntimeErrorCode.Unavailable, () => Runtime.ConnectPortAsync(sandbox, 8081, Token).WaitAsync(Patience));
        Assert.Contains("refused", refused.Message, StringComparison.OrdinalIgnoreCase);
        await Runtime.StopSandboxAsync(sandbox, Token).WaitAsync(Patience);
        await FailsAsync(RuntimeErrorCode.NotRunning, () => Runtime.ConnectPortAsync(sandbox, 8081, Token).WaitAsync(Patience));
    }

    [SkippableFact]
    public async Task Stats_TellCpuAndMemoryOfRunningContainers()
    {
        var sandbox = await RunAsync();
        var busy = await StartAsync(sandbox, await ConfigAsync("busy", "sh", "-c", "while true; do :; done"));
        await StartAsync(sandbox, await SleeperAsync("idle"));
        await ExecAsync(busy, "sleep", "0.3");

        var stats = await Runtime.ListContainerStatsAsync(All, Token).WaitAsync(Patience);

        Assert.Equal(2, stats.Count);
        var one = stats.Single(s => s.Id == busy);
        Assert.True(one.CpuTime > TimeSpan.FromMilliseconds(20), $"{one.CpuTime}");
        Assert.True(one.MemoryUsageBytes > 0 && one.MemoryWorkingSetBytes > 0 && one.MemoryWorkingSetBytes <= one.MemoryUsageBytes, $"{one}");
        Assert.Equal("busy", one.Labels[RuntimeLabels.ContainerName]);
        Assert.Single(await Runtime.ListContainerStatsAsync(new Dictionary<string, string> { [RuntimeLabels.ContainerName] = "idle" }, Token).WaitAsync(Patience));
    }

    [SkippableFact]
    public async Task UpdateResources_ChangesALiveContainer()
    {
        var config = await ConfigAsync("main", "sh", "-c", "/bin/busybox sleep 1000") with
        {
            Resources = new ContainerResources { MemoryLimitBytes = 64 * 1024 * 1024 },
        };
        var id = await StartAsync(await RunAsync(), config);

        await Runtime.UpdateContainerResourcesAsync(id, new ContainerResources { MemoryLimitBytes = 16 * 1024 * 1024, CpuShares = 512 }, Token).WaitAsync(Patience);

        // Within the old limit, over the new one.
        var result = await Runtime.ExecuteAsync(id, ["/bin/busybox", "sh", "-c", "/bin/busybox head -c 40000000 /dev/zero | /bin/busybox tail"], Patience, Token).WaitAsync(Patience);
        Assert.NotEqual(0, result.ExitCode);
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private async Task<string> ExecAsync(ContainerId id, params string[] command)
    {
        var result = await Runtime.ExecuteAsync(id, ["/bin/busybox", .. command], Patience, Token).WaitAsync(Patience);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', command)} exited with {result.ExitCode}: {Text(result.ErrorOutput)}");
        return Text(result.Output);
    }

    private Task<string> NamespacesAsync(ContainerId id) =>
        ExecAsync(id, "sh", "-c", "for ns in net ipc pid; do /bin/busybox readlink /proc/self/ns/$ns; done");

    private async Task<string> OutputOfAsync(ContainerId id) => string.Concat((await LogsAsync(id, new LogRequest())).Select(line => line.Text));

    private async Task<List<(DateTimeOffset At, string? Exact, bool IsError, string Text)>> LogsAsync(ContainerId id, LogRequest request)
    {
        using var limit = new CancellationTokenSource(Patience);
        var lines = new List<(DateTimeOffset, string?, bool, string)>();
        await foreach (var entry in Runtime.ReadLogsAsync(id, request, limit.Token))
        {
            lines.Add((entry.Timestamp, entry.NanosecondsText, entry.IsError, Text(entry.Content)));
        }

        return lines;
    }
}
