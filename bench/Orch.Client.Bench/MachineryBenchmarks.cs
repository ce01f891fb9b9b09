using BenchmarkDotNet.Attributes;
using k8s.Models;
using Orch.Client.Informers;
using Orch.Client.Queues;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Client.Bench;

/// <summary>What is done for each change in a cluster of 5,000 pods.</summary>
[MemoryDiagnoser]
public class MachineryBenchmarks
{
    private const int Pods = 5_000;
    private const int Changes = 50_000;
    private readonly V1Pod[] _pods = [.. Enumerable.Range(0, Pods).Select(index => ApiJson.Deserialize<V1Pod>(SamplePod.Json(index)))];
    private readonly WatchEvent<V1Pod>[] _changes = [.. Enumerable.Range(0, Changes).Select(index =>
    {
        var version = (1_000_000 + index).ToString("d", null);
        var pod = ApiJson.Deserialize<V1Pod>(SamplePod.Json(index % Pods));
        pod.Metadata.ResourceVersion = version;
        return new WatchEvent<V1Pod>(WatchEventKind.Modified, pod, version);
    })];

    /// <summary>A list of 5,000 pods and 50,000 changes, two indexes, one subscriber that enqueues keys.</summary>
    [Benchmark(OperationsPerInvoke = Changes)]
    public async Task InformerChangeAsync()
    {
        using var queue = new WorkQueue<ObjectKey>("bench", TimeProvider.System);
        var seen = 0;
        var all = new TaskCompletionSource();
        await using var factory = new InformerFactory(new ReplayedClient(_pods, _changes), TimeProvider.System);
        var informer = factory.Informer<V1Pod>();
        informer.AddIndex("node", static pod => [pod.Spec.NodeName]);
        informer.AddIndex("owner", static pod => [pod.ControllerOwner()?.Uid ?? string.Empty]);
        informer.Subscribe(change =>
        {
            queue.Add(change.Object.Key());
            if (++seen == Pods + Changes) { all.SetResult(); }
        });
        factory.Start();
        await all.Task;
    }

    /// <summary>One key through a queue.</summary>
    [Benchmark(OperationsPerInvoke = Changes)]
    public async Task QueueKeyAsync()
    {
        using var queue = new WorkQueue<ObjectKey>("bench", TimeProvider.System);
        for (var index = 0; index < Changes; index++)
        {
            queue.Add(new ObjectKey("default", "web"));
            queue.Done(await queue.TakeAsync(CancellationToken.None));
        }
    }
}
