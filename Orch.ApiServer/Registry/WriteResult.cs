using Orch.ApiServer.Caching;

namespace Orch.ApiServer.Registry;

/// <summary>How a write ended.</summary>
/// <param name="Object">What is there now, or was there last; in the stored form.</param>
/// <param name="Outcome">What happened to it.</param>
internal readonly record struct WriteResult(CachedObject Object, WriteOutcome Outcome);

/// <summary>What a write did.</summary>
internal enum WriteOutcome
{
    /// <summary>It is new.</summary>
    Created,

    /// <summary>It was changed, or was as wanted already.</summary>
    Updated,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>Its deletion has begun, or goes on.</summary>
    Deleting,
}
