using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Orch.Kubelet.Streaming.Spdy;

/// <summary>Takes an HTTP/1.1 connection over to SPDY, as Kubernetes clients ask for it.</summary>
internal static class SpdyUpgrade
{
    private const string ProtocolVersion = "X-Stream-Protocol-Version";

    public static bool IsRequested(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        && context.Request.Headers.Upgrade.Any(value => value is not null && value.StartsWith("SPDY/", StringComparison.OrdinalIgnoreCase));

    /// <summary>Agrees on a protocol and answers 101, or else an error.</summary>
    /// <param name="protocols">Those spoken here.</param>
    /// <param name="fallback">For clients that name none; null if they must.</param>
    /// <returns>The connection and the protocol, or null: the response is written.</returns>
    public static async Task<(Stream Transport, string Protocol)?> AcceptAsync(HttpContext context, IReadOnlyList<string> protocols, string? fallback)
    {
        string[] offered = [.. context.Request.Headers[ProtocolVersion]
            .SelectMany(value => (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        var protocol = offered.Length == 0 ? fallback : offered.FirstOrDefault(protocols.Contains);
        if (protocol is null)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.Headers["X-Accepted-Stream-Protocol-Versions"] = protocols.ToArray();
            await context.Response.WriteAsync(
                $"unable to upgrade: unable to negotiate protocol: client supports [{string.Join(' ', offered)}], server accepts [{string.Join(' ', protocols)}]",
                context.RequestAborted).ConfigureAwait(false);
            return null;
        }

        LiftLimits(context);
        context.Response.Headers.Upgrade = "SPDY/3.1";
        if (offered.Length > 0)
        {
            context.Response.Headers[ProtocolVersion] = protocol;
        }

        var transport = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
        return (transport, protocol);
    }

    /// <summary>A terminal may stay silent for hours, which Kestrel's limits against slow clients would not bear.</summary>
    public static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } request)
        {
            request.MinDataRate = null;
        }

        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } response)
        {
            response.MinDataRate = null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }
}
