using Orch.ApiServer.Caching;

namespace Orch.ApiServer.Registry;

/// <summary>A collection at one revision.</summary>
/// <param name="Items">In key order, in the stored form.</param>
/// <param name="Revision">Watch from here to miss nothing.</param>
/// <param name="Continue">Null on the last page.</param>
/// <param name="Remaining">How many follow; null when that is not known.</param>
internal sealed record ListResult(IReadOnlyList<CachedObject> Items, long Revision, string? Continue, long? Remaining);
