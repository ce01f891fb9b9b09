using System.Diagnostics;
using System.Globalization;
using Orch.Testing.Networking;

namespace Orch.EndToEnd.Tests.Fixtures;

/// <summary>A whole cluster as a user starts it: the orch program, in a process and directory of its own.</summary>
public sealed class OrchProcess : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "orch.dll");

    private readonly string _directory = Directory.CreateTempSubdirectory("orch-e2e-").FullName;
    private readonly int _port = Ports.Reserve();
    private RunningProgram? _running;

    private OrchProcess(string name) => Name = name;

    public string Name { get; }

    public string Data => Path.Combine(_directory, "data");

    public string Home => Path.Combine(_directory, "home");

    public string Kubeconfig => Path.Combine(Data, "admin.kubeconfig");

    public static async Task<OrchProcess> PrepareAsync()
    {
        var cluster = new OrchProcess(string.Create(CultureInfo.InvariantCulture, $"t{Random.Shared.Next(0x10000, 0xfffff):x5}"));
        Directory.CreateDirectory(cluster.Data);
        Directory.CreateDirectory(cluster.Home);
        var octet = await Machine.FreeOctetAsync(2);
        await File.WriteAllTextAsync(Path.Combine(cluster.Data, "orch.json"), $$"""
            { "Orch": { "PodCidr": "10.{{octet}}.0.0/16", "ServiceCidr": "10.{{octet + 1}}.0.0/16", "KubeletPort": {{Ports.Reserve()}} } }
            """);
        return cluster;
    }

    public async Task StartAsync(params string[] more)
    {
        // A test run may itself run with Ctrl-C ignored, which children would inherit.
        var start = new ProcessStartInfo("env");
        string[] arguments = ["--default-signal=INT,TERM", "dotnet", Program, "up", "--data-dir", Data, "--name", Name, "--node-name", "node-1",
            "--port", _port.ToString(CultureInfo.InvariantCulture), .. more];
        foreach (var argument in arguments) { start.ArgumentList.Add(argument); }
        _running = new RunningProgram(start);
        await _running.LineAsync("the cluster to be ready", line => line.Contains("the cluster is ready", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
    }

    public Kubectl Kubectl(string scope = "default") => new(this, Machine.Kubectl, scope);

    /// <summary>Ctrl-C; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await _running!.SignalAsync("INT");
        var code = await _running.EndedAsync("the cluster to stop after Ctrl-C", TimeSpan.FromSeconds(90));
        return code;
    }

    /// <summary>An end without a goodbye.</summary>
    public async Task KillAsync()
    {
        await _running!.SignalAsync("KILL");
        await _running.EndedAsync("the process to die", TimeSpan.FromSeconds(10));
    }

    public string LogTail()
    {
        var lines = (_running?.Said ?? "").Split('\n');
        return string.Join('\n', lines.TakeLast(60));
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is { HasEnded: false }) { await StopAsync(); }
        if (_running is not null) { await _running.DisposeAsync(); }
        try
        {
            Directory.Delete(_directory, recursive: true);
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            // A mount that was left is the finding of a test, not of this clean-up.
        }
    }
}
