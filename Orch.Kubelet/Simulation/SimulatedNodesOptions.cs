using k8s.Models;
using Orch.Client;

namespace Orch.Kubelet.Simulation;

/// <summary>Nodes that exist in the API alone, whose pods "run" without containers.</summary>
public sealed class SimulatedNodesOptions
{
    /// <summary>How many. Default: 1.</summary>
    public int Count { get; set; } = 1;

    /// <summary>Names, with <c>{0}</c> for the number from 0 on. Default: <c>simulated-{0}</c>.</summary>
    public string NamePattern { get; set; } = "simulated-{0}";

    /// <summary>Capacity and allocatable of each. Default: 8 CPUs, 32 GiB, 110 pods, 100 GiB of disk.</summary>
    public IDictionary<string, string> Capacity { get; } = new Dictionary<string, string>
    {
        ["cpu"] = "8", ["memory"] = "32Gi", ["pods"] = "110", ["ephemeral-storage"] = "100Gi",
    };

    /// <summary>On all nodes, besides host name, system and architecture.</summary>
    public IDictionary<string, string> Labels { get; } = new Dictionary<string, string>();

    /// <summary>Last word on each node before it is created: zone labels, taints, odd sizes. Default: none.</summary>
    public Action<int, V1Node>? ConfigureNode { get; set; }

    /// <summary>From binding to running. Default: at once.</summary>
    public TimeSpan StartDelay { get; set; } = TimeSpan.Zero;

    /// <summary>Each node's lease is renewed this often, evenly spread. Default: 10 s.</summary>
    public TimeSpan LeaseRenewPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Default: 40 s.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>Writes at once, while nodes register and pods start. Default: 16.</summary>
    public int Parallelism { get; set; } = 16;

    /// <summary>The identity that reads pods of all nodes. Default: <see cref="ClientIdentity.Admin"/>, since no node may read others' pods.</summary>
    public ClientIdentity Reader { get; set; } = ClientIdentity.Admin;

    /// <summary>Whether the nodes and their leases are deleted on a clean stop. Default: false.</summary>
    public bool DeleteOnStop { get; set; }
}
