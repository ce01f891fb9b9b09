using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Orch.Networking.Dns.Wire;

namespace Orch.Networking.Dns.Forwarding;

/// <summary>One question to one resolver: by UDP, and by TCP when the answer was too long for that.</summary>
/// <remarks>Number and port are new for each question, and anything else that comes is passed over: an answer is hard to forge.</remarks>
internal sealed class Exchange(IPEndPoint resolver, TimeSpan timeout, TimeProvider time)
{
    /// <exception cref="ResolverException">No answer, or none in time.</exception>
    public async Task<DnsReply> AskAsync(DnsQuery query, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var id = BinaryPrimitives.ReadUInt16LittleEndian(RandomNumberGenerator.GetBytes(2));
        var question = DnsWriter.Question(id, query.Question.Span, query.DnssecOk);
        try
        {
            var reply = await AskByUdpAsync(question, query, either.Token).ConfigureAwait(false);
            return reply.IsTruncated ? await AskByTcpAsync(question, query, either.Token).ConfigureAwait(false) : reply;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ResolverException($"nothing within {timeout}");
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            throw new ResolverException(failure.Message, failure);
        }
    }

    private static DnsReply? Read(ReadOnlySpan<byte> message, byte[] question, DnsQuery query)
        => DnsReply.Read(message, BinaryPrimitives.ReadUInt16BigEndian(question), query.Name, query.Type);

    private async Task<DnsReply> AskByUdpAsync(byte[] question, DnsQuery query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(resolver.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(resolver, cancellationToken).ConfigureAwait(false);
        await socket.SendAsync(question, cancellationToken).ConfigureAwait(false);
        var buffer = new byte[4096];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (Read(buffer.AsSpan(0, length), question, query) is { } reply) { return reply; }
        }
    }

    private async Task<DnsReply> AskByTcpAsync(byte[] question, DnsQuery query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(resolver.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(resolver, cancellationToken).ConfigureAwait(false);
        using var stream = new NetworkStream(socket);
        byte[] framed = [(byte)(question.Length >> 8), (byte)question.Length, .. question];
        await stream.WriteAsync(framed, cancellationToken).ConfigureAwait(false);
        var size = new byte[2];
        await stream.ReadExactlyAsync(size, cancellationToken).ConfigureAwait(false);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(size)];
        await stream.ReadExactlyAsync(message, cancellationToken).ConfigureAwait(false);
        return Read(message, question, query) ?? throw new ResolverException("an answer to something else");
    }
}
