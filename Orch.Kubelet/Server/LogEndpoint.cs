using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orch.Kubelet.Pods;
using Orch.Runtime;

namespace Orch.Kubelet.Server;

/// <summary>Serves containers' logs as <c>kubectl logs</c> gets them.</summary>
internal sealed class LogEndpoint(PodLookup lookup, IContainerRuntime runtime, TimeProvider time)
{
    public async Task ServeAsync(HttpContext context, string space, string podName, string containerName)
    {
        LogQuery query;
        try
        {
            query = LogQuery.Parse(context.Request.Query, time.GetUtcNow());
        }
        catch (FormatException e)
        {
            await Answers.TextAsync(context, StatusCodes.Status422UnprocessableEntity, e.Message).ConfigureAwait(false);
            return;
        }

        if (lookup.Pod(space, podName) is not { } pod)
        {
            await Answers.TextAsync(context, StatusCodes.Status404NotFound, $"pod \"{podName}\" in namespace \"{space}\" is not found").ConfigureAwait(false);
            return;
        }

        if (pod.FindContainer(containerName) is null)
        {
            await Answers.TextAsync(context, StatusCodes.Status404NotFound, $"container \"{containerName}\" not found in pod \"{podName}\"").ConfigureAwait(false);
            return;
        }

        var containers = await lookup.ContainersAsync(pod, containerName, context.RequestAborted).ConfigureAwait(false);
        if (Choose(containers, query) is not { } container)
        {
            var reason = (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? [])
                .FirstOrDefault(s => s.Name == containerName)?.State?.Waiting?.Reason ?? "ContainerCreating";
            await Answers.TextAsync(context, StatusCodes.Status400BadRequest, query.Previous
                ? $"previous terminated container \"{containerName}\" in pod \"{podName}\" not found"
                : $"container \"{containerName}\" in pod \"{podName}\" is waiting to start: {Explain(reason)}").ConfigureAwait(false);
            return;
        }

        await WriteAsync(context, container.Id, query).ConfigureAwait(false);
    }

    private static ContainerStatus? Choose(IReadOnlyList<ContainerStatus> containers, LogQuery query)
    {
        var started = containers.Where(static c => c.State != ContainerState.Created).ToList();
        if (!query.Previous) { return started.FirstOrDefault(); }
        // While a container waits for its restart, the one that ended is the newest there is.
        return started.Count > 1 ? started[1] : started.Count == 1 && started[0].State == ContainerState.Exited ? started[0] : null;
    }

    private static string Explain(string reason) => reason switch
    {
        "ErrImagePull" => "image can't be pulled",
        "ImagePullBackOff" => "trying and failing to pull image",
        _ => reason,
    };

    private async Task WriteAsync(HttpContext context, ContainerId id, LogQuery query)
    {
        var left = query.LimitBytes ?? long.MaxValue;
        context.Response.ContentType = "text/plain";
        try
        {
            // A follower must see its answer begin though nothing is written yet.
            if (query.Follow) { await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false); }
            await foreach (var entry in runtime.ReadLogsAsync(id, query.ToRequest(), context.RequestAborted).ConfigureAwait(false))
            {
                if (!query.Wants(entry.IsError)) { continue; }
                if (query.Timestamps) { left -= await WriteAsync(context, Encoding.ASCII.GetBytes(Stamp(entry) + " "), left).ConfigureAwait(false); }
                left -= await WriteAsync(context, entry.Content, left).ConfigureAwait(false);
                if (left <= 0) { return; }
                if (query.Follow) { await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false); }
            }
        }
        catch (RuntimeException e) when (!context.Response.HasStarted)
        {
            await Answers.TextAsync(context, StatusCodes.Status500InternalServerError, e.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader left.
        }
    }

    private static async Task<long> WriteAsync(HttpContext context, ReadOnlyMemory<byte> bytes, long most)
    {
        var part = bytes.Length > most ? bytes[..(int)most] : bytes;
        await context.Response.Body.WriteAsync(part, context.RequestAborted).ConfigureAwait(false);
        return part.Length;
    }

    private static string Stamp(LogEntry entry)
        => entry.NanosecondsText ?? entry.Timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture) + "00Z";
}
