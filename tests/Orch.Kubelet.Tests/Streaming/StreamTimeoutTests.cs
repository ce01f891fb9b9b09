using Microsoft.Extensions.Time.Testing;
using Orch.Kubelet.Streaming;
using Orch.Kubelet.Streaming.PortForwarding;
using Orch.Kubelet.Streaming.RemoteCommands;
using Orch.Kubelet.Streaming.Spdy;
using Orch.Kubelet.Tests.Streaming.Spdy;
using Orch.Testing.Time;

namespace Orch.Kubelet.Tests.Streaming;

public class StreamTimeoutTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly FakeTimeProvider _time = new();
    private readonly SpdyTestClient _client = new();
    private readonly StreamingOptions _options = new();

    [Fact]
    public async Task Command_WhoseStreamsDoNotCome_IsGivenUp()
    {
        var opening = SpdyRemoteCommand.OpenAsync(
            (_client.Server, "v4.channel.k8s.io"), new RemoteCommandRequest { HasStdout = true, HasStderr = true }, _options, _time);
        await _client.OpenAsync(1, 0, ("streamType", "error"));
        await _client.ReadAsync(SpdyFrameType.SynReply);

        _time.Advance(_options.StreamCreationTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(opening.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAsync<TimeoutException>(() => opening.WaitAsync(Patience));
    }

    [Fact]
    public async Task Command_WhoseClientLeavesFirst_IsGivenUp()
    {
        var opening = SpdyRemoteCommand.OpenAsync((_client.Server, "v4.channel.k8s.io"), new RemoteCommandRequest { HasStdout = true }, _options, _time);

        _client.Close();

        await Assert.ThrowsAsync<IOException>(() => opening.WaitAsync(Patience));
    }

    [Fact]
    public async Task Command_AfterItsOutcome_WaitsOnlyAMomentForTheClient()
    {
        var opening = SpdyRemoteCommand.OpenAsync((_client.Server, "v1.channel"), new RemoteCommandRequest { HasStdout = true }, _options, _time);
        await _client.OpenAsync(1, 0, ("streamType", "error"));
        await _client.OpenAsync(3, 0, ("streamType", "stdout"));
        await using var command = await opening.WaitAsync(Patience);

        var completing = command.CompleteAsync(RemoteCommandStatus.FromExitCode(9));
        var (_, message) = await _client.ReadAsync(SpdyFrameType.Data);
        await _client.ReadAsync(SpdyFrameType.GoAway);
        Assert.False(completing.IsCompleted);
        _time.Advance(_options.Linger);

        await completing.WaitAsync(Patience);
        // Before version 4 of the protocol the outcome is bare text.
        Assert.Equal("command terminated with non-zero exit code: exit status 9", System.Text.Encoding.ASCII.GetString(message));
    }

    [Fact]
    public async Task ForwardedConnection_WhoseOtherStreamDoesNotCome_IsClosed_AndTheRestGoesOn()
    {
        var time = new FakeTimeDriver();
        await using var session = new SpdyPortForward(
            _client.Server, new PortForwardTarget("default/web", "u", (_, _) => Task.FromResult<Stream>(new MemoryStream("hi"u8.ToArray()))), _options, time.Time);
        var running = session.RunAsync(CancellationToken.None);
        await _client.OpenAsync(1, 0, ("streamType", "error"), ("port", "80"), ("requestID", "0"));
        await _client.ReadAsync(SpdyFrameType.SynReply);
        await _client.OpenAsync(3, 0, ("streamType", "nonsense"), ("port", "80"));
        Assert.Equal(3, (await _client.ReadAsync(SpdyFrameType.RstStream)).Payload[3]);

        // The answer to the first stream says nothing of the waiting for the other, which may begin a moment later.
        var closing = _client.ReadAsync(SpdyFrameType.Data);
        var waited = await time.RunUntilAsync(() => closing.IsCompleted, "the connection to be closed");
        Assert.Equal(_options.StreamCreationTimeout, waited);
        var (header, _) = await closing;
        Assert.Equal((1, true), (header.StreamId, header.IsFin));

        await _client.OpenAsync(5, 0, ("streamType", "error"), ("port", "80"), ("requestID", "1"));
        await _client.OpenAsync(7, 0, ("streamType", "data"), ("port", "80"), ("requestID", "1"));
        var (dataHeader, data) = await _client.ReadAsync(SpdyFrameType.Data);
        Assert.Equal((7, "hi"), (dataHeader.StreamId, System.Text.Encoding.ASCII.GetString(data)));

        _client.Close();
        Assert.Null(await running.WaitAsync(Patience));
    }
}
