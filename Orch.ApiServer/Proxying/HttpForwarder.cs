using System.Buffers;
using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Serving;
using Orch.Client;

namespace Orch.ApiServer.Proxying;

/// <summary>Carries a plain request to a backend and its answer back, both as they flow.</summary>
internal sealed class HttpForwarder(BackendDialer dialer, UpgradeTunnel tunnel, ProxyTargets targets, TimeProvider time)
{
    private const int BufferBytes = 16 * 1024;
    private const int SocketMessageBytes = 2048;

    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Host", "Authorization",
        "Impersonate-User", "Impersonate-Group", "Impersonate-Uid", "Content-Length",
    };

    /// <summary>Forwards the whole request, an upgrade too.</summary>
    /// <param name="target">Path and query at the backend.</param>
    /// <exception cref="ApiException">The backend cannot be reached, or is where no proxy may lead.</exception>
    public async ValueTask ForwardAsync(ApiRequest request, Backend backend, string target)
    {
        await targets.RequireAsync(backend.Host, request.Cancellation).ConfigureAwait(false);
        if (UpgradeTunnel.IsUpgrade(request.Http)) { await tunnel.RunAsync(request, backend, target).ConfigureAwait(false); return; }
        await ForwardAsync(request, backend, target, dialer.HttpFor(backend), [], new ProxyFront(request, backend, target)).ConfigureAwait(false);
    }

    /// <summary>Forwards the whole request, no upgrade, by given means.</summary>
    /// <param name="identity">Headers that tell who asks, in place of what the client says of it; empty to pass on what it says.</param>
    /// <param name="front">Where the client is to see a proxy, and not the backend itself.</param>
    /// <exception cref="ApiException">The backend cannot be reached.</exception>
    public static async ValueTask ForwardAsync(
        ApiRequest request, Backend backend, string target, HttpMessageInvoker http, IReadOnlyList<KeyValuePair<string, string>> identity, ProxyFront? front = null)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Http.Request.Method), ForwardedPath.Address(backend, target));
        if (request.Http.Request.ContentLength is > 0 || request.Http.Request.Headers.TransferEncoding.Count > 0)
        {
            message.Content = new StreamContent(request.Http.Request.Body);
            message.Content.Headers.ContentLength = request.Http.Request.ContentLength;
        }

        var connection = request.Http.Request.Headers.Connection;
        foreach (var (name, values) in request.Http.Request.Headers)
        {
            if (HopByHop.Contains(name) || IsNamed(connection, name) || name.StartsWith(':') || (identity.Count > 0 && UpgradeTunnel.IsIdentity(name))) { continue; }
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)) { message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values); }
        }

        foreach (var header in identity.GroupBy(static item => item.Key, static item => item.Value, StringComparer.OrdinalIgnoreCase))
        {
            message.Headers.TryAddWithoutValidation(header.Key, Aggregation.HeaderLineStream.Lines(header.Key, header));
        }

        front?.Tell(message);
        using var answer = await SendAsync(backend, message, http, front, request.Http.RequestAborted).ConfigureAwait(false);
        var response = request.Http.Response;
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            if (!HopByHop.Contains(name)) { response.Headers[name] = values.ToArray(); }
        }

        front?.Show(response.Headers);
        response.ContentLength = answer.Content.Headers.ContentLength;
        await CopyAsync(answer, request).ConfigureAwait(false);
    }

    /// <summary>Gets from a backend and streams what it says; its refusals become the server's own.</summary>
    /// <exception cref="ApiException">It cannot be reached, or refuses.</exception>
    public async ValueTask StreamAsync(ApiRequest request, Backend backend, string target, string contentType)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, ForwardedPath.Address(backend, target));
        using var answer = await SendAsync(backend, message, dialer.HttpFor(backend), front: null, request.Http.RequestAborted).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            throw BackendErrors.Of((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(request.Http.RequestAborted).ConfigureAwait(false));
        }

        if (StreamSocket.IsAsked(request.Http)) { await CopyToSocketAsync(answer, request, time).ConfigureAwait(false); return; }
        Answer.Begin(request, StatusCodes.Status200OK, contentType);
        await CopyAsync(answer, request).ConfigureAwait(false);
    }

    // Each piece is a message, as it comes; an empty one says that there is a stream.
    private static async Task CopyToSocketAsync(HttpResponseMessage answer, ApiRequest request, TimeProvider time)
    {
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(request.Http.RequestAborted);
        if (await StreamSocket.OpenForReadingAsync(request, () => { try { closed.Cancel(); } catch (ObjectDisposedException) { /* it is over */ } }).ConfigureAwait(false) is not (var socket, var isBase64)) { return; }
        using (socket)
        {
            var buffer = new byte[SocketMessageBytes];
            var read = 0;
            try
            {
                var body = await answer.Content.ReadAsStreamAsync(closed.Token).ConfigureAwait(false);
                await using (body.ConfigureAwait(false))
                {
                    do
                    {
                        Write(socket, buffer.AsSpan(0, read), isBase64);
                        await socket.FlushAsync().ConfigureAwait(false);
                        read = await body.ReadAsync(buffer, closed.Token).ConfigureAwait(false);
                    }
                    while (read > 0 && !socket.IsClosed);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException) { /* either side is gone: the goodbye tells the other */ }
            await socket.CloseAsync(time).ConfigureAwait(false);
        }
    }

    private static void Write(StreamSocket socket, ReadOnlySpan<byte> piece, bool isBase64)
    {
        if (!isBase64) { socket.Write(piece); }
        else
        {
            var text = socket.GetSpan(Base64.GetMaxEncodedToUtf8Length(piece.Length));
            Base64.EncodeToUtf8(piece, text, out _, out var written);
            socket.Advance(written);
        }

        socket.EndMessage();
    }

    private static async Task CopyAsync(HttpResponseMessage answer, ApiRequest request)
    {
        var aborted = request.Http.RequestAborted;
        await request.Http.Response.StartAsync(aborted).ConfigureAwait(false);
        await request.Http.Response.BodyWriter.FlushAsync(aborted).ConfigureAwait(false);
        var body = await answer.Content.ReadAsStreamAsync(aborted).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var writer = request.Http.Response.BodyWriter;
            while (true)
            {
                var read = await body.ReadAsync(writer.GetMemory(BufferBytes), aborted).ConfigureAwait(false);
                if (read == 0) { return; }
                writer.Advance(read);
                await writer.FlushAsync(aborted).ConfigureAwait(false);
            }
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(Backend backend, HttpRequestMessage message, HttpMessageInvoker http, ProxyFront? front, CancellationToken cancellationToken)
    {
        try { return await http.SendAsync(message, cancellationToken).ConfigureAwait(false); }
        catch (HttpRequestException exception) { throw front?.Unreachable(exception) ?? BackendDialer.Unreachable(backend, exception); }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested) { throw front?.Unreachable(exception) ?? BackendDialer.Unreachable(backend, exception); }
    }

    // Headers that a client names as its connection's own are nobody else's.
    private static bool IsNamed(Microsoft.Extensions.Primitives.StringValues connection, string name)
    {
        foreach (var line in connection)
        {
            foreach (var token in (line ?? string.Empty).AsSpan().Split(','))
            {
                if (line.AsSpan()[token].Trim().Equals(name, StringComparison.OrdinalIgnoreCase)) { return true; }
            }
        }

        return false;
    }
}
