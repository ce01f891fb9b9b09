using System.Buffers;
using System.Globalization;
using System.Text;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.Client;
using Orch.Serialization;

namespace Orch.ApiServer.Serving;

/// <summary>Writes the events of one watch in the form that its client wants.</summary>
/// <remarks>
/// In protobuf an event is a frame: four bytes of length, then a <c>WatchEvent</c> that holds the object with its envelope. Over a WebSocket each event
/// is a message, without a length before it: text in JSON, binary in protobuf.
/// </remarks>
internal sealed class WatchStream(ApiRequest request, ServedResource resource, AcceptedForm form, Answer answer) : IDisposable
{
    private readonly ProtobufBuffer? _frame = form.IsProtobuf ? new ProtobufBuffer() : null;
    private IBufferWriter<byte> _writer = request.Http.Response.BodyWriter;
    private StreamSocket? _socket;
    private bool _hasColumns;

    private static ReadOnlySpan<byte> Tail => "}\n"u8;

    /// <summary>What is watched.</summary>
    public ServedResource Resource => resource;

    /// <summary>Bytes, about, since the last flush.</summary>
    public int Pending { get; private set; }

    /// <summary>Whether the client is gone.</summary>
    public bool IsAborted => request.Http.RequestAborted.IsCancellationRequested || _socket is { IsClosed: true };

    /// <summary>Sends the head of the answer; false where a WebSocket is not agreed on, which the client has then been told.</summary>
    /// <param name="closed">Is called when the client closes a WebSocket.</param>
    public async ValueTask<bool> BeginAsync(Action closed)
    {
        if (StreamSocket.IsAsked(request.Http))
        {
            _socket = await StreamSocket.OpenAsync(request, isText: _frame is null, closed).ConfigureAwait(false);
            if (_socket is not null) { _writer = _socket; }
            return _socket is not null;
        }

        Answer.Begin(request, StatusCodes.Status200OK, form.IsProtobuf ? AcceptedForm.ProtobufType + ";stream=watch" : "application/json");
        await request.Http.Response.StartAsync(request.Cancellation).ConfigureAwait(false);
        await request.Http.Response.BodyWriter.FlushAsync(request.Cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Sends what has been written.</summary>
    public async ValueTask FlushAsync()
    {
        Pending = 0;
        if (_socket is not null) { await _socket.FlushAsync().ConfigureAwait(false); return; }
        await request.Http.Response.BodyWriter.FlushAsync(request.Http.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Ends the watch.</summary>
    public ValueTask EndAsync(TimeProvider time) => _socket?.CloseAsync(time) ?? ValueTask.CompletedTask;

    /// <summary>Writes a change.</summary>
    public void WriteEvent(string type, CachedObject item)
    {
        if (_frame is not null)
        {
            var name = type switch { "ADDED" => "ADDED"u8, "MODIFIED" => "MODIFIED"u8, _ => "DELETED"u8 };
            // All who watch in protobuf are sent the same bytes.
            if (!form.IsMetadata && resource.Declaration.StoredAs is null) { WriteEncoded(name, item.ProtobufOf(resource.Declaration)); }
            else { WriteFrame(name, (item, self: this), static (output, state) => state.self.WriteMessage(output, state.item)); }
            return;
        }

        var head = type switch { "ADDED" => "{\"type\":\"ADDED\",\"object\":"u8, "MODIFIED" => "{\"type\":\"MODIFIED\",\"object\":"u8, _ => "{\"type\":\"DELETED\",\"object\":"u8 };
        var shown = item.As(resource.Declaration);
        var length = shown.Length;
        if (form.Form == ObjectForm.Whole && length <= IEncodedObject.OneSpanBytes)
        {
            var line = _writer.GetSpan(head.Length + length + Tail.Length);
            head.CopyTo(line);
            var written = head.Length + shown.CopyTo(line[head.Length..]);
            Tail.CopyTo(line[written..]);
            _writer.Advance(written + Tail.Length);
            EndMessage(written + Tail.Length);
            return;
        }

        _writer.Write(head);
        if (form.Form == ObjectForm.Whole) { shown.WriteTo(_writer); }
        else { answer.WriteShown(request, resource.Declaration, shown, form, !_hasColumns, _writer); }
        _hasColumns = true;
        EndEvent(length + 32);
    }

    /// <summary>Says how far the client has come.</summary>
    /// <param name="isInitialEnd">Whether what was there at first has been sent.</param>
    public void WriteBookmark(long revision, bool isInitialEnd)
    {
        var annotations = isInitialEnd ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : string.Empty;
        var metadata = string.Create(CultureInfo.InvariantCulture, $"\"metadata\":{{\"resourceVersion\":\"{revision}\"{annotations}}}");
        if (_frame is not null)
        {
            WriteFrame("BOOKMARK"u8, (json: Encoding.ASCII.GetBytes("{" + metadata + "}"), self: this), static (output, state) =>
            {
                var (version, kind, message) = state.self.Bookmark;
                ProtobufEnvelope.Write(output, version, kind, (state.json, message), static (output, state) => ProtobufOutput.Write(output, state.json, state.message));
            });
            return;
        }

        _writer.Write("{\"type\":\"BOOKMARK\",\"object\":"u8);
        if (form.Form == ObjectForm.Table)
        {
            answer.WriteEmptyTable(resource.Declaration, metadata, form, !_hasColumns, _writer);
            _hasColumns = true;
        }
        else
        {
            var (version, kind) = form.IsMetadata ? (form.MetaVersion, "PartialObjectMetadata") : (resource.Declaration.Kind.ApiVersion, resource.Declaration.Kind.Kind);
            Encoding.ASCII.GetBytes($"{{\"kind\":\"{kind}\",\"apiVersion\":\"{version}\",{metadata}}}", _writer);
        }

        EndEvent(metadata.Length);
    }

    /// <summary>Tells why the watch ends.</summary>
    public void WriteError(ApiException error)
    {
        if (_frame is not null)
        {
            var status = error.Status;
            WriteFrame("ERROR"u8, status, static (output, status) => ProtobufEnvelope.WriteModel(output, status, ApiJson.Serialize(status)));
            return;
        }

        _writer.Write("{\"type\":\"ERROR\",\"object\":"u8);
        ApiJson.Serialize(_writer, error.Status, typeof(V1Status));
        EndEvent(1);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _frame?.Dispose();
        _socket?.Dispose();
    }

    // Metadata have the same number in every kind as in PartialObjectMetadata.
    private (string Version, string Kind, ProtobufMessage Message) Bookmark => form.IsMetadata
        ? (form.MetaVersion, "PartialObjectMetadata", ProtobufModels.Find(typeof(V1ConfigMap))!)
        : (resource.Declaration.Kind.ApiVersion, resource.Declaration.Kind.Kind, ProtobufModels.Find(resource.Declaration.ObjectType)!);

    private void EndEvent(int bytes)
    {
        _writer.Write(Tail);
        EndMessage(bytes);
    }

    private void EndMessage(int bytes)
    {
        _socket?.EndMessage();
        Pending += bytes;
    }

    private void WriteMessage(ProtobufBuffer output, CachedObject item)
        => ProtobufEnvelope.WriteObject(output, resource.Declaration, item.As(resource.Declaration), form.IsMetadata, form.MetaVersion);

    private void WriteEncoded(ReadOnlySpan<byte> type, ReadOnlySpan<byte> item)
    {
        var isSmall = item.Length <= IEncodedObject.OneSpanBytes;
        var line = _writer.GetSpan(WatchFrame.MaxHeadBytes + (isSmall ? item.Length : 0));
        var written = WatchFrame.WriteHead(line, type, item.Length, isFramed: _socket is null);
        if (isSmall)
        {
            item.CopyTo(line[written..]);
            written += item.Length;
        }

        _writer.Advance(written);
        if (!isSmall) { _writer.Write(item); }
        EndMessage(written + (isSmall ? 0 : item.Length));
    }

    private void WriteFrame<TState>(ReadOnlySpan<byte> type, TState state, Action<ProtobufBuffer, TState> write)
    {
        var frame = _frame!;
        frame.Clear();
        var start = frame.BeginFrame();
        frame.Bytes(1, type);
        var raw = frame.Begin(2);
        var inner = frame.Begin(1);
        write(frame, state);
        frame.End(inner);
        frame.End(raw);
        frame.EndFrame(start);
        _writer.Write(_socket is null ? frame.Written.Span : frame.Written.Span[start..]);
        EndMessage(frame.Length);
    }
}
