using System.Buffers;

namespace Orch.ApiServer.Audit;

/// <summary>The bytes of a body, up to a bound.</summary>
internal sealed class CopiedBytes
{
    private const int MaxBytes = 3 * 1024 * 1024;
    private readonly ArrayBufferWriter<byte> _copy = new();

    /// <summary>What there is so far; nothing when it was too much.</summary>
    public ReadOnlyMemory<byte> Bytes => IsCut ? default : _copy.WrittenMemory;

    /// <summary>Whether it was too much.</summary>
    public bool IsCut { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (IsCut) { return; }
        if (_copy.WrittenCount + bytes.Length > MaxBytes)
        {
            IsCut = true;
            _copy.ResetWrittenCount();
            return;
        }

        _copy.Write(bytes);
    }
}
