using Orch.ApiServer.Caching;
using Orch.ApiServer.CustomResources.Conversion;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Registry;
using Orch.Client;

namespace Orch.ApiServer.Serving;

/// <summary>Streams a watch: one JSON object a line, or protobuf in frames; or either in the messages of a WebSocket.</summary>
internal sealed class WatchStreamer(StoreMirror mirror, ObjectReader reader, Answer answer, Random random, TimeProvider time)
{
    private const int FlushBytes = 64 * 1024;
    private const int MinTimeoutSeconds = 1_800;

    /// <summary>Answers a watch; completes when it has ended.</summary>
    public async ValueTask RunAsync(ApiRequest request, ServedResource resource, Selection selection, AcceptedForm form, WatchOptions options)
    {
        if (form.IsYaml)
        {
            throw ApiErrors.NotAcceptable(
                $"only the following media types are accepted: application/json;stream=watch{(Protobuf.ProtobufModels.Find(resource.Declaration.ObjectType) is null ? string.Empty : $", {AcceptedForm.ProtobufType};stream=watch")}");
        }

        if (form.Form == ObjectForm.Table) { QueryOptions.IncludeObject(request.Query); }
        var after = ResourceVersions.Parse(options.ResourceVersion);
        var sent = 0L;
        using var stream = new WatchStream(request, resource, form, answer);
        CacheWatch watch;
        ObjectTree? initial = null;
        try
        {
            if (options.ResourceVersion.Length == 0) { await reader.CatchUpAsync(request.Cancellation).ConfigureAwait(false); }
            else if (options.SendsInitial) { await reader.WaitForAsync(after, request.Cancellation).ConfigureAwait(false); }
            if (options.SendsInitial || after == 0)
            {
                // Asked before the snapshot is taken: only what the mirror had seen by then is certain to be in it, and the bookmark that ends it may say no more.
                var seen = options.SendsInitial ? mirror.Observed : 0;
                watch = resource.Cache.WatchFromNow(selection.Scope, out var snapshot);
                sent = after = Math.Max(Math.Max(snapshot.Revision, after), seen);
                initial = options.SendsInitial ? snapshot.Objects : null;
            }
            else { watch = resource.Cache.WatchAfter(selection.Scope, after); }
        }
        catch (ApiException refused) when (refused.IsExpired || refused.Code == 504)
        {
            // Upstream tells these in the stream, where clients look for them.
            if (!await stream.BeginAsync(static () => { }).ConfigureAwait(false)) { return; }
            stream.WriteError(refused);
            await stream.FlushAsync().ConfigureAwait(false);
            await stream.EndAsync(time).ConfigureAwait(false);
            return;
        }

        using var timeout = new CancellationTokenSource(TimeoutOf(request), time);
        using (watch)
        using (timeout.Token.UnsafeRegister(static state => ((CacheWatch)state!).Signal(), watch))
        using (request.Http.RequestAborted.UnsafeRegister(static state => ((CacheWatch)state!).Signal(), watch))
        {
            watch.MarkRemote();
            watch.Ended = () => { if (watch.End == WatchEnd.TooSlow) { request.Http.Abort(); } };
            if (initial is not null) { request.Warnings.AddRange(StoredObjects.WarningsFor(resource, selection.Key ?? selection.Prefix)); }
            if (!await stream.BeginAsync(watch.Signal).ConfigureAwait(false)) { return; }
            if (initial is not null) { await SendInitialAsync(stream, selection, initial, timeout.Token).ConfigureAwait(false); }
            if (options is { SendsInitial: true, AllowsBookmarks: true }) { stream.WriteBookmark(after, isInitialEnd: true); }
            request.LeaveSeats();
            await FollowAsync(stream, watch, selection, (after, sent), options.AllowsBookmarks, timeout.Token).ConfigureAwait(false);
            await stream.EndAsync(time).ConfigureAwait(false);
        }
    }

    private TimeSpan TimeoutOf(ApiRequest request)
    {
        var seconds = QueryOptions.Number(request.Query, "timeoutSeconds");
        if (seconds <= 0) { lock (random) { seconds = MinTimeoutSeconds + random.Next(MinTimeoutSeconds); } }
        return TimeSpan.FromSeconds(Math.Min(seconds, 4_000_000));
    }

    private static async ValueTask SendInitialAsync(WatchStream stream, Selection selection, ObjectTree initial, CancellationToken timeout)
    {
        await ConversionAhead.PrepareAsync(stream.Resource, initial, selection.Prefix, selection.Prefix, 0, timeout).ConfigureAwait(false);
        foreach (var item in initial.Range(selection.Prefix, Storage.RangeRequest.PrefixEnd(selection.Prefix)))
        {
            if ((selection.Key is not null && item.Key != selection.Key) || !selection.Matches(item)) { continue; }
            stream.WriteEvent("ADDED", item);
            if (stream.Pending > FlushBytes) { await stream.FlushAsync().ConfigureAwait(false); }
        }

        await stream.FlushAsync().ConfigureAwait(false);
    }

    private async ValueTask FollowAsync(WatchStream stream, CacheWatch watch, Selection selection, (long After, long Sent) place, bool allowsBookmarks, CancellationToken timeout)
    {
        var sent = place.Sent;
        while (true)
        {
            // What the mirror has seen by now is in the stream, so after the stream is drained a bookmark may say so.
            var seen = mirror.Observed;
            // An end that leaves things to read counts only when it was there before they were read.
            var end = watch.End;
            while (watch.TryRead(out var item))
            {
                if (ConversionAhead.IsNeeded(stream.Resource)) { await ConversionAhead.PrepareAsync(stream.Resource, ((CachedObject?[])[item.Previous, item.Current]).OfType<CachedObject>(), timeout).ConfigureAwait(false); }
                var (type, shown) = WatchJudge.Judge(item, selection);
                if (shown is not null)
                {
                    // The last state of what is gone is an object of its own.
                    await ConversionAhead.PrepareAsync(stream.Resource, shown, timeout).ConfigureAwait(false);
                    stream.WriteEvent(type, shown);
                }

                sent = Math.Max(sent, item.Revision);
                if (stream.Pending > FlushBytes) { await stream.FlushAsync().ConfigureAwait(false); }
            }

            var isOver = timeout.IsCancellationRequested || watch.End is WatchEnd.Stopping;
            // A client may begin at a version that has not been reached: until it is, there is nothing to say.
            if ((watch.TakeBookmarkRequest() || isOver) && allowsBookmarks && Math.Max(seen, sent) >= place.After) { stream.WriteBookmark(Math.Max(seen, sent), isInitialEnd: false); }
            if (stream.Pending > 0) { await stream.FlushAsync().ConfigureAwait(false); }
            if (isOver || end != WatchEnd.None || watch.End is not (WatchEnd.None or WatchEnd.Finished) || stream.IsAborted) { return; }
            await watch.WaitAsync().ConfigureAwait(false);
        }
    }
}
