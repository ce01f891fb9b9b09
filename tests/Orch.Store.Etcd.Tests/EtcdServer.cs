using System.Diagnostics;
using Orch.Storage;
using Orch.Testing.Networking;

namespace Orch.Store.Etcd.Tests;

/// <summary>A real etcd of its own, on free loopback ports and a temporary directory; can be killed and started again.</summary>
public sealed class EtcdServer : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _directory = Directory.CreateTempSubdirectory("orch-etcd-").FullName;
    private readonly int _clientPort = Ports.Reserve();
    private readonly int _peerPort = Ports.Reserve();
    private readonly List<string> _output = [];
    private readonly TestCertificates? _certificates;
    private Process? _process;

    public EtcdServer()
    {
    }

    internal EtcdServer(TestCertificates certificates) => _certificates = certificates;

    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(':').Any(directory => File.Exists(Path.Combine(directory, "etcd")));

    /// <summary>How often etcd sends progress by itself.</summary>
    public string ProgressInterval { get; init; } = "100ms";

    public string Endpoint => $"{(_certificates is null ? "http" : "https")}://127.0.0.1:{_clientPort}";

    public static void SkipIfMissing() => Skip.IfNot(IsInstalled, "No etcd binary is on the PATH (Debian: apt-get install etcd-server).");

    public Task InitializeAsync() => IsInstalled ? StartAsync() : Task.CompletedTask;

    public EtcdStore NewStore(string? prefix = null, TimeSpan? timeout = null, params string[] others)
    {
        var options = new EtcdStoreOptions { KeyPrefix = prefix ?? $"/t{Guid.NewGuid():n}", RequestTimeout = timeout ?? TimeSpan.FromSeconds(10) };
        if (_certificates is { } certificates)
        {
            options.CertificateAuthorityFile = certificates.Authority;
            options.ClientCertificateFile = certificates.CertificateOf("client");
            options.ClientKeyFile = certificates.KeyOf("client");
        }

        foreach (var endpoint in others.Append(Endpoint))
        {
            options.Endpoints.Add(endpoint);
        }

        return new EtcdStore(options);
    }

    public async Task StartAsync()
    {
        var peer = $"http://127.0.0.1:{_peerPort}";
        var start = new ProcessStartInfo("etcd", [
            "--name", "t", "--data-dir", _directory,
            "--listen-client-urls", Endpoint, "--advertise-client-urls", Endpoint,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"t={peer}",
            "--heartbeat-interval", "20", "--election-timeout", "200",
            "--experimental-watch-progress-notify-interval", ProgressInterval,
            .. TlsArguments(),
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitUntilReadyAsync();
    }

    /// <summary>As a crash does; what was acknowledged is on its disk.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(Patience);
            process.Dispose();
            _process = null;
        }
    }

    public async Task DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private string[] TlsArguments() => _certificates is not { } certificates ? [] :
    [
        "--client-cert-auth", "--trusted-ca-file", certificates.Authority,
        "--cert-file", certificates.CertificateOf("server"), "--key-file", certificates.KeyOf("server"),
    ];

    private async Task WaitUntilReadyAsync()
    {
        using var store = NewStore(timeout: Patience);
        try
        {
            await store.CurrentRevisionAsync(default);
        }
        catch (StoreException failure)
        {
            lock (_output)
            {
                throw new TimeoutException($"etcd did not get ready within {Patience}: {string.Join('\n', _output)}", failure);
            }
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            if (line is not null && _output.Count < 50)
            {
                _output.Add(line);
            }
        }
    }
}
