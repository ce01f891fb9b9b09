using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Host.Composition;

namespace Orch.Host.Cli;

/// <summary><c>orch up</c>: a cluster in the foreground until Ctrl-C.</summary>
internal static class UpCommand
{
    public static Command Create(Action<OrchClusterBuilder>? configure)
    {
        var options = new UpOptions();
        var command = new Command("up", "Starts a cluster in the foreground; Ctrl-C ends it.");
        foreach (var option in options.All) { command.Options.Add(option); }
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, options, configure, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, UpOptions options, Action<OrchClusterBuilder>? configure, CancellationToken cancellationToken)
    {
        CodeWarmup.Begin();
        var progress = new Progress(Console.Out, TimeProvider.System);
        using var host = Build(parsed, options, configure);
        try
        {
            progress.Say("starting the cluster");
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
            var cluster = host.Services.GetRequiredService<OrchCluster>();
            progress.Say($"API server at {cluster.ApiServerAddress.GetLeftPart(UriPartial.Authority)}; waiting until the cluster can take work");
            await cluster.WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
            progress.Ready(cluster, host.Services.GetRequiredService<IOptions<OrchClusterOptions>>().Value);
            await host.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
            progress.Say("stopped");
            return 0;
        }
        catch (OptionsValidationException faults)
        {
            foreach (var fault in faults.Failures) { Console.Error.WriteLine($"error: {fault}"); }
            return 2;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            progress.Say("stopping");
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            progress.Say("stopped");
            return 0;
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or UnauthorizedAccessException or Storage.StoreException)
        {
            Console.Error.WriteLine($"error: {failure.Message}");
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            return 1;
        }
    }

    private static IHost Build(ParseResult parsed, UpOptions options, Action<OrchClusterBuilder>? configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables();
        var data = Path.GetFullPath(parsed.GetValue(options.Data)!);
        var file = Path.Combine(data, "orch.json");
        if (File.Exists(file)) { builder.Configuration.AddJsonFile(file, optional: false, reloadOnChange: false); }
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.SetMinimumLevel(parsed.GetValue(options.Verbose) ? LogLevel.Debug : LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // the command itself tells what failed
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(1));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<IdleMemory>();
        builder.Services.AddOrchCluster(cluster =>
        {
            cluster.Configure(values => Apply(parsed, options, values, data));
            configure?.Invoke(cluster);
            if (parsed.GetValue(options.EncryptionConfiguration) is { } encryption)
            {
                cluster.Services.Configure<Orch.ApiServer.EncryptionOptions>(values => values.ConfigurationFile = Path.GetFullPath(encryption));
            }

            if (!cluster.HasStore && parsed.GetValue(options.Etcd) is { Length: > 0 } endpoints)
            {
                cluster.UseEtcdStore(etcd =>
                {
                    foreach (var endpoint in endpoints) { etcd.Endpoints.Add(endpoint); }
                });
            }

            if (cluster.HasNodes) { return; }
            if (parsed.GetValue(options.Runtime) == "simulated")
            {
                // Simulated pods take no address of a node's range, and there are ranges for 256 nodes only.
                cluster.UseSimulatedNodes(nodes => nodes.Count = parsed.GetValue(options.Nodes)).ConfigureControllers(controllers => controllers.AllocateNodeCidrs = false);
            }
            else { cluster.UseDockerRuntime(); }
        });
        return builder.Build();
    }

    private static void Apply(ParseResult parsed, UpOptions options, OrchClusterOptions values, string data)
    {
        values.DataDirectory = data;
        values.KeepWorkloads = parsed.GetValue(options.KeepWorkloads);
        if (parsed.GetValue(options.Port) is { } port) { values.Port = port; }
        if (parsed.GetValue(options.BindAddress) is { } bind) { values.BindAddress = bind; }
        if (parsed.GetValue(options.AdvertiseAddress) is { } advertise) { values.AdvertiseAddress = advertise; }
        if (parsed.GetValue(options.NodeName) is { } node) { values.NodeName = node; }
        if (parsed.GetValue(options.Name) is { } name) { values.Name = name; }
    }
}
