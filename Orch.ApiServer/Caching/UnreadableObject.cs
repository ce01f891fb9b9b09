namespace Orch.ApiServer.Caching;

/// <summary>A stored object whose newest state cannot be read.</summary>
/// <param name="Key">The store's key.</param>
/// <param name="Revision">Of its last change.</param>
/// <param name="Fault">Why.</param>
internal sealed record UnreadableObject(string Key, long Revision, string Fault);
