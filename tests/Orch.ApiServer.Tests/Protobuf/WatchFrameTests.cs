using Orch.ApiServer.Protobuf;

namespace Orch.ApiServer.Tests.Protobuf;

public sealed class WatchFrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(110)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_370)]
    [InlineData(16_384)]
    [InlineData(3_000_000)]
    public void Head_BeforeAnObject_IsWhatTheMessageIsWhenItIsWrittenPartByPart(int length)
    {
        var item = new byte[length];
        foreach (var isFramed in (bool[])[true, false])
        {
            using var buffer = new ProtobufBuffer();
            var start = buffer.BeginFrame();
            buffer.Bytes(1, "MODIFIED"u8);
            var unknown = buffer.Begin(2);
            buffer.Bytes(1, item);
            buffer.End(unknown);
            buffer.EndFrame(start);
            var head = new byte[WatchFrame.MaxHeadBytes];
            var written = WatchFrame.WriteHead(head, "MODIFIED"u8, length, isFramed);
            var expected = buffer.Written.Span[(isFramed ? 0 : 4)..];
            Assert.Equal(expected.Length, written + length);
            Assert.Equal(Convert.ToHexString(expected[..written]), Convert.ToHexString(head.AsSpan(0, written)));
        }
    }
}
