using Orch.Storage;

namespace Orch.ApiServer.Caching;

/// <summary>Tells what is stored for an object and can be read from what cannot.</summary>
internal static class StoredValue
{
    /// <summary>Why an entry is no object that can be read, or null.</summary>
    /// <remarks>A look at the first byte: whoever writes past the API writes something else altogether, such as protobuf or ciphertext.</remarks>
    public static string? FaultOf(StoreEntry entry)
        => entry.Fault ?? (entry.Value.Span is [(byte)'{', ..] ? null : $"{entry.Key} does not hold a JSON object.");
}
