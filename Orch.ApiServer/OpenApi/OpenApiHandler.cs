using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Aggregation;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.OpenApi;

/// <summary>Answers below <c>/openapi</c>.</summary>
internal sealed class OpenApiHandler(IOpenApiPublisher publisher, AggregatedOpenApi aggregated, AggregatedSpecs specs, TimeProvider time) : IPathHandler
{
    private const string PartsOfV3 = "/openapi/v3/";

    /// <inheritdoc />
    public bool Handles(string path) => path.StartsWith("/openapi/", StringComparison.Ordinal);

    /// <inheritdoc />
    public async ValueTask HandleAsync(ApiRequest request)
    {
        if (aggregated.HasAny && await aggregated.TryHandleAsync(request, publisher).ConfigureAwait(false)) { return; }
        var document = publisher.Find(request.Info.Path, request.Accept) ?? throw Refusals.NoSuchPath();
        if (aggregated.HasAny && request.Info.Path.TrimEnd('/') == AggregatedSpecs.Path) { document = await specs.MergeAsync(document, publisher, request.Cancellation).ConfigureAwait(false); }
        var response = request.Http.Response;
        response.Headers.ETag = document.ETag;
        response.Headers.Vary = "Accept, Accept-Encoding";
        var hash = HashIn(request);
        if (hash.Length > 0 && hash != document.ETag.Trim('"'))
        {
            Answer.Begin(request, StatusCodes.Status301MovedPermanently, document.ContentType);
            response.Headers.Location = $"{request.Info.Path.TrimEnd('/')}?hash={document.ETag.Trim('"')}";
            return;
        }

        if (request.Http.Request.Headers.IfNoneMatch == document.ETag) { response.StatusCode = StatusCodes.Status304NotModified; return; }
        Answer.Begin(request, StatusCodes.Status200OK, document.ContentType);
        response.Headers.CacheControl = hash.Length > 0 ? "public, immutable" : "public";
        if (hash.Length > 0) { response.Headers.Expires = time.GetUtcNow().AddYears(1).ToString("R", CultureInfo.InvariantCulture); }
        var isCompressed = Answer.AcceptsGzip(request.Http.Request);
        if (isCompressed) { response.Headers.ContentEncoding = "gzip"; }
        var body = isCompressed ? document.Compressed : document.ToBytes();
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, request.Cancellation).ConfigureAwait(false);
    }

    // A document of the hash that the index names never changes; who asks by another's is led to the present one.
    private static string HashIn(ApiRequest request)
        => request.Info.Path.StartsWith(PartsOfV3, StringComparison.Ordinal) && request.Http.Request.QueryString.HasValue ? QueryOptions.Text(request.Query, "hash") : string.Empty;
}
