using Microsoft.Extensions.Options;
using Orch.ApiServer.Health;

namespace Orch.ApiServer.Discovery;

/// <summary>What the server's index names besides groups and versions, and the address that discovery tells.</summary>
internal sealed class ServerPaths(IEnumerable<IHealthCheck> checks, ApiServerEndpoint endpoint, IOptions<ApiServerOptions> options)
{
    private static readonly string[] Fixed =
    [
        "/.well-known/openid-configuration", "/api", "/api/v1", "/apis", "/apis/", "/healthz", "/livez", "/metrics", "/metrics/slis", "/openapi/v2", "/openapi/v3", "/openapi/v3/",
        "/openid/v1/jwks", "/readyz", "/version",
    ];

    /// <summary>Unordered.</summary>
    public IEnumerable<string> All
        => Fixed.Concat(checks.SelectMany(static check => check.IsLiveness ? (string[])[$"/healthz/{check.Name}", $"/livez/{check.Name}", $"/readyz/{check.Name}"] : [$"/readyz/{check.Name}"]));

    /// <summary>Host and port for any client; null while the server does not listen.</summary>
    public string? Address => endpoint.IsListening ? $"{options.Value.AdvertiseAddress ?? endpoint.Address.Host}:{endpoint.Address.Port}" : null;
}
