using System.Diagnostics;
using System.Text.Json;

namespace Orch.Load.Bench;

/// <summary>Lists of all pods, one after the other.</summary>
internal sealed class ListRun(Connections connections, CpuMeter meter)
{
    public const int Pods = 5_000;
    private const int WarmLists = 20;

    public static string NameOf(int pod) => $"pod-{pod:D6}";

    /// <summary>Its figures, a line of JSON.</summary>
    public async Task<string> RunAsync(int count)
    {
        for (var turn = 0; turn < WarmLists; turn++) { await OneAsync(); }
        var times = new List<double>(count);
        long bytes = 0;
        meter.Begin();
        for (var turn = 0; turn < count; turn++)
        {
            var begin = Stopwatch.GetTimestamp();
            bytes += await OneAsync();
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        var (own, server) = meter.Used;
        times.Sort();
        return JsonSerializer.Serialize(new
        {
            command = "list",
            p50_ms = Math.Round(times[count / 2], 2),
            p99_ms = Math.Round(times[count * 99 / 100], 2),
            mb = Math.Round(bytes / 1e6 / count, 2),
            client_cpu_ms_per_op = Math.Round(own * 1_000 / count, 3),
            server_cpu_ms_per_op = Math.Round(server * 1_000 / count, 3),
        });
    }

    private Task<long> OneAsync()
    {
        var whole = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        connections[0].Send("GET", "/api/v1/pods", null, [], new WholeAnswer(whole.SetResult));
        return connections.OrFailure(whole.Task);
    }
}
