using k8s.Models;
using Orch.Scheduling.Cache;

namespace Orch.Scheduling.Bench;

/// <summary>A cluster in three zones with ten pods a node.</summary>
internal static class BenchCluster
{
    private static readonly string[] Zones = ["a", "b", "c"];

    public static (SchedulerCache Cache, SchedulerSnapshot Snapshot) Of(int nodes)
    {
        var cache = new SchedulerCache();
        for (var i = 0; i < nodes; i++)
        {
            cache.SetNode(Node(i));
            for (var j = 0; j < 10; j++) { cache.SetPod(PodInfoFactory.Create(Pod($"pod-{i}-{j}", spec => spec.NodeName = $"node-{i}"))); }
        }

        var snapshot = new SchedulerSnapshot();
        cache.Refresh(snapshot);
        return (cache, snapshot);
    }

    public static V1Pod Pod(string name, Action<V1PodSpec>? change = null)
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", Uid = name, Labels = new Dictionary<string, string> { ["app"] = "web" } },
            Spec = new V1PodSpec
            {
                Containers =
                [
                    new V1Container
                    {
                        Name = "main", Image = "app:1",
                        Resources = new V1ResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m"), ["memory"] = new("200Mi") } },
                    },
                ],
            },
        };
        change?.Invoke(pod.Spec);
        return pod;
    }

    public static void Spread(V1PodSpec spec, string key, string whenUnsatisfiable)
        => spec.TopologySpreadConstraints =
        [
            new V1TopologySpreadConstraint
            {
                MaxSkew = 1, TopologyKey = key, WhenUnsatisfiable = whenUnsatisfiable,
                LabelSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } },
            },
        ];

    private static V1Node Node(int index) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = $"node-{index}",
            Labels = new Dictionary<string, string> { ["kubernetes.io/hostname"] = $"node-{index}", ["topology.kubernetes.io/zone"] = Zones[index % Zones.Length] },
        },
        Spec = new V1NodeSpec(),
        Status = new V1NodeStatus
        {
            Allocatable = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("32"), ["memory"] = new("256Gi"), ["pods"] = new("110") },
        },
    };
}
