using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;
using Orch.Security;

namespace Orch.ApiServer.Serving;

/// <summary>A bearer token that a browser sends as one of the protocols of a WebSocket, having no other place for it.</summary>
internal static class WebSocketToken
{
    private const string Prefix = "base64url.bearer.authorization.k8s.io.";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the client asks for a WebSocket.</summary>
    public static bool IsWebSocket(IHeaderDictionary headers)
        => headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase) && headers.Connection.ToString().Contains("upgrade", StringComparison.OrdinalIgnoreCase);

    /// <summary>The token, and takes it off the request: nobody behind may see it. Null where there is none.</summary>
    /// <exception cref="AuthenticationFailedException">There is more than one, it is none, or it stands alone, so that no protocol would be left to agree on.</exception>
    public static string? Take(IHeaderDictionary headers)
    {
        if (headers.SecWebSocketProtocol.Count == 0 || !IsWebSocket(headers)) { return null; }
        string? token = null;
        var others = new List<string>();
        foreach (var protocol in headers.SecWebSocketProtocol.SelectMany(static line => (line ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!protocol.StartsWith(Prefix, StringComparison.Ordinal)) { others.Add(protocol); continue; }
            if (token is not null) { throw new AuthenticationFailedException("multiple base64.bearer.authorization tokens specified"); }
            try { token = Strict.GetString(Base64UrlEncoder.DecodeBytes(protocol[Prefix.Length..])); }
            catch (FormatException) { throw new AuthenticationFailedException("invalid base64.bearer.authorization token encoding"); }
            catch (ArgumentException) { throw new AuthenticationFailedException("invalid base64.bearer.authorization token"); }
        }

        if (token is null) { return null; }
        if (token.Length > 0 && others.Count == 0) { throw new AuthenticationFailedException("missing additional subprotocol"); }
        headers.SecWebSocketProtocol = string.Join(",", others);
        return token.Length > 0 ? token : null;
    }
}
