using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Docker.DotNet.Models;
using Orch.Runtime.Docker.Engine;

namespace Orch.Runtime.Docker.Events;

/// <summary>The engine's event stream, as far as it is about this cluster's containers.</summary>
/// <remarks>What is lost between two streams is found by the node agent's listing, which it needs anyway.</remarks>
internal sealed class DockerEvents(DockerEngine engine, EngineLabels labels, TimeProvider time) : IRuntimeEvents
{
    private const int Capacity = 8192;

    public async IAsyncEnumerable<RuntimeEvent> WatchEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = Channel.CreateBounded<RuntimeEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pump = PumpAsync(events.Writer, stopping);
        try
        {
            await foreach (var item in events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            await pump.ConfigureAwait(false);
        }
    }

    // Ends the channel with the reason why the stream broke; never throws itself.
    private async Task PumpAsync(ChannelWriter<RuntimeEvent> events, CancellationTokenSource stopping)
    {
        var isLagging = false;
        var progress = new SynchronousProgress<Message>(message =>
        {
            if (ToEvent(message) is { } item && !events.TryWrite(item))
            {
                isLagging = true;
                stopping.Cancel();
            }
        });
        var filter = labels.Filter(kind: null, []);
        filter["type"] = new Dictionary<string, bool> { ["container"] = true };
        filter["event"] = new Dictionary<string, bool> { ["start"] = true, ["die"] = true, ["oom"] = true, ["destroy"] = true };
        try
        {
            await engine.CallAsync(
                "watch events",
                Timeout.InfiniteTimeSpan,
                (client, token) => client.System.MonitorEventsAsync(new ContainerEventsParameters { Filters = filter }, progress, token),
                stopping.Token).ConfigureAwait(false);
            events.TryComplete(new RuntimeException(RuntimeErrorCode.Unavailable, "watch events: the engine ended the stream"));
        }
        catch (OperationCanceledException)
        {
            events.TryComplete(isLagging ? new RuntimeException(RuntimeErrorCode.Unavailable, $"watch events: over {Capacity} wait unread") : null);
        }
        catch (RuntimeException e)
        {
            events.TryComplete(new RuntimeException(RuntimeErrorCode.Unavailable, e.Message, e));
        }
    }

    private RuntimeEvent? ToEvent(Message message)
    {
        RuntimeEventKind? kind = message.Action switch
        {
            "start" => RuntimeEventKind.Started,
            "die" => RuntimeEventKind.Died,
            "oom" => RuntimeEventKind.OutOfMemory,
            "destroy" => RuntimeEventKind.Removed,
            _ => null,
        };
        if (kind is null || message.Actor is not { ID: { Length: > 0 } id } actor || !labels.TryRead(actor.Attributes, out var identity))
        {
            return null;
        }

        var at = message.TimeNano is { } nanoseconds ? DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100) : time.GetUtcNow();
        return new RuntimeEvent(kind.Value, id, at, identity.Labels)
        {
            IsSandbox = identity.IsSandbox,
            ExitCode = kind == RuntimeEventKind.Died && actor.Attributes.TryGetValue("exitCode", out var code)
                && int.TryParse(code, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var exitCode)
                    ? exitCode
                    : null,
        };
    }
}
