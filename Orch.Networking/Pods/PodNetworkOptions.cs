namespace Orch.Networking.Pods;

/// <summary>How pods of a node are connected.</summary>
public sealed class PodNetworkOptions
{
    /// <summary>Names the bridge, the interfaces and the rules, so that two clusters can share a machine; at most 10 characters are used. Default <c>orch</c>.</summary>
    public string Name { get; set; } = "orch";

    /// <summary>All pods' addresses, of all nodes; traffic to others leaves with the node's address. Default <c>10.244.0.0/16</c>.</summary>
    public string ClusterCidr { get; set; } = "10.244.0.0/16";

    /// <summary>Bytes in a packet on the pod network; 0 (the default) takes the kernel's 1500.</summary>
    public int Mtu { get; set; }
}
