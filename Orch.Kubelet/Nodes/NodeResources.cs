using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Volumes;
using Orch.Resources;

namespace Orch.Kubelet.Nodes;

/// <summary>What the machine has, less what is kept back.</summary>
internal sealed class NodeResources : INodeResources
{
    public NodeResources(IOptions<KubeletOptions> options)
    {
        var settings = options.Value;
        var capacity = new Dictionary<string, ResourceQuantity>
        {
            ["cpu"] = Quantities.FromValue(System.Environment.ProcessorCount),
            ["memory"] = new(Machine.MemoryBytes / 1024 * 1024, 0, ResourceQuantity.SuffixFormat.BinarySI),
            ["ephemeral-storage"] = Quantities.FromBytes(Machine.DiskBytes(settings.RootDirectory).Total),
            ["hugepages-1Gi"] = Quantities.Zero,
            ["hugepages-2Mi"] = Quantities.Zero,
            ["pods"] = Quantities.FromValue(settings.MaxPods),
        };
        foreach (var (name, quantity) in settings.Capacity) { capacity[name] = Quantities.Parse(quantity); }
        var allocatable = new Dictionary<string, ResourceQuantity>(capacity);
        foreach (var (name, quantity) in settings.Reserved)
        {
            if (!allocatable.TryGetValue(name, out var whole)) { continue; }
            var left = whole.ToDecimal() - Quantities.Parse(quantity).ToDecimal();
            allocatable[name] = new ResourceQuantity(Math.Max(0, left), 0, whole.Format);
        }

        (Capacity, Allocatable) = (capacity, allocatable);
    }

    public IReadOnlyDictionary<string, ResourceQuantity> Capacity { get; }

    public IReadOnlyDictionary<string, ResourceQuantity> Allocatable { get; }
}
