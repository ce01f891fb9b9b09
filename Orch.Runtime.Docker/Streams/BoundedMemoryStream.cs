namespace Orch.Runtime.Docker.Streams;

/// <summary>Keeps the first bytes written and swallows the rest.</summary>
internal sealed class BoundedMemoryStream(int limit) : MemoryStream
{
    // The base class comes down to this one from every other way of writing.
    public override void Write(byte[] buffer, int offset, int count) => base.Write(buffer, offset, (int)Math.Min(count, limit - Length));
}
