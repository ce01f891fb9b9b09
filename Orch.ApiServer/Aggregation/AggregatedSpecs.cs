using System.Runtime.CompilerServices;
using System.Text.Json;
using Orch.ApiServer.Json;
using Orch.ApiServer.OpenApi;
using Orch.Security;

namespace Orch.ApiServer.Aggregation;

/// <summary>Joins the OpenAPI v2 documents of services to the server's own.</summary>
/// <remarks>Each is asked for at most once a minute, by its tag, and the last one that came is used while its service is away.</remarks>
internal sealed class AggregatedSpecs(AggregatedApis apis, TimeProvider time)
{
    /// <summary>Where it is published.</summary>
    public const string Path = "/openapi/v2";

    private const int MaxBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);
    private readonly ConditionalWeakTable<AggregatedApi, Known> _known = [];
    private readonly Lock _gate = new();
    private (string Of, OpenApiDocument Document)[] _merged = [];

    /// <summary>The document of all, in the encoding of the server's own.</summary>
    public async ValueTask<OpenApiDocument> MergeAsync(OpenApiDocument own, IOpenApiPublisher publisher, CancellationToken cancellationToken)
    {
        // In upstream's order: of paths and names that several claim the more preferred group has them.
        var all = apis.All.OrderByDescending(static api => api.Backend.Service.Spec.GroupPriorityMinimum).ThenBy(static api => api.Name, StringComparer.Ordinal);
        var known = await Task.WhenAll(all.Select(api => _known.GetValue(api, static key => new Known(key)).RefreshAsync(time, cancellationToken))).ConfigureAwait(false);
        var theirs = known.Where(static item => item.Spec is not null).ToList();
        if (theirs.Count == 0) { return own; }
        var of = string.Join('\n', theirs.Select(static item => $"{item.Name} {item.Tag}").Prepend(own.ContentType + own.ETag));
        lock (_gate)
        {
            if (Array.Find(_merged, item => item.Of == of).Document is { } made) { return made; }
            var merged = (JsonMap)JsonTree.Read(publisher.Find(Path, "application/json")!.ToBytes())!;
            foreach (var item in theirs) { SpecMerge.Add(merged, item.Spec!); }
            var document = new OpenApiDocument(own.ContentType == "application/json" ? JsonTree.Write(merged) : GnosticEncoder.Encode(merged), own.ContentType);
            _merged = [.. _merged.Where(item => item.Document.ContentType != own.ContentType), (of, document)];
            return document;
        }
    }

    private sealed class Known(AggregatedApi api)
    {
        private Task<State>? _asking;
        private readonly Lock _gate = new();
        private volatile State _state = new(api.Name, null, string.Empty);
        private DateTimeOffset _due = DateTimeOffset.MinValue;

        // All who want it at once wait for one question; who goes away does not end it for the others.
        public Task<State> RefreshAsync(TimeProvider time, CancellationToken cancellationToken)
        {
            if (!api.IsAvailable) { return Task.FromResult(_state); }
            lock (_gate)
            {
                if (_asking is { IsCompleted: false }) { return _asking.WaitAsync(cancellationToken); }
                if (time.GetUtcNow() < _due) { return Task.FromResult(_state); }
                _due = time.GetUtcNow() + Freshness;
                _asking = Task.Run(() => RefreshAsync(time), CancellationToken.None);
                return _asking.WaitAsync(cancellationToken);
            }
        }

        private async Task<State> RefreshAsync(TimeProvider time)
        {
            using var timeout = new CancellationTokenSource(CallTimeout, time);
            try { await AskAsync(timeout.Token).ConfigureAwait(false); }
            catch (Exception fault) when (fault is HttpRequestException or IOException or JsonException or Client.ApiException) { /* what came last still holds */ }
            catch (OperationCanceledException) { /* neither did it answer in time */ }
            return _state;
        }

        private async Task AskAsync(CancellationToken cancellationToken)
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, $"https://{api.Backend.Host}:{api.Backend.Port}{Path}");
            foreach (var (header, value) in AggregationProxy.HeadersOf(new UserInfo("system:aggregator", []))) { message.Headers.TryAddWithoutValidation(header, value); }
            message.Headers.TryAddWithoutValidation("Accept", "application/json");
            if (_state.Tag.Length > 0) { message.Headers.TryAddWithoutValidation("If-None-Match", _state.Tag); }
            using var answer = await api.Backend.Http.SendAsync(message, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode) { return; }
            var body = await AvailabilityCheck.ReadAsync(answer, MaxBytes, cancellationToken).ConfigureAwait(false);
            if (JsonTree.Read(body) is not JsonMap document) { return; }
            var tag = answer.Headers.TryGetValues("ETag", out var tags) ? string.Join(',', tags) : $"\"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(body))}\"";
            _state = new State(api.Name, SpecMerge.Filter(document, $"/apis/{api.Group}/{api.Version}/"), tag);
        }
    }

    private sealed record State(string Name, JsonMap? Spec, string Tag);
}
