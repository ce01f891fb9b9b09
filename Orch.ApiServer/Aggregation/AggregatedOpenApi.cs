using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.OpenApi;
using Orch.ApiServer.Serving;
using Orch.Security;

namespace Orch.ApiServer.Aggregation;

/// <summary>Joins the schemas of services to the server's own: the index of v3 names theirs too, whose documents come from them.</summary>
/// <remarks>The one document of v2 is joined by <see cref="AggregatedSpecs"/>.</remarks>
internal sealed class AggregatedOpenApi(AggregatedApis apis, AggregationProxy proxy, TimeProvider time)
{
    private const string Index = "/openapi/v3";
    private const int MaxIndexBytes = 1024 * 1024;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Whether any service answers for anything.</summary>
    public bool HasAny => apis.All.Count > 0;

    /// <summary>Answers the index and what belongs to services; false leaves the request as it is.</summary>
    public async ValueTask<bool> TryHandleAsync(ApiRequest request, IOpenApiPublisher publisher)
    {
        var path = request.Info.Path.TrimEnd('/');
        if (path == Index && publisher.Find(path, request.Accept) is { } own) { await AnswerIndexAsync(request, own).ConfigureAwait(false); return true; }
        if (!path.StartsWith(Index + "/apis/", StringComparison.Ordinal) || apis.FindByPath(path[Index.Length..]) is not { } api) { return false; }
        await proxy.HandleAsync(request, api).ConfigureAwait(false);
        return true;
    }

    private async ValueTask AnswerIndexAsync(ApiRequest request, OpenApiDocument own)
    {
        var tree = (JsonMap)JsonTree.Read(own.ToBytes())!;
        var paths = (JsonMap)tree["paths"]!;
        var theirs = await Task.WhenAll(apis.All.Where(static api => api.IsAvailable).Select(api => EntryAsync(api, request.Cancellation))).ConfigureAwait(false);
        foreach (var (name, entry) in theirs) { if (entry is not null) { paths[name] = entry; } }
        await Answer.BytesAsync(request, StatusCodes.Status200OK, JsonTree.Write(tree), isYaml: false).ConfigureAwait(false);
    }

    // A service that does not answer, or has no v3, is left out.
    private async Task<(string Name, JsonMap? Entry)> EntryAsync(AggregatedApi api, CancellationToken cancellationToken)
    {
        var name = $"apis/{api.Group}/{api.Version}";
        using var timeout = new CancellationTokenSource(CallTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, $"https://{api.Backend.Host}:{api.Backend.Port}{Index}");
            foreach (var (header, value) in AggregationProxy.HeadersOf(new UserInfo("system:aggregator", []))) { message.Headers.TryAddWithoutValidation(header, value); }
            using var answer = await api.Backend.Http.SendAsync(message, both.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode || answer.Content.Headers.ContentLength > MaxIndexBytes) { return (name, null); }
            var body = await answer.Content.ReadAsByteArrayAsync(both.Token).ConfigureAwait(false);
            return (name, JsonTree.Read(body) is JsonMap index ? SchemaCompiler.Map(index, "paths").GetValueOrDefault(name) as JsonMap : null);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or JsonException or Client.ApiException)
        {
            return (name, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (name, null);
        }
    }
}
