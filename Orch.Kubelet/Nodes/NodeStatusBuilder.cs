using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Runtime;

namespace Orch.Kubelet.Nodes;

/// <summary>Makes the node's object and status.</summary>
internal sealed class NodeStatusBuilder(IOptions<KubeletOptions> options, NodeResources resources, NodeAddresses addresses, NodeRuntimeInfo runtime, NodeHealth health)
{
    private const int MaxImages = 50;

    /// <summary>The port that the node's API really listens on; 0 while it does not.</summary>
    public int ServerPort { get; set; }

    public V1Node Describe(DateTime now) => new()
    {
        ApiVersion = "v1",
        Kind = "Node",
        Metadata = new V1ObjectMeta
        {
            Name = options.Value.NodeName,
            Labels = Labels(),
            Annotations = new Dictionary<string, string> { ["volumes.kubernetes.io/controller-managed-attach-detach"] = "true" },
        },
        Spec = new V1NodeSpec
        {
            ProviderID = options.Value.ProviderId,
            Taints = options.Value.Taints.Count > 0 ? [.. options.Value.Taints] : null,
        },
        Status = Status(null, [], now),
    };

    public Dictionary<string, string> Labels() => new(options.Value.Labels)
    {
        ["kubernetes.io/hostname"] = options.Value.NodeName,
        ["kubernetes.io/os"] = "linux",
        ["kubernetes.io/arch"] = Machine.Architecture,
        ["beta.kubernetes.io/os"] = "linux",
        ["beta.kubernetes.io/arch"] = Machine.Architecture,
    };

    /// <summary>The present status; transition times and what others own are taken from the last one.</summary>
    public V1NodeStatus Status(V1NodeStatus? last, IReadOnlyList<ImageStatus> images, DateTime now) => (last ?? new V1NodeStatus()) with
    {
        Capacity = new Dictionary<string, ResourceQuantity>(resources.Capacity),
        Allocatable = new Dictionary<string, ResourceQuantity>(resources.Allocatable),
        Addresses = [.. addresses.All.Select(static a => new V1NodeAddress { Type = "InternalIP", Address = a }), new V1NodeAddress { Type = "Hostname", Address = options.Value.NodeName }],
        DaemonEndpoints = new V1NodeDaemonEndpoints { KubeletEndpoint = new V1DaemonEndpoint { Port = ServerPort > 0 ? ServerPort : options.Value.Port } },
        NodeInfo = new V1NodeSystemInfo
        {
            Architecture = Machine.Architecture,
            BootID = Machine.BootId,
            ContainerRuntimeVersion = $"{runtime.RuntimeName}://{runtime.Last?.Version ?? "unknown"}",
            KernelVersion = Machine.KernelVersion,
            KubeletVersion = options.Value.KubeletVersion,
            KubeProxyVersion = string.Empty,
            MachineID = Machine.MachineId,
            OperatingSystem = "linux",
            OsImage = runtime.Last is { OperatingSystemImage: { Length: > 0 } image } ? image : Machine.OperatingSystemImage,
            SystemUUID = Machine.SystemUuid,
        },
        Images = [.. images.OrderByDescending(static i => i.SizeBytes).Take(MaxImages).Select(static i => new V1ContainerImage
        {
            Names = [.. i.Digests, .. i.Tags],
            SizeBytes = i.SizeBytes,
        }).Where(static i => i.Names.Count > 0)],
        Conditions = Conditions(last, now),
    };

    private List<V1NodeCondition> Conditions(V1NodeStatus? last, DateTime now)
    {
        var settings = options.Value;
        var disk = Machine.DiskBytes(settings.RootDirectory);
        var (used, limit) = Machine.Processes;
        var faults = health.Faults;
        V1NodeCondition[] own =
        [
            Condition("MemoryPressure", Machine.AvailableMemoryBytes < settings.MemoryPressureBytes, "KubeletHasInsufficientMemory", "kubelet has insufficient memory available", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            Condition("DiskPressure", disk.Free < disk.Total * settings.DiskPressureFreeShare, "KubeletHasDiskPressure", "kubelet has disk pressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            Condition("PIDPressure", used > limit * 0.95, "KubeletHasInsufficientPID", "kubelet has insufficient PID available", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            Condition("Ready", faults.Length == 0, "KubeletReady", "kubelet is posting ready status", "KubeletNotReady", faults),
        ];
        foreach (var condition in own)
        {
            var old = last?.Conditions?.FirstOrDefault(c => c.Type == condition.Type);
            condition.LastHeartbeatTime = now;
            condition.LastTransitionTime = old is not null && old.Status == condition.Status ? old.LastTransitionTime : now;
        }

        // The network's and others' conditions stay.
        return [.. (last?.Conditions ?? []).Where(c => own.All(o => o.Type != c.Type)), .. own];
    }

    private static V1NodeCondition Condition(string type, bool holds, string reason, string message, string otherReason, string otherMessage)
        => new() { Type = type, Status = holds ? "True" : "False", Reason = holds ? reason : otherReason, Message = holds ? message : otherMessage };
}
