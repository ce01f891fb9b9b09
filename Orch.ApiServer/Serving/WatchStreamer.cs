using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Registry;
using Orch.Client;
using Orch.Serialization;

namespace Orch.ApiServer.Serving;

/// <summary>Streams a watch as one JSON object a line.</summary>
internal sealed class WatchStreamer(StoreMirror mirror, ObjectReader reader, Answer answer, Random random, TimeProvider time)
{
    private const int FlushBytes = 64 * 1024;
    private const int MinTimeoutSeconds = 1_800;

    /// <summary>Answers a watch; completes when it has ended.</summary>
    public async ValueTask RunAsync(ApiRequest request, ServedResource resource, Selection selection, AcceptedForm form)
    {
        if (form.IsYaml) { throw ApiErrors.NotAcceptable("only the following media types are accepted: application/json;stream=watch"); }
        var query = request.Query;
        var version = QueryOptions.Text(query, "resourceVersion");
        var sendsInitial = QueryOptions.Flag(query, "sendInitialEvents");
        var bookmarks = QueryOptions.Flag(query, "allowWatchBookmarks");
        CheckOptions(query, sendsInitial);
        var stream = new Stream(request, resource, selection, form, bookmarks);

        var after = ResourceVersions.Parse(version);
        if (version.Length == 0) { await reader.CatchUpAsync(request.Cancellation).ConfigureAwait(false); }
        else if (sendsInitial) { await reader.WaitForAsync(after, request.Cancellation).ConfigureAwait(false); }

        var seconds = QueryOptions.Number(query, "timeoutSeconds");
        if (seconds <= 0) { lock (random) { seconds = MinTimeoutSeconds + random.Next(MinTimeoutSeconds); } }

        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
        var fromStart = (after == 0 && !query.ContainsKey("sendInitialEvents")) || sendsInitial;
        CacheWatch watch;
        ObjectTree? initial = null;
        try
        {
            if (fromStart || after == 0)
            {
                watch = resource.Cache.WatchFromNow(selection.Scope, out var snapshot);
                after = Math.Max(snapshot.Revision, after);
                initial = fromStart ? snapshot.Objects : null;
            }
            else { watch = resource.Cache.WatchAfter(selection.Scope, after); }
        }
        catch (ApiException expired) when (expired.IsExpired)
        {
            await stream.BeginAsync().ConfigureAwait(false);
            stream.WriteError(expired);
            await stream.FlushAsync().ConfigureAwait(false);
            return;
        }

        using (watch)
        using (timeout.Token.UnsafeRegister(static state => ((CacheWatch)state!).Signal(), watch))
        using (request.Http.RequestAborted.UnsafeRegister(static state => ((CacheWatch)state!).Signal(), watch))
        {
            watch.Ended = () => { if (watch.End == WatchEnd.TooSlow) { request.Http.Abort(); } };
            await stream.BeginAsync().ConfigureAwait(false);
            if (initial is not null) { await SendInitialAsync(stream, selection, initial).ConfigureAwait(false); }
            if (sendsInitial && bookmarks) { stream.WriteBookmark(after, isInitialEnd: true); }
            request.LeaveSeats();
            await FollowAsync(stream, watch, selection, after, timeout.Token).ConfigureAwait(false);
        }
    }

    private static void CheckOptions(IQueryCollection query, bool sendsInitial)
    {
        var match = QueryOptions.Text(query, "resourceVersionMatch");
        if (match.Length > 0 && !query.ContainsKey("sendInitialEvents"))
        {
            throw Invalid("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        }

        if (sendsInitial && match != "NotOlderThan") { throw Invalid("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"); }

        static ApiException Invalid(string field, string detail)
        {
            var errors = new Validation.FieldErrors();
            errors.Forbidden(Validation.FieldPath.Of(field), detail);
            return ApiErrors.Invalid(new Orch.Resources.GroupVersionKind("meta.k8s.io", "v1", "ListOptions"), string.Empty, errors);
        }
    }

    private async ValueTask SendInitialAsync(Stream stream, Selection selection, ObjectTree initial)
    {
        foreach (var item in initial.Range(selection.Prefix, Storage.RangeRequest.PrefixEnd(selection.Prefix)))
        {
            if ((selection.Key is not null && item.Key != selection.Key) || !selection.Matches(item)) { continue; }
            stream.WriteEvent(answer, "ADDED", item);
            if (stream.Pending > FlushBytes) { await stream.FlushAsync().ConfigureAwait(false); }
        }

        await stream.FlushAsync().ConfigureAwait(false);
    }

    private async ValueTask FollowAsync(Stream stream, CacheWatch watch, Selection selection, long sent, CancellationToken timeout)
    {
        while (true)
        {
            // What the mirror has seen by now is in the stream, so after the stream is drained a bookmark may say so.
            var seen = mirror.Observed;
            while (watch.TryRead(out var item))
            {
                var (type, shown) = WatchJudge.Judge(item, selection);
                if (shown is not null) { stream.WriteEvent(answer, type, shown); }
                sent = Math.Max(sent, item.Revision);
                if (stream.Pending > FlushBytes) { await stream.FlushAsync().ConfigureAwait(false); }
            }

            var isOver = timeout.IsCancellationRequested || watch.End is WatchEnd.Stopping;
            if ((watch.TakeBookmarkRequest() || isOver) && stream.WantsBookmarks) { stream.WriteBookmark(Math.Max(seen, sent), isInitialEnd: false); }
            if (stream.Pending > 0) { await stream.FlushAsync().ConfigureAwait(false); }
            if (isOver || watch.End != WatchEnd.None || stream.IsAborted) { return; }
            await watch.WaitAsync().ConfigureAwait(false);
        }
    }

    private sealed class Stream(ApiRequest request, ServedResource resource, Selection selection, AcceptedForm form, bool wantsBookmarks)
    {
        private readonly System.IO.Pipelines.PipeWriter _writer = request.Http.Response.BodyWriter;
        private bool _hasColumns;

        public bool WantsBookmarks { get; } = wantsBookmarks;

        public int Pending { get; private set; }

        public bool IsAborted => request.Http.RequestAborted.IsCancellationRequested;

        public Selection Selection { get; } = selection;

        public async ValueTask BeginAsync()
        {
            Answer.Begin(request, StatusCodes.Status200OK, "application/json");
            await request.Http.Response.StartAsync(request.Cancellation).ConfigureAwait(false);
            await _writer.FlushAsync(request.Cancellation).ConfigureAwait(false);
        }

        public async ValueTask FlushAsync()
        {
            Pending = 0;
            await _writer.FlushAsync(request.Http.RequestAborted).ConfigureAwait(false);
        }

        public void WriteEvent(Answer answer, string type, CachedObject item)
        {
            _writer.Write(type switch { "ADDED" => "{\"type\":\"ADDED\",\"object\":"u8, "MODIFIED" => "{\"type\":\"MODIFIED\",\"object\":"u8, _ => "{\"type\":\"DELETED\",\"object\":"u8 });
            var shown = item.As(resource.Declaration);
            if (form.Form == ObjectForm.Whole) { shown.WriteTo(_writer); }
            else { answer.WriteShown(request, resource.Declaration, shown, form, !_hasColumns, _writer); }
            _hasColumns = true;
            _writer.Write("}\n"u8);
            Pending += shown.Length + 32;
        }

        public void WriteBookmark(long revision, bool isInitialEnd)
        {
            var (kind, version) = form.Form switch
            {
                ObjectForm.Table => ("Table", "meta.k8s.io/v1"),
                ObjectForm.Metadata => ("PartialObjectMetadata", "meta.k8s.io/v1"),
                _ => (resource.Declaration.Kind.Kind, resource.Declaration.Kind.ApiVersion),
            };
            var annotations = isInitialEnd ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : string.Empty;
            var rows = form.Form == ObjectForm.Table ? ",\"columnDefinitions\":null,\"rows\":[]" : string.Empty;
            var text = string.Create(CultureInfo.InvariantCulture,
                $"{{\"type\":\"BOOKMARK\",\"object\":{{\"kind\":\"{kind}\",\"apiVersion\":\"{version}\",\"metadata\":{{\"resourceVersion\":\"{revision}\"{annotations}}}{rows}}}}}\n");
            Encoding.ASCII.GetBytes(text, _writer);
            Pending += text.Length;
        }

        public void WriteError(ApiException error)
        {
            _writer.Write("{\"type\":\"ERROR\",\"object\":"u8);
            ApiJson.Serialize(_writer, error.Status, typeof(k8s.Models.V1Status));
            _writer.Write("}\n"u8);
            Pending++;
        }
    }
}
