using System.Net.Http.Headers;
using System.Net.Sockets;
using k8s.Models;

namespace Orch.Kubelet.Probes;

/// <summary>HTTP requests of probes and hooks: no proxy, no reuse of connections, any certificate, redirects on the same host only.</summary>
internal sealed class HttpCalls : IDisposable
{
    private const int MaxBody = 10 * 1024;
    private const int MaxRedirects = 10;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;

    public HttpCalls()
    {
        _handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.Zero,
#pragma warning disable CA5359 // a probe asks whether a pod answers, not who it is
            SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
#pragma warning restore CA5359
            ActivityHeadersPropagator = null,
        };
        _invoker = new HttpMessageInvoker(_handler);
    }

    public static Uri Target(HandlerTarget target, V1HTTPGetAction action)
    {
        var host = string.IsNullOrEmpty(action.Host) ? target.Address : action.Host;
        if (host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[')) { host = $"[{host}]"; }
        var scheme = string.Equals(action.Scheme, "HTTPS", StringComparison.OrdinalIgnoreCase) ? "https" : "http";
        var path = action.Path ?? "/";
        return new Uri(FormattableString.Invariant($"{scheme}://{host}:{target.Port(action.Port)}{(path.StartsWith('/') ? path : "/" + path)}"));
    }

    /// <summary>The final answer's status and the beginning of its body; a redirect to another host is an answer too.</summary>
    public async Task<(int Status, string Body)> GetAsync(Uri uri, V1HTTPGetAction action, string userAgent, CancellationToken cancellationToken)
    {
        var current = uri;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, current);
            request.Headers.ConnectionClose = true;
            request.Headers.UserAgent.Add(ProductInfoHeaderValue.Parse(userAgent));
            request.Headers.Accept.ParseAdd("*/*");
            foreach (var header in action.HttpHeaders ?? [])
            {
                if (string.Equals(header.Name, "Host", StringComparison.OrdinalIgnoreCase)) { request.Headers.Host = header.Value; }
                else
                {
                    request.Headers.Remove(header.Name);
                    request.Headers.TryAddWithoutValidation(header.Name, header.Value);
                }
            }

            using var response = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            if (status is >= 300 and < 400 && response.Headers.Location is { } location)
            {
                var next = new Uri(current, location);
                if (next.Host != uri.Host) { return (status, string.Empty); }
                if (redirects >= MaxRedirects) { throw new HttpRequestException("stopped after 10 redirects"); }
                current = next;
                continue;
            }

            return (status, await ReadAsync(response.Content, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>The failure in the words that people know from Go's client.</summary>
    public static string Describe(Exception failure, Uri uri)
    {
        var text = failure.InnerException is SocketException socket ? DescribeSocket(socket, $"{uri.Host}:{uri.Port}") : failure.Message;
        return $"Get \"{uri}\": {text}";
    }

    public static string DescribeSocket(SocketException failure, string address)
        => $"dial tcp {address}: connect: " + failure.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.HostUnreachable => "no route to host",
            SocketError.NetworkUnreachable => "network is unreachable",
            SocketError.TimedOut => "connection timed out",
            _ => failure.Message,
        };

    public void Dispose()
    {
        _invoker.Dispose();
        _handler.Dispose();
    }

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[MaxBody];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return System.Text.Encoding.UTF8.GetString(buffer, 0, length);
        }
    }
}
