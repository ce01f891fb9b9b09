namespace Orch.ApiServer.Apply;

/// <summary>Compares steps by their bytes.</summary>
internal sealed class ElementComparer : IEqualityComparer<byte[]>
{
    public static ElementComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj)
    {
        var hash = new HashCode();
        hash.AddBytes(obj);
        return hash.ToHashCode();
    }
}
