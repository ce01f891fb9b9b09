using k8s.Models;
using Orch.Resources;

namespace Orch.Scheduling.Cache;

/// <summary>Maps resource names to amounts: CPU in thousandths, all else in whole units.</summary>
internal static class ResourceNames
{
    public static void Set(ResourceAmounts amounts, string name, ResourceQuantity quantity)
    {
        switch (name)
        {
            case "cpu": amounts.MilliCpu = Quantities.MilliValue(quantity); break;
            case "memory": amounts.MemoryBytes = Quantities.Value(quantity); break;
            case "ephemeral-storage": amounts.EphemeralStorageBytes = Quantities.Value(quantity); break;
            case "pods": amounts.Pods = Quantities.Value(quantity); break;
            default: amounts.SetExtended(name, Quantities.Value(quantity)); break;
        }
    }

    public static ResourceAmounts From(IDictionary<string, ResourceQuantity>? quantities)
    {
        var amounts = new ResourceAmounts();
        foreach (var (name, quantity) in quantities ?? new Dictionary<string, ResourceQuantity>()) { Set(amounts, name, quantity); }
        return amounts;
    }
}
