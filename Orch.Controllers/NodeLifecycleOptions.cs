namespace Orch.Controllers;

/// <summary>When a node counts as lost, and how fast its pods are moved away.</summary>
public sealed class NodeLifecycleOptions
{
    /// <summary>Silence of a node, in lease and status, until it is marked <c>Unknown</c>; 40 s by default, several times the kubelet's heartbeat.</summary>
    public TimeSpan MonitorGracePeriod { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>The same for a node that has never reported a status; 60 s by default.</summary>
    public TimeSpan StartupGracePeriod { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Nodes a second, in one zone, that are given a <c>NoExecute</c> taint; 0.1 by default.</summary>
    public double EvictionRate { get; set; } = 0.1;

    /// <summary>The same in a zone of which much is down; 0.01 by default, and none at all in a zone that is not large.</summary>
    public double SecondaryEvictionRate { get; set; } = 0.01;

    /// <summary>A zone with more nodes than this is large; 50 by default.</summary>
    public int LargeClusterSizeThreshold { get; set; } = 50;

    /// <summary>The share of a zone's nodes that must be down for it to count as much; 0.55 by default.</summary>
    public double UnhealthyZoneThreshold { get; set; } = 0.55;
}
