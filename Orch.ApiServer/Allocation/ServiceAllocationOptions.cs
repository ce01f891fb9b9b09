namespace Orch.ApiServer.Allocation;

/// <summary>Where the addresses and ports of services come from.</summary>
public sealed class ServiceAllocationOptions
{
    /// <summary>One network, or two of different families; the first is the family that a service gets when it names none. Default <c>10.96.0.0/16</c>.</summary>
    public IList<string> ClusterIpRanges { get; init; } = ["10.96.0.0/16"];

    /// <summary>The lowest node port. Default 30000.</summary>
    public int FirstNodePort { get; set; } = 30_000;

    /// <summary>The highest node port. Default 32767; not below <see cref="FirstNodePort"/>.</summary>
    public int LastNodePort { get; set; } = 32_767;

    /// <summary>Makes the choice of addresses and ports repeatable; null, the default, does not.</summary>
    public int? RandomSeed { get; set; }
}
