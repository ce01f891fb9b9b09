using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Dns;
using Orch.Kubelet.Env;
using Orch.Kubelet.Pods;
using Orch.Kubelet.Volumes;
using Orch.Resources;
using Orch.Runtime;
using Orch.Volumes;

namespace Orch.Kubelet.Containers;

/// <summary>Turns a pod and one of its containers into what the runtime is to make.</summary>
internal sealed class ContainerConfigBuilder(IOptions<KubeletOptions> options, INodeResources node)
{
    public const string GraceAnnotation = "io.kubernetes.pod.terminationGracePeriod";
    public const string TerminationPathAnnotation = "io.kubernetes.container.terminationMessagePath";
    private const string DefaultTerminationPath = "/dev/termination-log";
    private readonly VolumeDirectories _directories = new(options.Value.RootDirectory);

    public SandboxConfig Sandbox(V1Pod pod, int attempt) => new(pod.Reference(), attempt)
    {
        Hostname = pod.IsHostNetwork() ? string.Empty : HostsFile.KernelHostname(pod, options.Value.ClusterDomain),
        Labels = Labels(pod),
        Annotations = new Dictionary<string, string>
        {
            [GraceAnnotation] = (pod.Spec.TerminationGracePeriodSeconds ?? PodFacts.DefaultGraceSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture),
        },
        Namespaces = new NamespaceSharing
        {
            Network = pod.IsHostNetwork() ? NamespaceMode.Node : NamespaceMode.Pod,
            Pid = Pid(pod),
            Ipc = pod.Spec.HostIPC == true ? NamespaceMode.Node : NamespaceMode.Pod,
        },
        Sysctls = (pod.Spec.SecurityContext?.Sysctls ?? []).ToDictionary(static s => s.Name, static s => s.Value),
        IsPrivileged = pod.AllContainers().Any(static c => c.SecurityContext?.Privileged == true),
    };

    /// <exception cref="ContainerConfigException">The pod asks for what cannot be.</exception>
    public ContainerConfig Container(
        V1Pod pod,
        V1Container container,
        ContainerInputs inputs)
    {
        var values = inputs.Environment.ToDictionary(static e => e.Name, static e => e.Value);
        var terminationPath = string.IsNullOrEmpty(container.TerminationMessagePath) ? DefaultTerminationPath : container.TerminationMessagePath;
        return new ContainerConfig(container.Name, inputs.Attempt, container.Image, inputs.Image.Id)
        {
            Command = [.. (container.Command ?? []).Select(c => Expansion.Expand(c, values))],
            Args = [.. (container.Args ?? []).Select(a => Expansion.Expand(a, values))],
            WorkingDirectory = container.WorkingDir ?? string.Empty,
            Environment = inputs.Environment,
            Mounts = [.. Mounts(pod, container, inputs.Volumes, values), .. AgentMounts(pod, container, inputs.Attempt, terminationPath)],
            Labels = new Dictionary<string, string>(Labels(pod)) { [RuntimeLabels.ContainerName] = container.Name },
            Annotations = new Dictionary<string, string> { [TerminationPathAnnotation] = terminationPath },
            Resources = ResourceTranslation.For(pod, container, Quantities.Value(node.Allocatable.GetValueOrDefault("memory"))),
            Security = SecurityTranslation.For(pod, container, inputs.Image, Path.Combine(options.Value.RootDirectory, "seccomp")),
            Pid = Pid(pod),
            HasStdin = container.Stdin == true,
            IsStdinOnce = container.StdinOnce == true,
            HasTty = container.Tty == true,
            StopSignal = container.Lifecycle?.StopSignal ?? string.Empty,
        };
    }

    /// <summary>Where a container's last words are on the node.</summary>
    public string TerminationLog(string uid, string container, int attempt)
        => Path.Combine(_directories.Pod(uid), "containers", container, attempt.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public string HostsPath(string uid) => Path.Combine(_directories.Pod(uid), "etc-hosts");

    public string ResolverPath(string uid) => Path.Combine(_directories.Pod(uid), "resolv.conf");

    private static NamespaceMode Pid(V1Pod pod)
        => pod.Spec.HostPID == true ? NamespaceMode.Node : pod.Spec.ShareProcessNamespace == true ? NamespaceMode.Pod : NamespaceMode.Container;

    private Dictionary<string, string> Labels(V1Pod pod) => new()
    {
        [RuntimeLabels.PodName] = pod.Metadata.Name,
        [RuntimeLabels.PodNamespace] = pod.Metadata.NamespaceProperty,
        [RuntimeLabels.PodUid] = pod.Metadata.Uid,
        [RuntimeLabels.Node] = options.Value.NodeName,
    };

    private static IEnumerable<ContainerMount> Mounts(V1Pod pod, V1Container container, IReadOnlyDictionary<string, MountedVolume> volumes, Dictionary<string, string> values)
    {
        foreach (var mount in container.VolumeMounts ?? [])
        {
            if (!volumes.TryGetValue(mount.Name, out var volume)) { throw new ContainerConfigException($"cannot find volume \"{mount.Name}\" to mount into container \"{container.Name}\""); }

            var subPath = string.IsNullOrEmpty(mount.SubPathExpr) ? mount.SubPath : Expansion.Expand(mount.SubPathExpr, values);
            yield return new ContainerMount(
                mount.MountPath.StartsWith('/') ? mount.MountPath : Path.Combine("/", mount.MountPath),
                string.IsNullOrEmpty(subPath) ? volume.HostPath : SubPaths.Resolve(volume, subPath, pod.Spec.SecurityContext?.FsGroup))
            {
                IsReadOnly = mount.ReadOnlyProperty == true || volume.IsReadOnly,
                Propagation = mount.MountPropagation switch
                {
                    "HostToContainer" => MountPropagation.HostToContainer,
                    "Bidirectional" => MountPropagation.Bidirectional,
                    _ => MountPropagation.Private,
                },
            };
        }
    }

    // Files of the agent's own: names, resolver and last words.
    private IEnumerable<ContainerMount> AgentMounts(V1Pod pod, V1Container container, int attempt, string terminationPath)
    {
        bool IsTaken(string path) => container.VolumeMounts?.Any(m => m.MountPath == path) == true;
        if (!IsTaken("/etc/hosts")) { yield return new ContainerMount("/etc/hosts", HostsPath(pod.Metadata.Uid)); }
        if (!IsTaken("/etc/resolv.conf")) { yield return new ContainerMount("/etc/resolv.conf", ResolverPath(pod.Metadata.Uid)); }
        yield return new ContainerMount(terminationPath, TerminationLog(pod.Metadata.Uid, container.Name, attempt));
    }
}

/// <summary>What has been found out for one start of a container.</summary>
/// <param name="Attempt">Restarts so far.</param>
/// <param name="Image">On the node.</param>
/// <param name="Environment">Resolved.</param>
/// <param name="Volumes">By name.</param>
internal sealed record ContainerInputs(
    int Attempt, ImageStatus Image, IReadOnlyList<EnvironmentVariable> Environment, IReadOnlyDictionary<string, MountedVolume> Volumes);
