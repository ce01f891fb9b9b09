using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orch.Kubelet.Tests.Streaming.Kubectl;

/// <summary>The judge of these protocols is the client that people use, in the versions that they use.</summary>
public class KubectlStreamingTests(StreamingTestHost host) : IClassFixture<StreamingTestHost>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string, bool> Roads => KubectlBinaries.Roads;

    [SkippableTheory]
    [MemberData(nameof(Roads))]
    public async Task Exec_WithInput_SeesItsEndAndEchoes(string kubectl, bool overWebSocket)
    {
        var sent = new byte[3_000_000];
        new Random(1).NextBytes(sent);

        // Only clients that can close a single channel end their input over a WebSocket: those that speak it by default.
        var (exitCode, output, error) = await RunAsync(kubectl, overWebSocket, new MemoryStream(sent), "exec", "-i", "web", "--", "cat");

        Assert.Equal((0, string.Empty), (exitCode, error));
        Assert.True(output.AsSpan().SequenceEqual(sent), $"{output.Length} of {sent.Length} bytes came back");
        Assert.Equal(overWebSocket && !IsOlderThan(kubectl, 29), host.WasWebSocket);
    }

    [SkippableTheory]
    [MemberData(nameof(Roads))]
    public async Task Exec_OfACommandThatFails_ExitsWithItsCode(string kubectl, bool overWebSocket)
    {
        var (exitCode, _, error) = await RunAsync(kubectl, overWebSocket, null, "exec", "web", "--", "exit", "3");

        Assert.Equal(3, exitCode);
        Assert.Contains("command terminated with exit code 3", error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Roads))]
    public async Task Exec_WithBothOutputs_KeepsThemApart(string kubectl, bool overWebSocket)
    {
        var (exitCode, output, error) = await RunAsync(kubectl, overWebSocket, null, "exec", "web", "--", "both");

        Assert.Equal((0, "to stdout\n", "to stderr\n"), (exitCode, Encoding.ASCII.GetString(output), error));
    }

    [SkippableTheory]
    [MemberData(nameof(Roads))]
    public async Task Exec_WithMuchOutput_DeliversAllBeforeTheEnd(string kubectl, bool overWebSocket)
    {
        var (exitCode, output, _) = await RunAsync(kubectl, overWebSocket, null, "exec", "web", "--", "big");

        Assert.Equal((0, 512 * 16_384), (exitCode, output.Length));
    }

    [SkippableTheory]
    [MemberData(nameof(Roads))]
    public async Task Exec_ThatTheRuntimeRefuses_SaysWhy(string kubectl, bool overWebSocket)
    {
        var (exitCode, _, error) = await RunAsync(kubectl, overWebSocket, null, "exec", "web", "--", "nonsense");

        Assert.Equal(1, exitCode);
        Assert.Contains("error executing command in container: the container is not running", error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Roads))]
    public async Task Exec_WithATerminal_PassesItsSize(string kubectl, bool overWebSocket)
    {
        Skip.IfNot(File.Exists("/usr/bin/script"), "script (bsdutils) is not installed");
        var start = new ProcessStartInfo("/usr/bin/script") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["KUBECONFIG"] = "/dev/null";
        start.Environment["KUBECTL_REMOTE_COMMAND_WEBSOCKETS"] = overWebSocket ? "true" : "false";
        foreach (var argument in (string[])["-qec", $"stty cols 123 rows 45; {KubectlBinaries.PathOf(kubectl)} --server {host.Address} exec -it web -- size", "/dev/null"])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);

        Assert.Contains("123x45", output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Roads))]
    public async Task Attach_ReachesTheProcess(string kubectl, bool overWebSocket)
    {
        var (exitCode, output, error) = await RunAsync(kubectl, overWebSocket, new MemoryStream("hello\n"u8.ToArray()), "attach", "-i", "web");

        Assert.True(exitCode == 0, error);
        Assert.Equal("attached\nhello\n", Encoding.ASCII.GetString(output));
    }

    [SkippableTheory]
    [MemberData(nameof(Roads))]
    public async Task PortForward_OfManyConnectionsAtOnce_CarriesEach(string kubectl, bool overWebSocket)
    {
        using var echo = new EchoServer();
        host.ConnectAsync = echo.ConnectAsync;
        using var process = KubectlProcess.Start(KubectlBinaries.PathOf(kubectl), host, overWebSocket, "port-forward", "pod/web", ":80");
        try
        {
            var port = await ReadLocalPortAsync(process);

            var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => ExchangeAsync(port, i)));

            Assert.All(replies, Assert.True);
            Assert.Equal(overWebSocket && !IsOlderThan(kubectl, 30), host.WasWebSocket);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Roads))]
    public async Task PortForward_ToAClosedPort_SaysSo(string kubectl, bool overWebSocket)
    {
        host.ConnectAsync = (port, _) => throw new Orch.Runtime.RuntimeException(Orch.Runtime.RuntimeErrorCode.Unavailable, $"connect to port {port}: connection refused");
        using var process = KubectlProcess.Start(KubectlBinaries.PathOf(kubectl), host, overWebSocket, "port-forward", "pod/web", ":81");
        try
        {
            var port = await ReadLocalPortAsync(process);
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Patience);
            var read = await client.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(Patience);

            Assert.Equal(0, read);
            var line = await process.StandardError.ReadLineAsync().WaitAsync(Patience);
            Assert.Contains("error forwarding port 81 to pod default/web, uid u1: connect to port 81: connection refused", line, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
    }

    private static async Task<bool> ExchangeAsync(int port, int seed)
    {
        var sent = new byte[200_000];
        new Random(seed).NextBytes(sent);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Patience);
        var stream = client.GetStream();
        var received = new byte[sent.Length];
        var reading = stream.ReadExactlyAsync(received).AsTask();
        await stream.WriteAsync(sent).AsTask().WaitAsync(Patience);
        await reading.WaitAsync(Patience);
        return received.AsSpan().SequenceEqual(sent);
    }

    private static async Task<int> ReadLocalPortAsync(Process process)
    {
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? await process.StandardError.ReadToEndAsync();
        Assert.StartsWith("Forwarding from 127.0.0.1:", line, StringComparison.Ordinal);
        return int.Parse(line.Split(':')[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static bool IsOlderThan(string kubectl, int minor) =>
        kubectl.StartsWith("kubectl.1.", StringComparison.Ordinal)
        && int.Parse(kubectl["kubectl.1.".Length..], System.Globalization.CultureInfo.InvariantCulture) < minor;

    private Task<(int ExitCode, byte[] Output, string Error)> RunAsync(string kubectl, bool overWebSocket, MemoryStream? input, params string[] arguments) =>
        KubectlProcess.RunAsync(KubectlBinaries.PathOf(kubectl), host, overWebSocket, input, arguments);

    private sealed class EchoServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public EchoServer()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public async Task<Stream> ConnectAsync(int port, CancellationToken cancellationToken)
        {
            var client = new TcpClient();
            await client.ConnectAsync((IPEndPoint)_listener.LocalEndpoint, cancellationToken);
            return client.GetStream();
        }

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var client = await _listener.AcceptTcpClientAsync();
                    _ = EchoAsync(client);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
            }
        }

        private static async Task EchoAsync(TcpClient client)
        {
            using (client)
            {
                try
                {
                    await client.GetStream().CopyToAsync(client.GetStream());
                }
                catch (IOException)
                {
                }
            }
        }
    }
}
