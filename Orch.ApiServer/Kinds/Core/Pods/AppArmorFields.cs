using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>Annotations that once chose the AppArmor profile of a container, turned into the field that does so now.</summary>
internal static class AppArmorFields
{
    /// <summary>What an annotation's key begins with; the container's name follows.</summary>
    public const string Annotation = "container.apparmor.security.beta.kubernetes.io/";

    /// <summary>What is said of it.</summary>
    public const string Deprecated = "deprecated since v1.30; use the \"appArmorProfile\" field instead";

    private const string Local = "localhost/";
    private const int MaxPathLength = 4095;

    /// <summary>Fills in the field of each container of a new pod that has the annotation alone, and says so.</summary>
    public static void Fill(V1Pod pod, ICollection<string> warnings)
    {
        if (pod.Metadata.Annotations is not { Count: > 0 } annotations || pod.Spec.Os?.Name == "windows") { return; }
        foreach (var container in pod.Spec.InitContainers ?? []) { container.SecurityContext = Filled(container.Name, container.SecurityContext, pod.Spec, annotations, warnings); }
        foreach (var container in pod.Spec.Containers ?? []) { container.SecurityContext = Filled(container.Name, container.SecurityContext, pod.Spec, annotations, warnings); }
        foreach (var container in pod.Spec.EphemeralContainers ?? []) { container.SecurityContext = Filled(container.Name, container.SecurityContext, pod.Spec, annotations, warnings); }
    }

    private static V1SecurityContext? Filled(string? name, V1SecurityContext? context, V1PodSpec spec, IDictionary<string, string> annotations, ICollection<string> warnings)
    {
        if (context?.AppArmorProfile is not null || !annotations.TryGetValue(Annotation + name, out var annotation)) { return context; }
        var profile = ProfileOf(annotation ?? string.Empty);
        var isOfPod = profile is not null && ContentEquality.Same(profile, spec.SecurityContext?.AppArmorProfile);
        if (isOfPod) { return context; }
        warnings.Add($"metadata.annotations[{Annotation}{name}]: {Deprecated}");
        if (profile is null) { return context; }
        context ??= new V1SecurityContext();
        context.AppArmorProfile = profile;
        return context;
    }

    private static V1AppArmorProfile? ProfileOf(string annotation) => annotation switch
    {
        "unconfined" => new V1AppArmorProfile { Type = "Unconfined" },
        "runtime/default" => new V1AppArmorProfile { Type = "RuntimeDefault" },
        _ when annotation.StartsWith(Local, StringComparison.Ordinal) && annotation[Local.Length..] is { Length: > 0 and <= MaxPathLength } path && path.Trim().Length == path.Length
            => new V1AppArmorProfile { Type = "Localhost", LocalhostProfile = path },
        _ => null,
    };
}
