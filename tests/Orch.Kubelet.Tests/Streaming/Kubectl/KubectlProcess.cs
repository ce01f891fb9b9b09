using System.Diagnostics;

namespace Orch.Kubelet.Tests.Streaming.Kubectl;

/// <summary>Runs kubectl against a test host.</summary>
internal static class KubectlProcess
{
    // What clients before 1.34 say when a message came before they had made its stream: they drop it (kubernetes/kubernetes#131189).
    private const string Dropped = "Unknown stream id";
    private const int Attempts = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs a command to its end; once more where the client dropped a part of the answer, which is a fault of its own.</summary>
    public static async Task<(int ExitCode, byte[] Output, string Error)> RunAsync(
        string binary, StreamingTestHost host, bool overWebSocket, MemoryStream? input, params string[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (input is not null) { input.Position = 0; }
            var end = await RunOnceAsync(binary, host, overWebSocket, input, arguments);
            if (attempt == Attempts || !overWebSocket || !end.Error.Contains(Dropped, StringComparison.Ordinal)) { return end; }
        }
    }

    private static async Task<(int ExitCode, byte[] Output, string Error)> RunOnceAsync(
        string binary, StreamingTestHost host, bool overWebSocket, MemoryStream? input, string[] arguments)
    {
        using var process = Start(binary, host, overWebSocket, arguments);
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            if (input is not null)
            {
                await input.CopyToAsync(process.StandardInput.BaseStream).WaitAsync(Patience);
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException($"kubectl {string.Join(' ', arguments)} did not end; output {output.Length} bytes, errors: {await errors}");
        }

        await reading;
        return (process.ExitCode, output.ToArray(), await errors);
    }

    public static Process Start(string binary, StreamingTestHost host, bool overWebSocket, params string[] arguments)
    {
        var start = new ProcessStartInfo(binary) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = "/dev/null";
        start.Environment["HOME"] = Path.GetTempPath();
        start.Environment["KUBECTL_REMOTE_COMMAND_WEBSOCKETS"] = overWebSocket ? "true" : "false";
        start.Environment["KUBECTL_PORT_FORWARD_WEBSOCKETS"] = overWebSocket ? "true" : "false";
        foreach (var argument in (string[])["--server", host.Address, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
