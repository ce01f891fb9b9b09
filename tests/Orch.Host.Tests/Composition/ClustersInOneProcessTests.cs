using System.Net.Sockets;
using System.Runtime.CompilerServices;
using k8s.Models;
using Orch.Client;
using Orch.Host.Composition;
using Orch.Testing.Builders;
using Orch.Testing.Time;
using Xunit.Abstractions;

namespace Orch.Host.Tests.Composition;

public sealed class ClustersInOneProcessTests(ITestOutputHelper output)
{
    private const string Passing = "leaves-nothing";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Clusters_SeveralAtOnce_WorkApartFromEachOther()
    {
        string[] names = ["red", "green", "blue"];
        var clusters = names.Select(name => new EmbeddedCluster(name)).ToList();
        try
        {
            var starts = await Task.WhenAll(clusters.Select(cluster => cluster.StartAsync()));
            output.WriteLine($"start to ready, three at once: {string.Join(", ", starts.Select(start => $"{start.TotalMilliseconds:F0} ms"))}");
            var ports = clusters.Select(cluster => cluster.Cluster.ApiServerAddress.Port).ToList();
            Assert.Equal(3, ports.Distinct().Count());

            await Task.WhenAll(clusters.Select((cluster, i) => RunAsync(cluster.Cluster, names[i], replicas: i + 1)));
            for (var i = 0; i < names.Length; i++)
            {
                var deployments = await clusters[i].Cluster.CreateClient().Resource<V1Deployment>().ListAsync(ListRequest.All, CancellationToken.None);
                Assert.Equal([names[i]], deployments.Items.Select(deployment => deployment.Metadata.Name));
            }

            // One goes; the others do not notice.
            await clusters[0].StopAsync();
            await Task.WhenAll(clusters.Skip(1).Select((cluster, i) => DeleteAsync(cluster.Cluster, names[i + 1])));
            await Task.WhenAll(clusters.Skip(1).Select(cluster => cluster.StopAsync()));
            Assert.All(ports, port => Assert.False(Answers(port), $"port {port} still answers"));
        }
        finally
        {
            clusters.ForEach(cluster => cluster.Dispose());
        }
    }

    [Fact]
    public async Task Cluster_AlreadyStartedOnceInThisProcess_StartsAgain()
    {
        for (var round = 0; round < 3; round++)
        {
            using var cluster = new EmbeddedCluster("again");
            output.WriteLine($"start to ready, round {round}: {(await cluster.StartAsync()).TotalMilliseconds:F0} ms");
            await RunAsync(cluster.Cluster, "web", 1);
            await cluster.StopAsync();
        }
    }

    [Fact]
    public async Task Cluster_StoppedAndDisposed_LeavesNothingBehind()
    {
        var cluster = await RunOnceAsync();

        await Patience.UntilAsync(() => Collected(cluster), "the stopped cluster's memory to be free");
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetTempPath(), $"orch-{Passing}-{Environment.ProcessId}*"));

        static bool Collected(WeakReference reference)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !reference.IsAlive;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> RunOnceAsync()
    {
        using var cluster = new EmbeddedCluster(Passing);
        await cluster.StartAsync();
        await RunAsync(cluster.Cluster, "web", 2);
        await cluster.StopAsync();
        return new WeakReference(cluster.Cluster);
    }

    private static async Task RunAsync(OrchCluster cluster, string name, int replicas)
    {
        await cluster.CreateClient().Resource<V1Deployment>().CreateAsync(Build.Deployment(name, replicas), CancellationToken.None);
        await Patience.UntilAsync(async () => await PodsAsync(cluster) is var pods && pods.Count == replicas && pods.All(pod => pod.Status?.Phase == "Running"), $"{replicas} pods of {name} to run", Limit);
    }

    private static async Task DeleteAsync(OrchCluster cluster, string name)
    {
        await cluster.CreateClient().Resource<V1Deployment>().DeleteAsync(new("default", name), DeleteRequest.Default, CancellationToken.None);
        await Patience.UntilAsync(async () => (await PodsAsync(cluster)).Count == 0, $"the pods of {name} to go", Limit);
    }

    private static async Task<IReadOnlyList<V1Pod>> PodsAsync(OrchCluster cluster)
        => (await cluster.CreateClient().Resource<V1Pod>().ListAsync(ListRequest.All, CancellationToken.None)).Items;

    private static bool Answers(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
