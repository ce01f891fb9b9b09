using System.Text;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Proxying;
using Orch.ApiServer.Serving;
using Orch.Security;

namespace Orch.ApiServer.Aggregation;

/// <summary>Hands requests on to the services that answer for their group, with the name of who makes them.</summary>
internal sealed class AggregationProxy(AggregatedApis apis, ServiceLocator services)
{
    /// <summary>Whether a service answers for a resource or path.</summary>
    public AggregatedApi? Find(RequestInfo info) => info.IsResource ? apis.Find(info.Group, info.Version) : apis.FindByPath(info.Path);

    /// <summary>Hands a request on; it is authenticated and authorized.</summary>
    public async ValueTask HandleAsync(ApiRequest request, AggregatedApi api)
    {
        if (!api.IsAvailable)
        {
            await Answer.TextAsync(request, StatusCodes.Status503ServiceUnavailable, "service unavailable\n").ConfigureAwait(false);
            return;
        }

        var target = $"{ForwardedPath.Of(request.Info.Path)}{request.Http.Request.QueryString}";
        var backend = new Backend("https", api.Backend.Host, api.Backend.Port, IsKubelet: false);
        var headers = HeadersOf(request.User);
        try
        {
            if (UpgradeTunnel.IsUpgrade(request.Http))
            {
                await UpgradeTunnel.RunAsync(request, backend, target, headers, token => ConnectAsync(api.Backend, token)).ConfigureAwait(false);
                return;
            }

            await HttpForwarder.ForwardAsync(request, backend, target, api.Backend.Http, headers).ConfigureAwait(false);
        }
        catch (Client.ApiException fault) when (fault.Code is 500 or 503 && !request.Http.Response.HasStarted)
        {
            await Answer.TextAsync(request, StatusCodes.Status503ServiceUnavailable, $"error trying to reach service: {fault.Message}\n").ConfigureAwait(false);
        }
    }

    /// <summary>The headers that tell a service who asks.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> HeadersOf(UserInfo user)
    {
        var headers = new List<KeyValuePair<string, string>> { new("X-Remote-User", OneLine(user.Name)) };
        if (user.Uid.Length > 0) { headers.Add(new("X-Remote-Uid", OneLine(user.Uid))); }
        foreach (var group in user.Groups) { headers.Add(new("X-Remote-Group", OneLine(group))); }
        foreach (var (key, values) in user.Extra)
        {
            foreach (var value in values) { headers.Add(new("X-Remote-Extra-" + Escape(key), OneLine(value))); }
        }

        return headers;
    }

    // Names come from certificates and tokens of others: a line's end in one would be a header of its own, another group for instance.
    // Each octet of UTF-8 stands as a letter, since that is how headers are written here: two names never become one.
    private static string OneLine(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0) { return text; }
        return string.Create(Encoding.UTF8.GetByteCount(text), text, static (letters, text) =>
        {
            var octets = Encoding.UTF8.GetBytes(text);
            for (var index = 0; index < octets.Length; index++) { letters[index] = octets[index] is < (byte)' ' or 0x7f ? ' ' : (char)octets[index]; }
        });
    }

    // Bytes that no header's name can hold are written as in URLs.
    private static string Escape(string key)
    {
        var result = new StringBuilder(key.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(key))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || "!#$&'*+-.^_`|~".Contains((char)octet, StringComparison.Ordinal)) { result.Append((char)octet); }
            else { result.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)); }
        }

        return result.ToString();
    }

    private async Task<Stream> ConnectAsync(AggregatedBackend backend, CancellationToken cancellationToken)
    {
        var plain = await backend.ConnectAsync(services, cancellationToken).ConfigureAwait(false);
        var secure = new System.Net.Security.SslStream(plain);
        try
        {
            var options = backend.Tls();
            options.TargetHost = backend.Host;
            await secure.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
