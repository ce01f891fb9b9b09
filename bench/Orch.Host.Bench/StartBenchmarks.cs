using BenchmarkDotNet.Attributes;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orch.Client;
using Orch.Host.Composition;

namespace Orch.Host.Bench;

/// <summary>A whole cluster started in a warm process, until its node is ready.</summary>
[MemoryDiagnoser]
public class StartBenchmarks
{
    private string? _directory;
    private IHost? _host;

    /// <summary>Whether certificates and store lie on disk.</summary>
    [Params(false, true)]
    public bool Durable { get; set; }

    [IterationSetup]
    public void MakeDirectory() => _directory = Durable ? Directory.CreateTempSubdirectory("orch-bench-").FullName : null;

    [Benchmark]
    public async Task Start()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddOrchCluster(cluster => cluster
            .Configure(options =>
            {
                options.BindAddress = "127.0.0.1";
                options.Port = 0;
                options.KubeletPort = 0;
                options.DataDirectory = _directory;
            })
            .UseSimulatedNodes());
        _host = builder.Build();
        await _host.StartAsync();
        await foreach (var change in _host.Services.GetRequiredService<OrchCluster>().CreateClient().Resource<V1Node>().WatchAsync(new WatchRequest("0"), CancellationToken.None))
        {
            if (change.Object?.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true) { return; }
        }
    }

    [IterationCleanup]
    public void Stop()
    {
        _host?.StopAsync().GetAwaiter().GetResult();
        _host?.Dispose();
        if (_directory is not null) { Directory.Delete(_directory, recursive: true); }
    }
}
