using System.Threading.Channels;

namespace Orch.Wire.Bench;

/// <summary>The streams that are open, and what each has yet to send.</summary>
internal sealed class Subscribers
{
    private readonly Lock _gate = new();
    private ChannelWriter<byte[]>[] _all = [];

    public ChannelReader<byte[]> Add(CancellationToken until)
    {
        var channel = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
        lock (_gate) { _all = [.. _all, channel.Writer]; }
        until.Register(() =>
        {
            lock (_gate) { _all = [.. _all.Where(item => item != channel.Writer)]; }
            channel.Writer.TryComplete();
        });
        return channel.Reader;
    }

    public void Send(byte[] line)
    {
        foreach (var subscriber in Volatile.Read(ref _all)) { subscriber.TryWrite(line); }
    }
}
