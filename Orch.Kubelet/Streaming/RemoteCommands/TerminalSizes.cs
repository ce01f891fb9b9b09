using System.Text.Json;
using System.Threading.Channels;
using Orch.Runtime;

namespace Orch.Kubelet.Streaming.RemoteCommands;

/// <summary>Reads window sizes such as <c>{"Width":80,"Height":24}</c>, one after the other, from a stream.</summary>
internal static class TerminalSizes
{
    private const int MaxMessage = 1024;

    /// <returns>Only the newest sizes wait there; completes with the stream.</returns>
    public static ChannelReader<TerminalSize> Read(Stream stream, CancellationToken cancellationToken)
    {
        var sizes = Channel.CreateBounded<TerminalSize>(new BoundedChannelOptions(4) { FullMode = BoundedChannelFullMode.DropOldest });
        _ = PumpAsync(stream, sizes.Writer, cancellationToken);
        return sizes.Reader;
    }

    internal static bool TryParse(ReadOnlySpan<byte> json, out TerminalSize size)
    {
        size = default;
        try
        {
            var reader = new Utf8JsonReader(json);
            var (width, height) = (0, 0);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    var (isWidth, isHeight) = (reader.ValueTextEquals("Width"u8), reader.ValueTextEquals("Height"u8));
                    reader.Read();
                    width = isWidth && reader.TryGetUInt16(out var w) ? w : width;
                    height = isHeight && reader.TryGetUInt16(out var h) ? h : height;
                }
            }

            size = new TerminalSize(width, height);
            return width > 0 && height > 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static async Task PumpAsync(Stream stream, ChannelWriter<TerminalSize> sizes, CancellationToken cancellationToken)
    {
        var message = new byte[MaxMessage];
        var length = 0;
        try
        {
            int read;
            while ((read = await stream.ReadAsync(message.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0)
            {
                length += read;
                int end;
                while ((end = message.AsSpan(0, length).IndexOf((byte)'}')) >= 0)
                {
                    if (TryParse(message.AsSpan(0, end + 1), out var size))
                    {
                        sizes.TryWrite(size);
                    }

                    message.AsSpan(end + 1, length - end - 1).CopyTo(message);
                    length -= end + 1;
                }

                // No size is that long: garbage is dropped, the terminal stays as it is.
                length = length == message.Length ? 0 : length;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The connection ended, which its owner sees.
        }
        finally
        {
            sizes.TryComplete();
        }
    }
}
