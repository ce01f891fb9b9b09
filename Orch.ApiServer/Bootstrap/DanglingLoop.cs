using System.Threading.Channels;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Security.Lookup;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Bootstrap;

/// <summary>Says in each flow schema's condition <c>Dangling</c> whether the priority level that it names is there.</summary>
/// <remarks>Woken by changes of either. What could not be written is tried again after the next change, or after <see cref="RetryDelay"/>.</remarks>
internal sealed partial class DanglingLoop(ServedResources resources, ObjectWriter writer, IObjectLookup objects, TimeProvider time, ILogger<DanglingLoop> logger) : IBackgroundLoop
{
    private const string Manager = "api-priority-and-fairness-config-consumer-v1";
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (resources.Find(typeof(V1FlowSchema)) is not { } schemas || resources.Find(typeof(V1PriorityLevelConfiguration)) is not { } levels) { return; }
        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        wake.Writer.TryWrite(true);
        await Task.WhenAll(FollowAsync(schemas, wake.Writer, cancellationToken), FollowAsync(levels, wake.Writer, cancellationToken), KeepAsync(schemas, wake, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>The condition that a schema should have; null when it has it.</summary>
    /// <remarks>Pure.</remarks>
    public static V1FlowSchemaCondition? Wanted(V1FlowSchema schema, bool hasLevel, DateTime now)
    {
        var level = schema.Spec?.PriorityLevelConfiguration?.Name ?? string.Empty;
        var (status, reason, message) = hasLevel
            ? ("False", "Found", $"This FlowSchema references the PriorityLevelConfiguration object named \"{level}\" and it exists")
            : ("True", "NotFound", $"This FlowSchema references the PriorityLevelConfiguration object named \"{level}\" but there is no such object");
        var there = schema.Status?.Conditions?.FirstOrDefault(static condition => condition.Type == "Dangling");
        return there is not null && (there.Status, there.Reason, there.Message) == (status, reason, message)
            ? null
            : new V1FlowSchemaCondition { Type = "Dangling", Status = status, Reason = reason, Message = message, LastTransitionTime = there?.Status == status ? there.LastTransitionTime : now };
    }

    private static async Task FollowAsync(ServedResource resource, ChannelWriter<bool> wake, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            using var watch = resource.Cache.WatchFromNow(WatchScope.All, out _);
            using var registration = cancellationToken.UnsafeRegister(static state => ((CacheWatch)state!).Signal(), watch);
            wake.TryWrite(true);
            while (watch.End == WatchEnd.None && !cancellationToken.IsCancellationRequested)
            {
                await watch.WaitAsync().ConfigureAwait(false);
                var isChanged = false;
                while (watch.TryRead(out _)) { isChanged = true; }
                if (isChanged) { wake.TryWrite(true); }
            }

            if (watch.End == WatchEnd.Stopping) { return; }
        }
    }

    private async Task KeepAsync(ServedResource resource, Channel<bool> wake, CancellationToken cancellationToken)
    {
        while (await wake.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            wake.Reader.TryRead(out _);
            if (await KeepOnceAsync(resource, cancellationToken).ConfigureAwait(false)) { continue; }
            await Task.Delay(RetryDelay, time, cancellationToken).ConfigureAwait(false);
            wake.Writer.TryWrite(true);
        }
    }

    private async ValueTask<bool> KeepOnceAsync(ServedResource resource, CancellationToken cancellationToken)
    {
        var names = objects.List<V1PriorityLevelConfiguration>().Select(static level => level.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        var isDone = true;
        foreach (var schema in objects.List<V1FlowSchema>().ToList())
        {
            if (Wanted(schema, HasLevel(schema), default) is null) { continue; }
            try
            {
                await writer.UpdateAsync(resource, new WriteCall(ObjectEnsurer.Server) { Manager = Manager, Subresource = "status" }, schema.Key(), ObjectChange.Status((current, _) =>
                {
                    var changed = ApiJson.DeepCopy((V1FlowSchema)current.Value);
                    if (Wanted(changed, HasLevel(changed), time.GetUtcNow().UtcDateTime) is { } condition)
                    {
                        changed.Status ??= new V1FlowSchemaStatus();
                        changed.Status.Conditions = [.. (changed.Status.Conditions ?? []).Where(static other => other.Type != "Dangling"), condition];
                    }

                    return new ValueTask<IKubernetesObject<V1ObjectMeta>>(changed);
                }), cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException refused) when (refused.IsNotFound || refused.IsConflict)
            {
                // It changed meanwhile, which wakes the loop again.
            }
            catch (ApiException refused)
            {
                Log.NotWritten(logger, schema.Metadata.Name, refused);
                isDone = false;
            }
        }

        return isDone;

        bool HasLevel(V1FlowSchema schema) => names.Contains(schema.Spec?.PriorityLevelConfiguration?.Name ?? string.Empty);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The condition of the flow schema {Schema} could not be written; trying again.")]
        public static partial void NotWritten(ILogger logger, string schema, Exception exception);
    }
}
