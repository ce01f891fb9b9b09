using k8s.Models;
using Orch.Resources;
using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>What a pod's spec says, defaults filled in.</summary>
internal static class PodFacts
{
    public const string RestartAlways = "Always";
    public const string RestartOnFailure = "OnFailure";
    public const string RestartNever = "Never";
    public const long DefaultGraceSeconds = 30;

    /// <summary><c>name_namespace(uid)</c>, as upstream's messages name a pod.</summary>
    public static string Describe(this V1Pod pod) => $"{pod.Metadata.Name}_{pod.Metadata.NamespaceProperty}({pod.Metadata.Uid})";

    public static PodReference Reference(this V1Pod pod) => new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, pod.Metadata.Uid);

    public static string RestartPolicy(this V1Pod pod) => pod.Spec.RestartPolicy ?? RestartAlways;

    public static IList<V1Container> InitContainers(this V1Pod pod) => pod.Spec.InitContainers ?? [];

    public static bool IsSidecar(this V1Container container) => PodState.IsSidecar(container);

    public static bool IsHostNetwork(this V1Pod pod) => pod.Spec.HostNetwork == true;

    public static bool IsFinished(this V1Pod pod) => PodState.IsTerminated(pod);

    public static TimeSpan GracePeriod(this V1Pod pod)
        => TimeSpan.FromSeconds(Math.Min(int.MaxValue, pod.Metadata.DeletionGracePeriodSeconds ?? pod.Spec.TerminationGracePeriodSeconds ?? DefaultGraceSeconds));

    /// <summary>Init, app and ephemeral containers, in this order, the last ones as ordinary containers.</summary>
    public static IEnumerable<V1Container> AllContainers(this V1Pod pod)
        => pod.InitContainers().Concat(pod.Spec.Containers).Concat(pod.EphemeralContainers());

    public static IEnumerable<V1Container> EphemeralContainers(this V1Pod pod)
        => pod.Spec.EphemeralContainers is { } list ? list.Select(AsContainer) : [];

    public static V1Container? FindContainer(this V1Pod pod, string name) => pod.AllContainers().FirstOrDefault(c => c.Name == name);

    /// <summary>The path that points an event at a container: <c>spec.containers{web}</c>.</summary>
    public static string FieldPath(this V1Pod pod, string containerName)
        => pod.InitContainers().Any(c => c.Name == containerName) ? $"spec.initContainers{{{containerName}}}"
            : pod.Spec.EphemeralContainers?.Any(c => c.Name == containerName) == true ? $"spec.ephemeralContainers{{{containerName}}}"
            : $"spec.containers{{{containerName}}}";

    /// <summary>What happens when a container ends with a code: it may come back.</summary>
    public static bool RestartsAfter(this V1Pod pod, V1Container container, int exitCode)
        => (container.IsSidecar() ? RestartAlways : pod.RestartPolicy()) switch
        {
            RestartNever => false,
            RestartOnFailure => exitCode != 0,
            _ => true,
        };

    public static ObjectKey Key(V1Pod pod) => new(pod.Metadata.NamespaceProperty ?? string.Empty, pod.Metadata.Name);

    private static V1Container AsContainer(V1EphemeralContainer source) => new()
    {
        Name = source.Name,
        Image = source.Image,
        ImagePullPolicy = source.ImagePullPolicy,
        Command = source.Command,
        Args = source.Args,
        WorkingDir = source.WorkingDir,
        Env = source.Env,
        EnvFrom = source.EnvFrom,
        Resources = source.Resources,
        VolumeMounts = source.VolumeMounts,
        SecurityContext = source.SecurityContext,
        Stdin = source.Stdin,
        StdinOnce = source.StdinOnce,
        Tty = source.Tty,
        TerminationMessagePath = source.TerminationMessagePath,
        TerminationMessagePolicy = source.TerminationMessagePolicy,
    };
}
