using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Kinds.Batch;

namespace Orch.ApiServer.Serving;

/// <summary>How long a client gives its request: <c>?timeout=5s</c>.</summary>
/// <remarks>As apiserver's <c>WithRequestDeadline</c>: nothing, or less, leaves it to the server.</remarks>
internal static class RequestTimeout
{
    /// <summary>Null where the client says nothing that counts.</summary>
    /// <exception cref="Client.ApiException">400: it is no duration.</exception>
    public static TimeSpan? Of(HttpRequest request)
    {
        if (request.QueryString is not { HasValue: true, Value: { } query } || !query.Contains("timeout=", StringComparison.Ordinal)) { return null; }
        var text = QueryOptions.Text(request.Query, "timeout");
        if (text.Length == 0) { return null; }
        if (GoDuration.Read(text, out var value) is { } fault) { throw ApiErrors.BadRequest($"invalid timeout specified in the request URL - {fault}"); }
        return value > TimeSpan.Zero ? value : null;
    }
}
