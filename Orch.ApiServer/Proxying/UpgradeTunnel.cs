using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Orch.ApiServer.Serving;
using Orch.Client;

namespace Orch.ApiServer.Proxying;

/// <summary>Carries an upgraded connection (SPDY or WebSocket) to a backend, byte for byte.</summary>
internal sealed class UpgradeTunnel(BackendDialer dialer)
{
    private const int BufferBytes = 32 * 1024;
    private const int MaxErrorBytes = 64 * 1024;

    // The credentials are this server's business, and the connection's headers are written anew.
    private static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Host", "Connection", "Content-Length", "Transfer-Encoding", "Impersonate-User", "Impersonate-Group", "Impersonate-Uid",
    };

    private static readonly HashSet<string> OfTheConnection = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Keep-Alive", "Upgrade", "Content-Length", "Transfer-Encoding", "Trailer" };

    /// <summary>Whether the client asks for another protocol.</summary>
    public static bool IsUpgrade(HttpContext context)
        => context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && context.Request.Headers.ContainsKey("Upgrade");

    /// <summary>Runs the tunnel until either side closes.</summary>
    /// <param name="target">Path and query at the backend.</param>
    /// <exception cref="ApiException">The backend cannot be reached, or refuses.</exception>
    public ValueTask RunAsync(ApiRequest request, Backend backend, string target) => RunAsync(request, backend, target, [], token => dialer.ConnectAsync(backend, token));

    /// <summary>Whether a header says who makes a request; only those in front of a service may say so.</summary>
    public static bool IsIdentity(string name) => name.StartsWith("X-Remote-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Runs the tunnel over a connection made by given means.</summary>
    /// <param name="identity">Headers that tell who asks, in place of what the client says of it; empty to pass on what it says.</param>
    /// <exception cref="ApiException">The backend cannot be reached, or refuses.</exception>
    public static async ValueTask RunAsync(
        ApiRequest request, Backend backend, string target, IReadOnlyList<KeyValuePair<string, string>> identity, Func<CancellationToken, Task<Stream>> connect)
    {
        if (!IsUpgrade(request.Http)) { throw ApiErrors.BadRequest("Upgrade request required"); }
        var aborted = request.Http.RequestAborted;
        var remote = await connect(aborted).ConfigureAwait(false);
        await using (remote.ConfigureAwait(false))
        {
            ResponseHead head;
            try
            {
                await remote.WriteAsync(HeadOf(request.Http.Request, backend, target, identity), aborted).ConfigureAwait(false);
                head = await ResponseHead.ReadAsync(remote, aborted).ConfigureAwait(false);
            }
            catch (IOException exception) { throw BackendDialer.Unreachable(backend, exception); }

            // A service is an API server itself: what it says is what the client is to hear.
            if (head.Status != StatusCodes.Status101SwitchingProtocols && identity.Count > 0) { await EchoAsync(request, remote, head, aborted).ConfigureAwait(false); return; }
            if (head.Status != StatusCodes.Status101SwitchingProtocols) { throw await RefusalAsync(remote, head, aborted).ConfigureAwait(false); }
            foreach (var (name, value) in head.Headers)
            {
                if (!name.Equals("Connection", StringComparison.OrdinalIgnoreCase)) { request.Http.Response.Headers.Append(name, value); }
            }

            // A client may pause for long, as in "kubectl exec ... | less": Kestrel's limits against slow readers would cut it off.
            if (request.Http.Features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.IHttpMinResponseDataRateFeature>() is { } rate)
            {
                rate.MinDataRate = null;
            }

            var local = await request.Http.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync().ConfigureAwait(false);
            await using (local.ConfigureAwait(false)) { await CopyBothAsync(local, remote, aborted).ConfigureAwait(false); }
        }
    }

    private static byte[] HeadOf(HttpRequest request, Backend backend, string target, IReadOnlyList<KeyValuePair<string, string>> identity)
    {
        var head = new StringBuilder(512)
            .Append(request.Method).Append(' ').Append(target).Append(" HTTP/1.1\r\nHost: ").Append(backend.Authority).Append("\r\nConnection: Upgrade\r\n");
        foreach (var (name, values) in request.Headers)
        {
            if (NotForwarded.Contains(name) || name.StartsWith(':') || (identity.Count > 0 && IsIdentity(name))) { continue; }
            foreach (var value in values) { head.Append(name).Append(": ").Append(value).Append("\r\n"); }
        }

        foreach (var (name, value) in identity) { head.Append(name).Append(": ").Append(value).Append("\r\n"); }
        if (HttpMethods.IsPost(request.Method)) { head.Append("Content-Length: 0\r\n"); }
        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }

    private static async Task<ApiException> RefusalAsync(Stream remote, ResponseHead head, CancellationToken cancellationToken)
    {
        var body = await ResponseBody.ReadAsync(remote, head, MaxErrorBytes, cancellationToken).ConfigureAwait(false);
        return BackendErrors.Of(head.Status, Encoding.UTF8.GetString(body));
    }

    private static async Task EchoAsync(ApiRequest request, Stream remote, ResponseHead head, CancellationToken cancellationToken)
    {
        var body = await ResponseBody.ReadAsync(remote, head, MaxErrorBytes, cancellationToken).ConfigureAwait(false);
        var response = request.Http.Response;
        response.StatusCode = head.Status;
        foreach (var (name, value) in head.Headers)
        {
            if (!OfTheConnection.Contains(name)) { response.Headers.Append(name, value); }
        }

        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, cancellationToken).ConfigureAwait(false);
    }

    // When one side has ended the other gets a moment for what is on its way, then both close.
    private static async Task CopyBothAsync(Stream local, Stream remote, CancellationToken aborted)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var up = CopyAsync(local, remote, end.Token);
        var down = CopyAsync(remote, local, end.Token);
        var first = await Task.WhenAny(up, down).ConfigureAwait(false);
        if (first == up && remote is System.Net.Security.SslStream secure)
        {
            try { await secure.ShutdownAsync().ConfigureAwait(false); }
            catch (IOException) { /* it is gone already */ }
        }

        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(up, down).ConfigureAwait(false);
    }

    private static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[BufferBytes];
            while (await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                await to.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or Microsoft.AspNetCore.Connections.ConnectionAbortedException)
        {
            // Either side may go at any time; the other copy ends with it.
        }
    }
}
