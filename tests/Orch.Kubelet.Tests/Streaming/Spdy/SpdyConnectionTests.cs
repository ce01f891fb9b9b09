using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using Orch.Kubelet.Streaming.Spdy;

namespace Orch.Kubelet.Tests.Streaming.Spdy;

public class SpdyConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly FakeTimeProvider _time = new();
    private readonly SpdyTestClient _client = new();

    [Fact]
    public async Task Open_WhenAccepted_RepliesAndCarriesDataBothWays()
    {
        await using var connection = Connect();
        var running = connection.RunAsync();

        await _client.OpenAsync(1, 0, ("streamType", "stdin"));
        Assert.Equal(SpdyFrameType.SynReply, (await _client.ReadAsync()).Header.Type);
        await _client.DataAsync(1, "hello"u8.ToArray(), isFin: true);
        var stream = await AcceptAsync(connection);
        Assert.Equal("stdin", stream.Headers["streamtype"]);
        Assert.Equal("hello", await ReadToEndAsync(stream));

        await stream.WriteAsync("there"u8.ToArray());
        await stream.DisposeAsync();
        var (header, payload) = await _client.ReadAsync();
        Assert.Equal((1, "there", false), (header.StreamId, System.Text.Encoding.ASCII.GetString(payload), header.IsFin));
        (header, payload) = await _client.ReadAsync();
        Assert.Equal((1, 0, true), (header.StreamId, payload.Length, header.IsFin));

        _client.Close();
        Assert.Null(await running.WaitAsync(Patience));
    }

    [Fact]
    public async Task Open_WhenRefused_ResetsAndKeepsTheConnection()
    {
        await using var connection = Connect(accept: headers => headers["streamType"] != "bad");
        _ = connection.RunAsync();

        await _client.OpenAsync(1, 0, ("streamType", "bad"));
        await _client.OpenAsync(3, 0, ("streamType", "good"));

        var (header, payload) = await _client.ReadAsync();
        Assert.Equal((SpdyFrameType.RstStream, 3), (header.Type, payload[7]));
        Assert.Equal(SpdyFrameType.SynReply, (await _client.ReadAsync()).Header.Type);
        Assert.Equal(3, (await AcceptAsync(connection)).Id);
    }

    [Fact]
    public async Task Open_BeyondTheLimit_IsRefusedUntilAStreamIsReleased()
    {
        await using var connection = Connect(new SpdyConnectionOptions { MaxStreams = 1 });
        _ = connection.RunAsync();

        await _client.OpenAsync(1, 0, ("a", "b"));
        await _client.ReadAsync(SpdyFrameType.SynReply);
        await _client.OpenAsync(3, 0, ("a", "b"));
        Assert.Equal(3, (await _client.ReadAsync(SpdyFrameType.RstStream)).Payload[7]);
        await (await AcceptAsync(connection)).DisposeAsync();
        await _client.OpenAsync(5, 0, ("a", "b"));

        Assert.Equal(5, (await _client.ReadAsync(SpdyFrameType.SynReply)).Payload[3]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public async Task Open_WithAnIdThatIsNotNext_IsReset(int id)
    {
        await using var connection = Connect();
        _ = connection.RunAsync();
        await _client.OpenAsync(1, 0, ("a", "b"));
        await _client.ReadAsync(SpdyFrameType.SynReply);

        await _client.OpenAsync(id, 0, ("a", "b"));

        Assert.Equal(id, (await _client.ReadAsync(SpdyFrameType.RstStream)).Payload[3]);
    }

    [Fact]
    public async Task Ping_OfTheClient_IsAnswered()
    {
        await using var connection = Connect();
        _ = connection.RunAsync();

        await _client.ControlAsync(SpdyFrameType.Ping, 0, [0, 0, 0, 2]);
        await _client.ControlAsync(SpdyFrameType.Ping, 0, [0, 0, 0, 7]);

        var (header, payload) = await _client.ReadAsync();
        Assert.Equal((SpdyFrameType.Ping, 7), (header.Type, payload[3]));
    }

    [Fact]
    public async Task Write_ToAPeerThatGrantsWindows_WaitsForTheGrant()
    {
        await using var connection = Connect();
        _ = connection.RunAsync();
        var settings = new byte[12];
        BinaryPrimitives.WriteInt32BigEndian(settings, 1);
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(4), 7);
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(8), 10);
        await _client.ControlAsync(SpdyFrameType.Settings, 0, settings);
        await _client.OpenAsync(1, 0, ("a", "b"));
        await _client.ReadAsync(SpdyFrameType.SynReply);
        var stream = await AcceptAsync(connection);

        var writing = stream.WriteAsync(new byte[25]).AsTask();
        Assert.Equal(10, (await _client.ReadAsync()).Header.Length);
        Assert.False(writing.IsCompleted);
        await _client.PairAsync(SpdyFrameType.WindowUpdate, 1, 12);
        Assert.Equal(12, (await _client.ReadAsync()).Header.Length);
        Assert.False(writing.IsCompleted);
        await _client.PairAsync(SpdyFrameType.WindowUpdate, 1, 12);
        Assert.Equal(3, (await _client.ReadAsync()).Header.Length);
        await writing.WaitAsync(Patience);
    }

    [Fact]
    public async Task Read_OfMuchData_GrantsTheStreamAndTheConnection()
    {
        await using var connection = Connect();
        _ = connection.RunAsync();
        await _client.OpenAsync(1, 0, ("a", "b"));
        await _client.ReadAsync(SpdyFrameType.SynReply);
        var stream = await AcceptAsync(connection);

        await _client.DataAsync(1, new byte[40_000]);
        Assert.Equal(0, (await _client.ReadAsync(SpdyFrameType.WindowUpdate)).Payload[3]);
        await stream.ReadExactlyAsync(new byte[40_000]).AsTask().WaitAsync(Patience);

        Assert.Equal(1, (await _client.ReadAsync(SpdyFrameType.WindowUpdate)).Payload[3]);
    }

    [Fact]
    public async Task Receive_WithoutAReader_HoldsUpTheConnectionAtTheBound()
    {
        await using var connection = Connect(new SpdyConnectionOptions { StreamBufferBytes = 16_384 });
        _ = connection.RunAsync();
        await _client.OpenAsync(1, 0, ("a", "b"));
        await _client.ReadAsync(SpdyFrameType.SynReply);
        var stream = await AcceptAsync(connection);

        var sending = _client.DataAsync(1, new byte[1_000_000], isFin: true);
        Assert.False(sending.IsCompleted);
        var total = (await ReadToEndAsync(stream)).Length;

        await sending.WaitAsync(Patience);
        Assert.Equal(1_000_000, total);
    }

    [Fact]
    public async Task Dispose_OfAStreamThatStillReceives_DropsTheRest()
    {
        await using var connection = Connect(new SpdyConnectionOptions { StreamBufferBytes = 16_384 });
        _ = connection.RunAsync();
        await _client.OpenAsync(1, 0, ("a", "b"));
        await _client.ReadAsync(SpdyFrameType.SynReply);
        var stream = await AcceptAsync(connection);

        var sending = _client.DataAsync(1, new byte[1_000_000]);
        await stream.DisposeAsync();
        await sending.WaitAsync(Patience);
        await _client.ControlAsync(SpdyFrameType.Ping, 0, [0, 0, 0, 1]);

        Assert.Equal(1, (await _client.ReadAsync(SpdyFrameType.Ping)).Payload[3]);
    }

    [Fact]
    public async Task Silence_ForTheIdleTime_EndsTheConnection()
    {
        await using var connection = Connect(new SpdyConnectionOptions { IdleTimeout = TimeSpan.FromMinutes(1) });
        var running = connection.RunAsync();

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(await running.WaitAsync(Patience));
    }

    [Fact]
    public async Task BadVersion_EndsWithGoAwayAndTheReason()
    {
        await using var connection = Connect();
        var running = connection.RunAsync();

        await _client.WriteRawAsync([0x80, 2, 0, 1, 0, 0, 0, 0]);

        Assert.Equal(SpdyFrameType.GoAway, (await _client.ReadAsync()).Header.Type);
        Assert.Contains("version 2", await running.WaitAsync(Patience), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_OfAnyKind_EndsTheConnectionAndNothingElse()
    {
        var random = new Random(7);
        for (var round = 0; round < 400; round++)
        {
            var client = new SpdyTestClient();
            await using var connection = new SpdyConnection(client.Server, _ => true, new SpdyConnectionOptions(), _time);
            var running = connection.RunAsync();
            var drain = DrainAsync(client);
            var serving = ServeAsync(connection);
            await client.OpenAsync(1, 0, ("a", "b"));
            for (var frame = 0; frame < 20; frame++)
            {
                var bytes = new byte[random.Next(0, 40)];
                random.NextBytes(bytes);
                var whole = new byte[8 + bytes.Length];
                SpdyFrameHeader.WriteControl(whole, (SpdyFrameType)random.Next(0, 11), (byte)random.Next(4), bytes.Length);
                bytes.CopyTo(whole, 8);
                if (random.Next(4) == 0)
                {
                    whole[random.Next(whole.Length)] ^= (byte)(1 << random.Next(8));
                }

                await client.WriteRawAsync(whole);
            }

            client.Close();
            await running.WaitAsync(Patience);
            await serving.WaitAsync(Patience);
            client.Server.Dispose();
            await drain.WaitAsync(Patience);
        }
    }

    private static async Task ServeAsync(SpdyConnection connection)
    {
        await foreach (var stream in connection.Accepted.ReadAllAsync())
        {
            await ReadToEndAsync(stream);
            await stream.DisposeAsync();
        }
    }

    private static async Task DrainAsync(SpdyTestClient client)
    {
        try
        {
            while (true)
            {
                await client.ReadAsync();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private static Task<SpdyStream> AcceptAsync(SpdyConnection connection) => connection.Accepted.ReadAsync().AsTask().WaitAsync(Patience);

    private static async Task<string> ReadToEndAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(Patience);
    }

    private SpdyConnection Connect(SpdyConnectionOptions? options = null, Func<IReadOnlyDictionary<string, string>, bool>? accept = null) =>
        new(_client.Server, accept ?? (_ => true), options ?? new SpdyConnectionOptions(), _time);

    [Fact]
    public async Task Run_WebSocketPeerVanishes_EndsWithoutAFault()
    {
        await using var connection = new SpdyConnection(new VanishedWebSocket(), _ => true, new SpdyConnectionOptions(), _time);

        Assert.Null(await connection.RunAsync().WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private sealed class VanishedWebSocket : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => throw new System.Net.WebSockets.WebSocketException("The remote party closed the WebSocket connection without completing the close handshake.");
    }
}
