using System.Globalization;
using System.Text;
using k8s.Models;
using Orch.Client;
using Orch.Kubelet.Nodes;
using Orch.Resources;

namespace Orch.Kubelet.Simulation;

/// <summary>The nodes of one simulation, by name.</summary>
internal sealed class SimulatedNodeSet
{
    private readonly Dictionary<string, Node> _byName = [];

    public SimulatedNodeSet(SimulatedNodesOptions options, IClusterClientFactory clients, TimeProvider time)
    {
        var format = CompositeFormat.Parse(options.NamePattern);
        for (var i = 0; i < options.Count; i++)
        {
            var name = string.Format(CultureInfo.InvariantCulture, format, i);
            var client = clients.CreateClient(ClientIdentity.Node(name));
            _byName.Add(name, new Node(i, name, SimulatedAddresses.Node(i), client, new NodeLease(client, name, options.LeaseDuration, time)));
        }
    }

    public IReadOnlyCollection<Node> All => _byName.Values;

    public Node? Find(string? name) => name is not null && _byName.TryGetValue(name, out var node) ? node : null;

    public static V1Node Describe(Node node, SimulatedNodesOptions options, DateTime now)
    {
        var resources = options.Capacity.ToDictionary(static c => c.Key, static c => Quantities.Parse(c.Value));
        var result = new V1Node
        {
            ApiVersion = "v1",
            Kind = "Node",
            Metadata = new V1ObjectMeta
            {
                Name = node.Name,
                Labels = new Dictionary<string, string>(options.Labels)
                {
                    ["kubernetes.io/hostname"] = node.Name,
                    ["kubernetes.io/os"] = "linux",
                    ["kubernetes.io/arch"] = "amd64",
                },
            },
            Spec = new V1NodeSpec(),
            Status = new V1NodeStatus
            {
                Capacity = resources,
                Allocatable = new Dictionary<string, ResourceQuantity>(resources),
                Addresses = [new V1NodeAddress { Type = "InternalIP", Address = node.Address }, new V1NodeAddress { Type = "Hostname", Address = node.Name }],
                Conditions =
                [
                    Condition("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available", now),
                    Condition("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure", now),
                    Condition("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available", now),
                    Condition("Ready", true, "KubeletReady", "kubelet is posting ready status", now),
                ],
                NodeInfo = new V1NodeSystemInfo
                {
                    Architecture = "amd64",
                    OperatingSystem = "linux",
                    OsImage = "simulated",
                    KernelVersion = "simulated",
                    ContainerRuntimeVersion = "simulated://1.0",
                    KubeletVersion = Orch.Resources.KubernetesRelease.Version,
                    KubeProxyVersion = string.Empty,
                    MachineID = node.Name,
                    SystemUUID = node.Name,
                    BootID = node.Name,
                },
            },
        };
        options.ConfigureNode?.Invoke(node.Index, result);
        return result;
    }

    private static V1NodeCondition Condition(string type, bool isTrue, string reason, string message, DateTime now) => new()
    {
        Type = type, Status = isTrue ? "True" : "False", Reason = reason, Message = message, LastHeartbeatTime = now, LastTransitionTime = now,
    };

    internal sealed record Node(int Index, string Name, string Address, IClusterClient Client, NodeLease Lease);
}
