using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Proxying;

/// <summary>The side of a proxy that its client sees: what a backend is told of it, and what of an answer must be said otherwise here.</summary>
/// <remarks>As upstream's proxies of pods, services and nodes: over plain HTTP the client's <c>Host</c> is passed on, links lead back through the proxy, and permissions of the backend to other sites are not those of the API.</remarks>
internal sealed class ProxyFront(ApiRequest request, Backend backend, string target)
{
    private static readonly string[] CrossOrigin =
    [
        "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin",
        "Access-Control-Expose-Headers", "Access-Control-Max-Age",
    ];

    // The path without what is the backend's, and without the slash before that.
    private readonly string _prefix = request.Info.Path[..^request.Info.Rest.Length].TrimEnd('/');

    /// <summary>Tells the backend who asks for what.</summary>
    public void Tell(HttpRequestMessage message)
    {
        // Over TLS the client's host would be named in the handshake too, where upstream names nobody.
        if (backend.Scheme == "http") { message.Headers.TryAddWithoutValidation("Host", request.Http.Request.Host.Value); }
        var query = target.IndexOf('?', StringComparison.Ordinal);
        Set(message, "X-Forwarded-Uri", ProxyLinks.Join(ForwardedPath.Of(_prefix), query < 0 ? target : target[..query]));
        if (request.Http.Connection.RemoteIpAddress is not { } client) { return; }
        var address = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        string?[] hops = [.. request.Http.Request.Headers["X-Forwarded-For"], address.ToString()];
        Set(message, "X-Forwarded-For", string.Join(", ", hops));
    }

    /// <summary>Changes the headers of an answer.</summary>
    /// <exception cref="Client.ApiException">500: it leads to what is no link.</exception>
    public void Show(IHeaderDictionary headers)
    {
        foreach (var name in CrossOrigin) { headers.Remove(name); }
        if (headers.Location.ToString() is not { Length: > 0 } location) { return; }
        try { headers.Location = ProxyLinks.Rewrite(location, ForwardedPath.Of(_prefix), backend.Authority, request.Http.Request.Host.Value ?? string.Empty); }
        catch (FormatException exception) { throw ApiErrors.Internal($"error trying to parse Location header: {exception.Message}", exception); }
    }

    /// <summary>The refusal for a backend that does not answer.</summary>
    public Client.ApiException Unreachable(Exception exception) => ApiErrors.Unavailable($"error trying to reach service: {BackendDialer.ReasonOf(backend, exception)}", exception);

    private static void Set(HttpRequestMessage message, string name, string value)
    {
        message.Headers.Remove(name);
        message.Headers.TryAddWithoutValidation(name, value);
    }
}
