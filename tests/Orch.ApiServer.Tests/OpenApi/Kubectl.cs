using System.Diagnostics;

namespace Orch.ApiServer.Tests.OpenApi;

/// <summary>Runs kubectl against a small server of its own.</summary>
internal sealed class Kubectl : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("orch-kubectl").FullName;

    public SmallServer Server { get; } = new();

    public void Dispose()
    {
        Server.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    public string Write(string text)
    {
        var file = System.IO.Path.Combine(_home, "manifest.yaml");
        File.WriteAllText(file, text);
        return file;
    }

    public async Task<(int Code, string Output)> RunAsync(string kubectl, params string[] arguments)
    {
        Skip.If(kubectl.Length == 0, "kubectl is not installed");
        var start = new ProcessStartInfo(kubectl) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add($"--server={Server.Url}");
        start.ArgumentList.Add($"--cache-dir={_home}");
        foreach (var argument in arguments) { start.ArgumentList.Add(argument); }
        start.Environment["HOME"] = _home;
        start.Environment["KUBECONFIG"] = System.IO.Path.Combine(_home, "none");
        start.Environment["CLOUDSDK_CONFIG"] = _home;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{kubectl} {string.Join(' ', arguments)} did not end within a minute");
        }
    }
}
