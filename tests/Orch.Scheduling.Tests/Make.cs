using k8s.Models;
using Orch.Scheduling.Cache;

namespace Orch.Scheduling.Tests;

/// <summary>Small pods and nodes.</summary>
internal static class Make
{
    public static V1Pod Pod(string name, Action<V1PodSpec>? spec = null, string cpu = "100m", string memory = "100Mi", Dictionary<string, string>? labels = null)
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", Uid = "uid-" + name, Labels = labels },
            Spec = new V1PodSpec
            {
                Containers =
                [
                    new V1Container
                    {
                        Name = "main", Image = "app:1",
                        Resources = new V1ResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu), ["memory"] = new(memory) } },
                    },
                ],
            },
        };
        spec?.Invoke(pod.Spec);
        return pod;
    }

    public static PodInfo Info(string name, Action<V1PodSpec>? spec = null, string cpu = "100m", string memory = "100Mi", Dictionary<string, string>? labels = null)
        => PodInfoFactory.Create(Pod(name, spec, cpu, memory, labels));

    public static V1Node Node(string name, string cpu = "4", string memory = "8Gi", Action<V1Node>? change = null, params (string Key, string Value)[] labels)
    {
        var node = new V1Node
        {
            Metadata = new V1ObjectMeta { Name = name, Labels = labels.ToDictionary(label => label.Key, label => label.Value) },
            Spec = new V1NodeSpec(),
            Status = new V1NodeStatus
            {
                Allocatable = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu), ["memory"] = new(memory), ["pods"] = new("110") },
            },
        };
        change?.Invoke(node);
        return node;
    }

    public static (SchedulerCache Cache, SchedulerSnapshot Snapshot) Cluster(params V1Node[] nodes)
    {
        var cache = new SchedulerCache();
        foreach (var node in nodes) { cache.SetNode(node); }
        var snapshot = new SchedulerSnapshot();
        cache.Refresh(snapshot);
        return (cache, snapshot);
    }

    public static V1Taint Taint(string key, string effect, string? value = null) => new() { Key = key, Effect = effect, Value = value };
}
