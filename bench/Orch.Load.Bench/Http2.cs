using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orch.Load.Bench;

/// <summary>What an exchange wants to know of its answer; called on the reading thread of its connection, in the order of the wire.</summary>
internal interface IAnswer
{
    void Body(ReadOnlySpan<byte> part);

    void End();
}

/// <summary>
/// One HTTP/2 connection over TLS (RFC 9113) that does as little as a client can: one thread reads, bodies are handed out where they were decrypted and never copied,
/// windows are as large as the protocol has them. It is of use for load only: a server's answers other than 200 end the run.
/// </summary>
internal sealed class Http2 : IDisposable
{
    private const int HeaderBytes = 9;
    private const int LargestWindow = int.MaxValue;
    private const int WindowStep = 1 << 29;

    private readonly SslStream _stream;
    private readonly Lock _writing = new();
    private readonly Dictionary<int, IAnswer> _answers = [];
    private readonly string _authority;
    private readonly Action<Exception> _failed;
    private int _nextStream = 1;
    private int _unacknowledged;

    private Http2(SslStream stream, string authority, Action<Exception> failed) => (_stream, _authority, _failed) = (stream, authority, failed);

    /// <summary>Connects to 127.0.0.1; <paramref name="failed"/> is told what ends the connection other than <see cref="Dispose"/>.</summary>
    public static Http2 Connect(int port, X509Certificate2 client, X509Certificate2 authority, Action<Exception> failed)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect("127.0.0.1", port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            ClientCertificateContext = SslStreamCertificateContext.Create(client, null),
            CertificateChainPolicy = policy,
        });
        var connection = new Http2(stream, $"127.0.0.1:{port}", failed);
        Span<byte> opening = stackalloc byte[24 + HeaderBytes + 12 + HeaderBytes + 4];
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.CopyTo(opening);
        var settings = opening[24..];
        Header(settings, 12, FrameType.Settings, 0, 0);
        BinaryPrimitives.WriteUInt16BigEndian(settings[HeaderBytes..], 2); // no pushes
        BinaryPrimitives.WriteUInt32BigEndian(settings[(HeaderBytes + 2)..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(settings[(HeaderBytes + 6)..], 4); // a stream's window
        BinaryPrimitives.WriteUInt32BigEndian(settings[(HeaderBytes + 8)..], LargestWindow);
        var window = settings[(HeaderBytes + 12)..];
        Header(window, 4, FrameType.WindowUpdate, 0, 0);
        BinaryPrimitives.WriteInt32BigEndian(window[HeaderBytes..], LargestWindow - 65_535);
        stream.Write(opening);
        new Thread(connection.Read) { IsBackground = true, Name = "http2 reader" }.Start();
        return connection;
    }

    public void Send(string method, string path, string? contentType, ReadOnlySpan<byte> body, IAnswer answer, string accept = "application/json")
    {
        Span<byte> frames = stackalloc byte[1_024 + body.Length];
        var block = frames[HeaderBytes..];
        var length = 0;
        length += Literal(block[length..], ":method", method);
        length += Literal(block[length..], ":scheme", "https");
        length += Literal(block[length..], ":authority", _authority);
        length += Literal(block[length..], ":path", path);
        length += Literal(block[length..], "accept", accept);
        if (contentType is not null)
        {
            length += Literal(block[length..], "content-type", contentType);
            length += Literal(block[length..], "content-length", body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        lock (_writing)
        {
            var id = _nextStream;
            _nextStream += 2;
            lock (_answers) { _answers[id] = answer; }
            Header(frames, length, FrameType.Headers, (byte)(body.IsEmpty ? Flags.EndHeaders | Flags.EndStream : Flags.EndHeaders), id);
            var total = HeaderBytes + length;
            if (!body.IsEmpty)
            {
                Header(frames[total..], body.Length, FrameType.Data, (byte)Flags.EndStream, id);
                body.CopyTo(frames[(total + HeaderBytes)..]);
                total += HeaderBytes + body.Length;
            }

            _stream.Write(frames[..total]);
        }
    }

    public void Dispose() => _stream.Dispose();

    private void Read()
    {
        try
        {
            var buffer = new byte[256 * 1024];
            var (start, end) = (0, 0);
            while (true)
            {
                if (start == end) { start = end = 0; }
                else if (buffer.Length - end < 32 * 1024)
                {
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                    (start, end) = (0, end - start);
                }

                var read = _stream.Read(buffer, end, buffer.Length - end);
                if (read == 0) { throw new IOException("the server ended the connection"); }
                end += read;
                start += Frames(buffer.AsSpan(start, end - start));
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidDataException)
        {
            _failed(error);
        }
    }

    // Whole frames only: what is left is at most one frame, 16 KiB, since this client announces no larger ones.
    private int Frames(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (bytes.Length - at >= HeaderBytes)
        {
            var head = bytes[at..];
            var length = (head[0] << 16) | (head[1] << 8) | head[2];
            if (head.Length < HeaderBytes + length) { break; }
            Frame((FrameType)head[3], (Flags)head[4], BinaryPrimitives.ReadInt32BigEndian(head[5..]) & int.MaxValue, head.Slice(HeaderBytes, length));
            at += HeaderBytes + length;
        }

        return at;
    }

    private void Frame(FrameType type, Flags flags, int id, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Data:
                AnswerOf(id)?.Body(payload);
                if ((_unacknowledged += payload.Length) >= WindowStep) { Acknowledge(); }
                break;
            case FrameType.Headers when !payload.IsEmpty && !flags.HasFlag(Flags.EndStream) && StatusOf(payload) != 0x88:
                throw new InvalidDataException($"The server answered stream {id} with something else than 200.");
            case FrameType.Settings when !flags.HasFlag(Flags.EndStream): Control(FrameType.Settings, (byte)Flags.EndStream, []); break;
            case FrameType.Ping when !flags.HasFlag(Flags.EndStream): Control(FrameType.Ping, (byte)Flags.EndStream, payload); break;
            case FrameType.Reset: throw new InvalidDataException($"The server reset stream {id} with code {BinaryPrimitives.ReadInt32BigEndian(payload)}.");
            case FrameType.GoAway: throw new InvalidDataException($"The server closes the connection with code {BinaryPrimitives.ReadInt32BigEndian(payload[4..])}.");
        }

        if (type is FrameType.Data or FrameType.Headers && flags.HasFlag(Flags.EndStream))
        {
            IAnswer? answer;
            lock (_answers) { _answers.Remove(id, out answer); }
            answer?.End();
        }
    }

    // 0x88 is ":status: 200" of the static table (RFC 7541, appendix A); changes of the dynamic table's size (001xxxxx) may stand before it.
    private static byte StatusOf(ReadOnlySpan<byte> block)
    {
        var at = 0;
        while (at < block.Length && (block[at] & 0xE0) == 0x20)
        {
            var more = (block[at++] & 0x1F) == 0x1F;
            while (more) { more = (block[at++] & 0x80) != 0; }
        }

        return block[at];
    }

    private IAnswer? AnswerOf(int id)
    {
        lock (_answers) { return _answers.GetValueOrDefault(id); }
    }

    private void Acknowledge()
    {
        Span<byte> step = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(step, _unacknowledged);
        _unacknowledged = 0;
        Control(FrameType.WindowUpdate, 0, step);
    }

    private void Control(FrameType type, byte flags, ReadOnlySpan<byte> payload)
    {
        Span<byte> frame = stackalloc byte[HeaderBytes + payload.Length];
        Header(frame, payload.Length, type, flags, 0);
        payload.CopyTo(frame[HeaderBytes..]);
        lock (_writing) { _stream.Write(frame); }
    }

    private static void Header(Span<byte> to, int length, FrameType type, byte flags, int id)
    {
        BinaryPrimitives.WriteInt32BigEndian(to, length << 8);
        to[3] = (byte)type;
        to[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(to[5..], id);
    }

    // A literal header field without indexing, with a new name and without Huffman coding (RFC 7541, 6.2.2).
    private static int Literal(Span<byte> to, string name, string value)
    {
        var at = 1;
        to[0] = 0;
        at += Text(to[at..], name);
        return at + Text(to[at..], value);
    }

    private static int Text(Span<byte> to, string text)
    {
        var at = 1;
        if (text.Length < 127) { to[0] = (byte)text.Length; }
        else
        {
            to[0] = 127;
            var rest = text.Length - 127;
            for (; rest >= 128; rest >>= 7) { to[at++] = (byte)(rest | 0x80); }
            to[at++] = (byte)rest;
        }

        return at + Encoding.ASCII.GetBytes(text, to[at..]);
    }

    private enum FrameType : byte
    {
        Data = 0,
        Headers = 1,
        Reset = 3,
        Settings = 4,
        Ping = 6,
        GoAway = 7,
        WindowUpdate = 8,
    }

    [Flags]
    private enum Flags : byte
    {
        EndStream = 1,
        EndHeaders = 4,
    }
}
