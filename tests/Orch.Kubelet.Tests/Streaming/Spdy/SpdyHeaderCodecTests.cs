using ICSharpCode.SharpZipLib.Checksum;
using Orch.Kubelet.Streaming.Spdy;

namespace Orch.Kubelet.Tests.Streaming.Spdy;

public class SpdyHeaderCodecTests
{
    [Fact]
    public void Dictionary_IsTheSpecifications()
    {
        var adler = new Adler32();
        adler.Update(SpdyDictionary.Bytes);

        Assert.Equal((1423, 0xe3c6a7c2), (SpdyDictionary.Bytes.Length, adler.Value));
    }

    [Fact]
    public void Decode_OfSeveralBlocks_GivesBackEach()
    {
        var (encoder, decoder) = (new DeflatingHeaderEncoder(), new SpdyHeaderDecoder());
        for (var i = 0; i < 50; i++)
        {
            var block = encoder.Encode([KeyValuePair.Create("streamType", "error"), KeyValuePair.Create("port", $"{i}")]);

            var headers = decoder.Decode(block);

            Assert.Equal(("error", $"{i}"), (headers["streamtype"], headers["Port"]));
        }
    }

    [Fact]
    public void Encode_OfSeveralBlocks_FlushesEach()
    {
        var (encoder, decoder) = (new SpdyHeaderEncoder(), new SpdyHeaderDecoder());
        for (var i = 0; i < 3; i++)
        {
            var block = encoder.Encode([KeyValuePair.Create("Port", $"{i}")]);

            // The Go library hands nothing on before an empty stored block.
            Assert.Equal([0, 0, 0, 0xFF, 0xFF], block[^5..]);
            Assert.Equal($"{i}", decoder.Decode(block)["port"]);
        }

        Assert.Empty(decoder.Decode(encoder.Encode([])));
    }

    [Fact]
    public void Decode_OfABlockThatInflatesBeyondTheLimit_Fails()
    {
        var block = new DeflatingHeaderEncoder().Encode([KeyValuePair.Create("a", new string('a', SpdyHeaderDecoder.MaxBlockBytes))]);

        var error = Assert.Throws<SpdyProtocolException>(() => new SpdyHeaderDecoder().Decode(block));

        Assert.Contains("over 65536 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OfMangledBlocks_NeverFailsOtherwise()
    {
        var random = new Random(20);
        for (var i = 0; i < 3000; i++)
        {
            var block = new DeflatingHeaderEncoder().Encode([KeyValuePair.Create("streamType", "stdin"), KeyValuePair.Create("requestID", $"{i}")]);
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                block[random.Next(block.Length)] = (byte)random.Next(256);
            }

            try
            {
                new SpdyHeaderDecoder().Decode(block.AsSpan(0, random.Next(block.Length + 1)));
            }
            catch (SpdyProtocolException)
            {
            }
        }
    }
}
