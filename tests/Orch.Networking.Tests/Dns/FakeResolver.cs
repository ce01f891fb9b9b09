using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Orch.Networking.Dns;
using Orch.Networking.Dns.Wire;

namespace Orch.Networking.Tests.Dns;

/// <summary>A resolver on loopback that answers as a test says; null for silence.</summary>
internal sealed class FakeResolver : IAsyncDisposable
{
    private readonly DnsSockets _sockets = DnsSockets.Bind(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<DnsQuery, DnsReply?> _answer;
    private readonly SemaphoreSlim _asked = new(0);
    private readonly Task _running;

    public FakeResolver(Func<DnsQuery, DnsReply?> answer)
    {
        _answer = answer;
        _running = Task.WhenAll(RunUdpAsync(), RunTcpAsync());
    }

    public IPEndPoint EndPoint => _sockets.EndPoint;

    public ConcurrentQueue<DnsQuery> Queries { get; } = new();

    /// <summary>Sent before each real answer over UDP.</summary>
    public Func<byte[], byte[]>? Forgery { get; set; }

    public int TcpConnections { get; private set; }

    public static DnsReply Address(string name, string address, uint ttl = 300) => new(DnsCode.Ok) { Answers = [DnsRecord.Address(name, ttl, IPAddress.Parse(address))] };

    /// <summary>Completes with the next question that has come.</summary>
    public async Task AskedAsync()
        => Assert.True(await _asked.WaitAsync(TimeSpan.FromSeconds(60)), "waited in vain for a question at the resolver");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _sockets.Dispose();
        _asked.Dispose();
        _stop.Dispose();
    }

    private byte[]? Answer(ReadOnlySpan<byte> message, int size)
    {
        var query = DnsQuery.Read(message)!;
        Queries.Enqueue(query);
        _asked.Release();
        if (_answer(query) is not { } reply) { return null; }
        var buffer = new byte[size];
        return buffer[..DnsWriter.Write(buffer, query, reply)];
    }

    private async Task RunUdpAsync()
    {
        var buffer = new byte[4096];
        while (true)
        {
            var received = await _sockets.Udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
            if (Answer(buffer.AsSpan(0, received.ReceivedBytes), DnsWriter.UdpSize) is not { } answer) { continue; }
            if (Forgery is { } forge) { await _sockets.Udp.SendToAsync(forge(answer), SocketFlags.None, received.RemoteEndPoint, _stop.Token); }
            await _sockets.Udp.SendToAsync(answer, SocketFlags.None, received.RemoteEndPoint, _stop.Token);
        }
    }

    private async Task RunTcpAsync()
    {
        while (true)
        {
            using var socket = await _sockets.Tcp.AcceptAsync(_stop.Token);
            TcpConnections++;
            using var stream = new NetworkStream(socket);
            var size = new byte[2];
            await stream.ReadExactlyAsync(size, _stop.Token);
            var message = new byte[(size[0] << 8) | size[1]];
            await stream.ReadExactlyAsync(message, _stop.Token);
            if (Answer(message, ushort.MaxValue) is { } answer) { await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer], _stop.Token); }
        }
    }
}
