using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Orch.Load.Bench;

/// <summary>Watches of one namespace while writers change its pods as fast as they are answered.</summary>
/// <param name="isProtobuf">Whether the watchers ask for protobuf, as the components of a cluster do, or for JSON.</param>
internal sealed class WatchRun(Connections connections, CpuMeter meter, bool isProtobuf)
{
    public const int Targets = 64;
    private const int Watchers = 100;
    private const string Collection = $"/api/v1/namespaces/{Setup.Namespace}/pods";

    public static string NameOf(int target) => $"target-{target:D4}";

    /// <summary>Its figures, a line of JSON.</summary>
    public async Task<string> RunAsync(int count)
    {
        var (version, watches, expected) = (await VersionAsync(), new WatchAnswer[Watchers], (long)count * Watchers);
        long arrived = 0;
        var all = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var watch = 0; watch < Watchers; watch++)
        {
            watches[watch] = isProtobuf ? new ProtobufWatch(Arrived, Ended) : new JsonWatch(Arrived, Ended);
            connections[watch].Send(
                "GET", $"{Collection}?watch=true&timeoutSeconds=7200&resourceVersion={version}", null, [], watches[watch], isProtobuf ? "application/vnd.kubernetes.protobuf;stream=watch" : "application/json");
        }

        // So that all of them are open; one that were not would end the run short.
        await Task.Delay(500);
        meter.Begin();
        var begin = Stopwatch.GetTimestamp();
        await WriteAsync(count);
        var written = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        await connections.OrFailure(all.Task);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var (own, server) = meter.Used;
        return JsonSerializer.Serialize(new
        {
            command = isProtobuf ? "watch-protobuf" : "watch",
            delivered_s = Math.Round(arrived / seconds),
            writes_s = Math.Round(count / written),
            seconds = Math.Round(seconds, 3),
            bytes_per_event = watches[0].Bytes / Math.Max(1, watches[0].Events),
            watches_short_or_over = watches.Count(watch => watch.Events != count),
            client_cpu_us_per_event = Math.Round(own * 1e6 / arrived, 2),
            server_cpu_us_per_event = Math.Round(server * 1e6 / arrived, 2),
        });

        void Arrived(int events)
        {
            if (Interlocked.Add(ref arrived, events) >= expected) { all.TrySetResult(true); }
        }

        void Ended() => connections.Fail(new IOException("the server ended a watch"));
    }

    // Each of the 64 in flight begins the next when its answer is whole.
    private Task<bool> WriteAsync(int count)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var (next, left) = (-1, count);
        for (var target = 0; target < Targets; target++) { Next(target); }
        return connections.OrFailure(done.Task);

        void Next(int target)
        {
            var turn = Interlocked.Increment(ref next);
            if (turn >= count) { return; }
            connections[target].Send("PATCH", $"{Collection}/{NameOf(target)}", "application/merge-patch+json",
                Encoding.ASCII.GetBytes($$$$"""{"metadata":{"annotations":{"load-sequence":"{{{{turn}}}}"}}}"""),
                new WholeAnswer(_ =>
                {
                    if (Interlocked.Decrement(ref left) == 0) { done.TrySetResult(true); }
                    Next(target);
                }));
        }
    }

    private async Task<string> VersionAsync()
    {
        var answer = new TextAnswer();
        connections[0].Send("GET", Collection, null, [], answer);
        using var list = JsonDocument.Parse(await connections.OrFailure(answer.Whole));
        return list.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
    }
}
