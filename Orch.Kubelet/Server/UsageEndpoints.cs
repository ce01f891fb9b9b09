using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Nodes;
using Orch.Kubelet.Pods;
using Orch.Runtime;

namespace Orch.Kubelet.Server;

/// <summary>Serves usage and the agent's own figures: <c>/stats/summary</c>, <c>/metrics/resource</c>, <c>/metrics</c>.</summary>
internal sealed class UsageEndpoints(UsageCollector usage, PodWorkers workers, IOptions<KubeletOptions> options)
{
    private const string MetricsType = "text/plain; version=0.0.4; charset=utf-8";

    public async Task ServeSummaryAsync(HttpContext context)
    {
        var all = await usage.CollectAsync(context.RequestAborted).ConfigureAwait(false);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("node");
            json.WriteString("nodeName", options.Value.NodeName);
            WriteUsage(json, usage.Now, all.Aggregate(TimeSpan.Zero, static (sum, u) => sum + u.Stats.CpuTime), all.Sum(static u => u.NanoCores), UsageCollector.NodeMemoryUsed, UsageCollector.NodeMemoryUsed);
            json.WriteEndObject();
            json.WriteStartArray("pods");
            foreach (var pod in all.GroupBy(static u => u.Pod)) { WritePod(json, pod.Key, [.. pod]); }
            json.WriteEndArray();
            json.WriteEndObject();
        }

        await Answers.JsonAsync(context, buffer.WrittenMemory).ConfigureAwait(false);
    }

    public async Task ServeResourceMetricsAsync(HttpContext context)
    {
        var all = await usage.CollectAsync(context.RequestAborted).ConfigureAwait(false);
        var text = new StringBuilder();
        void Series(string name, string type, string help, IEnumerable<(string Labels, double Value)> values)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
            foreach (var (labels, value) in values) { text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value} {usage.Now.ToUnixTimeMilliseconds()}\n"); }
        }

        static string OfContainer(ContainerUsage u) => $"{{container=\"{u.Container}\",namespace=\"{u.Pod.Namespace}\",pod=\"{u.Pod.Name}\"}}";
        static string OfPod(PodReference p) => $"{{namespace=\"{p.Namespace}\",pod=\"{p.Name}\"}}";
        var pods = all.GroupBy(static u => u.Pod).ToList();
        Series("container_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the container in core-seconds", all.Select(static u => (OfContainer(u), u.Stats.CpuTime.TotalSeconds)));
        Series("container_memory_working_set_bytes", "gauge", "Current working set of the container in bytes", all.Select(static u => (OfContainer(u), (double)u.Stats.MemoryWorkingSetBytes)));
        Series("pod_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the pod in core-seconds", pods.Select(static p => (OfPod(p.Key), p.Sum(static u => u.Stats.CpuTime.TotalSeconds))));
        Series("pod_memory_working_set_bytes", "gauge", "Current working set of the pod in bytes", pods.Select(static p => (OfPod(p.Key), (double)p.Sum(static u => u.Stats.MemoryWorkingSetBytes))));
        Series("node_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the node in core-seconds", [(string.Empty, all.Sum(static u => u.Stats.CpuTime.TotalSeconds))]);
        Series("node_memory_working_set_bytes", "gauge", "Current working set of the node in bytes", [(string.Empty, UsageCollector.NodeMemoryUsed)]);
        text.Append("# HELP resource_scrape_error 1 if there was an error while getting container metrics, 0 otherwise\n# TYPE resource_scrape_error gauge\nresource_scrape_error 0\n");
        context.Response.ContentType = MetricsType;
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted).ConfigureAwait(false);
    }

    public Task ServeMetricsAsync(HttpContext context)
    {
        var pods = workers.Pods;
        var running = pods.Sum(static p => p.Status?.ContainerStatuses?.Count(static s => s.State?.Running is not null) ?? 0);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var text = string.Create(CultureInfo.InvariantCulture, $"""
            # HELP kubelet_node_name The node's name. The count is always 1.
            # TYPE kubelet_node_name gauge
            kubelet_node_name{"{"}node="{options.Value.NodeName}"{"}"} 1
            # HELP kubelet_running_pods Number of pods that have a running pod sandbox
            # TYPE kubelet_running_pods gauge
            kubelet_running_pods {pods.Count(static p => p.Status?.Phase == "Running")}
            # HELP kubelet_running_containers Number of containers currently running
            # TYPE kubelet_running_containers gauge
            kubelet_running_containers{"{"}container_state="running"{"}"} {running}
            # HELP kubelet_working_pods Number of pods that a worker deals with at this moment
            # TYPE kubelet_working_pods gauge
            kubelet_working_pods {workers.BusyCount}
            # HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
            # TYPE process_cpu_seconds_total counter
            process_cpu_seconds_total {process.TotalProcessorTime.TotalSeconds}
            # HELP process_resident_memory_bytes Resident memory size in bytes.
            # TYPE process_resident_memory_bytes gauge
            process_resident_memory_bytes {process.WorkingSet64}

            """);
        context.Response.ContentType = MetricsType;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    private static void WritePod(Utf8JsonWriter json, PodReference pod, IReadOnlyList<ContainerUsage> containers)
    {
        json.WriteStartObject();
        json.WriteStartObject("podRef");
        json.WriteString("name", pod.Name);
        json.WriteString("namespace", pod.Namespace);
        json.WriteString("uid", pod.Uid);
        json.WriteEndObject();
        json.WriteStartArray("containers");
        foreach (var container in containers)
        {
            json.WriteStartObject();
            json.WriteString("name", container.Container);
            WriteUsage(json, container.Stats.At, container.Stats.CpuTime, container.NanoCores, container.Stats.MemoryUsageBytes, container.Stats.MemoryWorkingSetBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteUsage(
            json,
            containers.Max(static c => c.Stats.At),
            containers.Aggregate(TimeSpan.Zero, static (sum, c) => sum + c.Stats.CpuTime),
            containers.Sum(static c => c.NanoCores),
            containers.Sum(static c => c.Stats.MemoryUsageBytes),
            containers.Sum(static c => c.Stats.MemoryWorkingSetBytes));
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, DateTimeOffset at, TimeSpan cpu, long nanoCores, long memory, long workingSet)
    {
        var time = at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        json.WriteStartObject("cpu");
        json.WriteString("time", time);
        json.WriteNumber("usageNanoCores", nanoCores);
        json.WriteNumber("usageCoreNanoSeconds", (long)cpu.TotalNanoseconds);
        json.WriteEndObject();
        json.WriteStartObject("memory");
        json.WriteString("time", time);
        json.WriteNumber("usageBytes", memory);
        json.WriteNumber("workingSetBytes", workingSet);
        json.WriteEndObject();
    }
}
