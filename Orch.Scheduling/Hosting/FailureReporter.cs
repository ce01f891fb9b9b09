using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orch.Client;
using Orch.Resources;

namespace Orch.Scheduling.Hosting;

/// <summary>Tells users how scheduling went: the pod's <c>PodScheduled</c> condition, and events. Never holds up a decision.</summary>
/// <remarks>A report that finds the buffer full is dropped; the pod's next attempt makes another.</remarks>
internal sealed partial class FailureReporter(
    SchedulerClient client, Lazy<IInformer<V1Pod>> pods, [FromKeyedServices(SchedulerEvents.Key)] IEventRecorder events, TimeProvider time,
    ILogger<FailureReporter> logger)
{
    private readonly Channel<(PodInfo Pod, string Message, string Reason)> _reports =
        Channel.CreateBounded<(PodInfo, string, string)>(new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Report(PodInfo pod, string message, bool isError)
    {
        events.Warning(pod.Pod, "FailedScheduling", message);
        _reports.Writer.TryWrite((pod, message, isError ? "SchedulerError" : "Unschedulable"));
    }

    public void ReportSuccess(PodInfo pod, string node)
        => events.Normal(pod.Pod, "Scheduled", $"Successfully assigned {pod.Key} to {node}");

    /// <summary>Writes conditions until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var (pod, message, reason) in _reports.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            var current = pods.Value.Find(pod.Key)?.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "PodScheduled");
            if (current is { Status: "False" } && current.Reason == reason && current.Message == message) { continue; }
            try
            {
                await client.Pods.PatchAsync(pod.Key, Patch(current, message, reason), cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException refused) when (refused.IsNotFound)
            {
                // Deleted meanwhile: nobody is left to tell.
            }
            catch (Exception failure) when (failure is ApiException or HttpRequestException)
            {
                Log.ConditionNotWritten(logger, pod.Key, failure);
            }
        }
    }

    private ResourcePatch Patch(V1PodCondition? current, string message, string reason)
    {
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var since = current is { Status: "False", LastTransitionTime: { } transition }
            ? transition.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)
            : now;
        var body = new
        {
            status = new { conditions = new[] { new { type = "PodScheduled", status = "False", reason, message, lastTransitionTime = since } } },
        };
        return new ResourcePatch(PatchKind.StrategicMerge, JsonSerializer.SerializeToUtf8Bytes(body), "status");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The PodScheduled condition of pod {Pod} could not be written; its next attempt writes it again")]
        public static partial void ConditionNotWritten(ILogger logger, ObjectKey pod, Exception exception);
    }
}
