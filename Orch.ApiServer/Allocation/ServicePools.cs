namespace Orch.ApiServer.Allocation;

/// <summary>Where addresses of services come from at one moment.</summary>
/// <param name="All">All ranges, those that are going included: what they gave out may still come back.</param>
/// <param name="Ready">The ranges that give out addresses, the configured ones first.</param>
internal sealed record ServicePools(IReadOnlyList<AddressPool> All, IReadOnlyList<AddressPool> Ready)
{
    /// <summary>The ready ones of a family.</summary>
    public IEnumerable<AddressPool> ReadyOf(string family) => Ready.Where(pool => pool.Range.Family == family);
}
