using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Proxying;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Subresources;

/// <summary>What the proxies of pods, services and nodes have in common.</summary>
internal abstract class ProxyHandler(HttpForwarder forwarder, ConnectAdmission admission, string resource, string kind) : IConnectHandler
{
    /// <inheritdoc />
    public string Resource { get; } = resource;

    /// <inheritdoc />
    public string Subresource => "proxy";

    /// <inheritdoc />
    public string Kind { get; } = kind;

    /// <inheritdoc />
    public IReadOnlyList<string> Verbs { get; } = ["create", "delete", "get", "patch", "update"];

    /// <inheritdoc />
    public async ValueTask HandleAsync(ApiRequest request, ServedResource resource)
    {
        await admission.RequireAsync(request, resource, Kind).ConfigureAwait(false);
        if (request.Info.Rest.Length == 0 && !request.Info.Path.EndsWith('/') && !UpgradeTunnel.IsUpgrade(request.Http))
        {
            // Relative links of the page behind the proxy work only below a slash.
            request.Http.Response.Redirect($"{request.Info.Path}/{request.Http.Request.QueryString}", permanent: true);
            return;
        }

        var backend = await FindAsync(request).ConfigureAwait(false);
        await forwarder.ForwardAsync(request, backend, $"{ForwardedPath.Of("/" + request.Info.Rest)}{request.Http.Request.QueryString}").ConfigureAwait(false);
    }

    /// <summary>Where the request goes.</summary>
    /// <exception cref="Client.ApiException">There is nothing to send it to.</exception>
    protected abstract ValueTask<Backend> FindAsync(ApiRequest request);

    /// <summary>Takes a name of the form <c>[scheme:]name[:port]</c> apart.</summary>
    /// <exception cref="Client.ApiException">400: it is not of this form.</exception>
    protected (string Scheme, string Name, string Port) Split(string name) => name.Split(':') switch
    {
        [var only] => ("http", only, string.Empty),
        [var plain, var port] => ("http", plain, port),
        ["" or "http", var plain, var port] => ("http", plain, port),
        ["https", var plain, var port] => ("https", plain, port),
        _ => throw ApiErrors.BadRequest($"invalid {Resource[..^1]} request \"{name}\""),
    };

    /// <summary>A port's number.</summary>
    protected static bool TryPort(string text, out int port) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;
}
