namespace Orch.ApiServer.Caching;

/// <summary>A resource's objects at one moment.</summary>
/// <param name="Objects">By key.</param>
/// <param name="Revision">The last change of the resource that is contained.</param>
internal sealed record CacheSnapshot(ObjectTree Objects, long Revision);
