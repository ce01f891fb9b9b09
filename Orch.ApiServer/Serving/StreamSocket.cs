using System.Buffers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Serving;

/// <summary>A WebSocket over which a watch or a log is told. What the client sends is read and forgotten.</summary>
/// <remarks>
/// The handshake is the one of Go's <c>x/net/websocket</c>, with its oddities. For a watch, there must be an origin, and at most one protocol, which is
/// agreed to whatever it is; for a log, of several protocols the first that is known is taken. https://datatracker.ietf.org/doc/html/rfc6455
/// </remarks>
internal sealed class StreamSocket : IBufferWriter<byte>, IDisposable
{
    private const string BadVersion = "missing or bad WebSocket Version";
    private const string AcceptSalt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private static readonly SearchValues<char> TokenChars = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly WebSocket _socket;
    private readonly WebSocketMessageType _type;
    private readonly CancellationToken _aborted;
    private readonly Task _receiving;
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);
    private readonly List<int> _ends = [];
    private volatile bool _isClosed;

    private StreamSocket(WebSocket socket, bool isText, Action closed, CancellationToken aborted)
    {
        _socket = socket;
        _type = isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        _aborted = aborted;
        _receiving = ReceiveAsync(closed);
    }

    /// <summary>Whether the client is gone, or has said that it goes.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Whether the client asks for a WebSocket, and can have one.</summary>
    public static bool IsAsked(HttpContext context)
        => context.Request.Headers.Upgrade.Count > 0 && WebSocketToken.IsWebSocket(context.Request.Headers) && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };

    /// <summary>Answers the handshake for a watch; null where it fails, which the client has then been told.</summary>
    /// <param name="isText">Whether events are text.</param>
    /// <param name="closed">Is called when the client leaves.</param>
    public static ValueTask<StreamSocket?> OpenAsync(ApiRequest request, bool isText, Action closed)
    {
        var protocols = ProtocolsOf(request);
        var (status, text) = HeadFaultOf(request.Http.Request.Headers);
        var origin = request.Http.Request.Headers.Origin.ToString();
        if (status == 0 && (GoUrl.Parse(origin, out _) is not { } url || (url.Scheme.Length == 0 && !origin.StartsWith('/')))) { status = StatusCodes.Status403Forbidden; }
        if (status == 0 && (protocols.Length > 1 || (protocols is [var protocol] && protocol.AsSpan().ContainsAnyExcept(TokenChars)))) { status = StatusCodes.Status400BadRequest; }
        return OpenAsync(request, status, text, protocols.Length > 0 ? protocols[0] : string.Empty, isText, closed);
    }

    /// <summary>Answers the handshake for what is read; null where it fails. Its messages are text, and then in Base64, if the client wants them so.</summary>
    public static async ValueTask<(StreamSocket Socket, bool IsBase64)?> OpenForReadingAsync(ApiRequest request, Action closed)
    {
        var protocols = ProtocolsOf(request);
        var (status, text) = HeadFaultOf(request.Http.Request.Headers);
        var chosen = protocols.Length == 0 ? string.Empty : protocols.FirstOrDefault(static item => item is "" or "binary.k8s.io" or "base64.binary.k8s.io");
        if (status == 0 && chosen is null) { status = StatusCodes.Status403Forbidden; }
        var isBase64 = chosen == "base64.binary.k8s.io";
        return await OpenAsync(request, status, text, chosen ?? string.Empty, isBase64, closed).ConfigureAwait(false) is { } socket ? (socket, isBase64) : null;
    }

    /// <inheritdoc />
    public void Advance(int count) => _bytes.Advance(count);

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.GetMemory(sizeHint);

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0) => _bytes.GetSpan(sizeHint);

    /// <summary>What has been written since the last end is a message.</summary>
    public void EndMessage() => _ends.Add(_bytes.WrittenCount);

    /// <summary>Sends the messages.</summary>
    public async ValueTask FlushAsync()
    {
        var start = 0;
        foreach (var end in _ends)
        {
            if (_isClosed) { break; }
            try { await _socket.SendAsync(_bytes.WrittenMemory[start..end], _type, endOfMessage: true, _aborted).ConfigureAwait(false); }
            catch (Exception exception) when (IsGone(exception)) { _isClosed = true; }
            start = end;
        }

        _ends.Clear();
        _bytes.ResetWrittenCount();
    }

    /// <summary>Says goodbye, and gives the client a moment to say so too.</summary>
    public async ValueTask CloseAsync(TimeProvider time)
    {
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, _aborted).ConfigureAwait(false);
            }

            await _receiving.WaitAsync(Linger, time, _aborted).ConfigureAwait(false);
        }
        catch (TimeoutException) { /* it need not answer */ }
        catch (Exception exception) when (IsGone(exception)) { /* it went first */ }
    }

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();

    private static async ValueTask<StreamSocket?> OpenAsync(ApiRequest request, int fault, string text, string protocol, bool isText, Action closed)
    {
        var response = request.Http.Response;
        response.StatusCode = fault == 0 ? StatusCodes.Status101SwitchingProtocols : fault;
        response.Headers["Audit-Id"] = request.AuditId;
        request.Audit?.Respond();
        if (fault != 0)
        {
            response.Headers.Connection = "close";
            if (text == BadVersion) { response.Headers.SecWebSocketVersion = "13"; }
            response.ContentLength = text.Length;
            await response.Body.WriteAsync(Encoding.ASCII.GetBytes(text), request.Cancellation).ConfigureAwait(false);
            return null;
        }

        response.Headers.Upgrade = "websocket";
        response.Headers.SecWebSocketAccept = AcceptOf(request.Http.Request.Headers.SecWebSocketKey.ToString());
        if (protocol.Length > 0) { response.Headers.SecWebSocketProtocol = protocol; }
        if (request.Http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) { rate.MinDataRate = null; }
        var stream = await request.Http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
        var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = Timeout.InfiniteTimeSpan });
        return new StreamSocket(socket, isText, closed, request.Http.RequestAborted);
    }

    private static string[] ProtocolsOf(ApiRequest request)
        => request.Http.Request.Headers.SecWebSocketProtocol.ToString().Trim() is { Length: > 0 } named ? named.Split(',', StringSplitOptions.TrimEntries) : [];

    private static (int Status, string Text) HeadFaultOf(IHeaderDictionary headers)
        => headers.SecWebSocketKey.ToString().Length == 0 ? (StatusCodes.Status400BadRequest, "mismatch challenge/response")
            : headers.SecWebSocketVersion.ToString() != "13" ? (StatusCodes.Status400BadRequest, BadVersion)
            : (0, string.Empty);

#pragma warning disable CA5350 // the handshake's hash is no protection
    private static string AcceptOf(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSalt)));
#pragma warning restore CA5350

    private static bool IsGone(Exception exception) => exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or ConnectionAbortedException;

    private async Task ReceiveAsync(Action closed)
    {
        var unused = new byte[1024];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(unused.AsMemory(), _aborted).ConfigureAwait(false);
                if (received.MessageType == WebSocketMessageType.Close) { break; }
            }
        }
        catch (Exception exception) when (IsGone(exception)) { /* as good as a goodbye */ }
        _isClosed = true;
        closed();
    }
}
