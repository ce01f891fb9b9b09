using System.Globalization;
using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for a pod's lists of containers.</summary>
internal static class ContainerRules
{
    private const string OnlySidecars = "may not be set for init containers without restartPolicy=Always";
    private const string NotEphemeral = "cannot be set for an Ephemeral Container";

    /// <summary>App, init and debugging containers.</summary>
    public static void Validate(PodContext context, FieldPath path, FieldErrors errors)
    {
        var spec = context.Spec;
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (spec.Containers is not { Count: > 0 }) { errors.Required(path.Child("containers")); }
        else { Apps(spec.Containers, context, names, path.Child("containers"), errors); }
        if (spec.InitContainers is { Count: > 0 }) { Inits(spec.InitContainers, context, names, path.Child("initContainers"), errors); }
        if (spec.EphemeralContainers is { Count: > 0 }) { Ephemerals(spec.EphemeralContainers, context, names, path.Child("ephemeralContainers"), errors); }
    }

    /// <summary>What holds in pods alone, where nobody fills the image in any more.</summary>
    public static void OnlyForPod(V1Container container, FieldPath path, FieldErrors errors)
    {
        if (container.Image is { Length: > 0 } image && (char.IsWhiteSpace(image[0]) || char.IsWhiteSpace(image[^1])))
        {
            errors.Invalid(path.Child("image"), image, "must not have leading or trailing whitespace");
        }
    }

    private static void Apps(IList<V1Container> containers, PodContext context, HashSet<string> names, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < containers.Count; index++)
        {
            var (container, at) = (containers[index], path.Index(index));
            SingleContainerRules.Validate(container, context, at, errors);
            if (!names.Add(container.Name ?? string.Empty)) { errors.Duplicate(at.Child("name"), container.Name); }
            Lively(container, context, at, errors);
            RestartRules.Validate(container, at, errors);
        }

        HashSet<string>? ports = null;
        for (var index = 0; index < containers.Count; index++) { HostPorts(containers[index], path, index, ref ports, errors); }
    }

    private static void Inits(IList<V1Container> containers, PodContext context, HashSet<string> names, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < containers.Count; index++)
        {
            var (container, at) = (containers[index], path.Index(index));
            SingleContainerRules.Validate(container, context, at, errors);
            RestartRules.ValidateInit(container, at, errors);
            if (!string.IsNullOrEmpty(container.Name) && !names.Add(container.Name)) { errors.Duplicate(at.Child("name"), container.Name); }

            // They run one by one, so each has the ports for itself; the path is upstream's.
            HashSet<string>? ports = null;
            HostPorts(container, path, 0, ref ports, errors);
            if (container.RestartPolicy == "Always")
            {
                Lively(container, context, at, errors);
                continue;
            }

            OnceRun(container, context, at, errors);
        }
    }

    private static void OnceRun(V1Container container, PodContext context, FieldPath path, FieldErrors errors)
    {
        if (container.Lifecycle is not null) { errors.Forbidden(path.Child("lifecycle"), OnlySidecars); }
        if (container.LivenessProbe is not null) { errors.Forbidden(path.Child("livenessProbe"), OnlySidecars); }
        if (container.ReadinessProbe is not null) { errors.Forbidden(path.Child("readinessProbe"), OnlySidecars); }
        if (container.StartupProbe is not null) { errors.Forbidden(path.Child("startupProbe"), OnlySidecars); }
        if (context.Leniency.RestartsInits) { return; }
        for (var index = 0; index < (container.ResizePolicy?.Count ?? 0); index++)
        {
            if (container.ResizePolicy![index].RestartPolicy != "RestartContainer") { continue; }
            errors.Invalid(path.Child("resizePolicy").Index(index).Child("restartPolicy"), "RestartContainer", "must not be set to 'RestartContainer' for non-sidecar initContainers");
        }
    }

    private static void Ephemerals(IList<V1EphemeralContainer> containers, PodContext context, HashSet<string> names, FieldPath path, FieldErrors errors)
    {
        var targets = new HashSet<string>(names, StringComparer.Ordinal);
        for (var index = 0; index < containers.Count; index++)
        {
            var (debugger, at) = (containers[index], path.Index(index));
            var container = AsContainer(debugger);
            SingleContainerRules.Validate(container, context, at, errors);
            OnlyForPod(container, at, errors);
            if (!names.Add(debugger.Name ?? string.Empty)) { errors.Duplicate(at.Child("name"), debugger.Name); }
            if (!string.IsNullOrEmpty(debugger.TargetContainerName) && !targets.Contains(debugger.TargetContainerName)) { errors.NotFound(at.Child("targetContainerName"), debugger.TargetContainerName); }
            if (debugger.Ports is { Count: > 0 }) { errors.Forbidden(at.Child("ports"), NotEphemeral); }
            if (debugger.Resources is { } resources && (resources.Limits is { Count: > 0 } || resources.Requests is { Count: > 0 } || resources.Claims is { Count: > 0 })) { errors.Forbidden(at.Child("resources"), NotEphemeral); }
            if (debugger.ResizePolicy is { Count: > 0 }) { errors.Forbidden(at.Child("resizePolicy"), NotEphemeral); }
            if (debugger.RestartPolicy is not null) { errors.Forbidden(at.Child("restartPolicy"), NotEphemeral); }
            if (debugger.RestartPolicyRules is { Count: > 0 }) { errors.Forbidden(at.Child("restartPolicyRules"), NotEphemeral); }
            if (debugger.LivenessProbe is not null) { errors.Forbidden(at.Child("livenessProbe"), NotEphemeral); }
            if (debugger.ReadinessProbe is not null) { errors.Forbidden(at.Child("readinessProbe"), NotEphemeral); }
            if (debugger.StartupProbe is not null) { errors.Forbidden(at.Child("startupProbe"), NotEphemeral); }
            if (debugger.Lifecycle is not null) { errors.Forbidden(at.Child("lifecycle"), NotEphemeral); }
            for (var mount = 0; mount < (debugger.VolumeMounts?.Count ?? 0); mount++)
            {
                if (!string.IsNullOrEmpty(debugger.VolumeMounts![mount].SubPath)) { errors.Forbidden(at.Child("volumeMounts").Index(mount).Child("subPath"), NotEphemeral); }
                if (!string.IsNullOrEmpty(debugger.VolumeMounts[mount].SubPathExpr)) { errors.Forbidden(at.Child("volumeMounts").Index(mount).Child("subPathExpr"), NotEphemeral); }
            }
        }
    }

    private static void Lively(V1Container container, PodContext context, FieldPath path, FieldErrors errors)
    {
        var grace = context.Spec.TerminationGracePeriodSeconds;
        if (container.Lifecycle is { } lifecycle)
        {
            if (lifecycle.PostStart is { } start) { HandlerRules.Validate(start, grace, path.Child("lifecycle").Child("postStart"), errors); }
            if (lifecycle.PreStop is { } stop) { HandlerRules.Validate(stop, grace, path.Child("lifecycle").Child("preStop"), errors); }
            if (lifecycle.StopSignal is { } signal) { StopSignalRules.Validate(signal, context.Spec.Os, path.Child("lifecycle").Child("stopSignal"), errors); }
        }

        if (container.LivenessProbe is { } liveness) { ProbeRules.OneSuccess(liveness, path.Child("livenessProbe"), errors); }
        if (container.ReadinessProbe is { } readiness) { ProbeRules.Readiness(readiness, path.Child("readinessProbe"), errors); }
        if (container.StartupProbe is { } startup) { ProbeRules.OneSuccess(startup, path.Child("startupProbe"), errors); }
    }

    private static void HostPorts(V1Container container, FieldPath path, int index, ref HashSet<string>? seen, FieldErrors errors)
    {
        for (var item = 0; item < (container.Ports?.Count ?? 0); item++)
        {
            var port = container.Ports![item];
            if (port.HostPort is null or 0) { continue; }
            seen ??= new HashSet<string>(StringComparer.Ordinal);
            var key = string.Create(CultureInfo.InvariantCulture, $"{port.Protocol}/{port.HostIP}/{port.HostPort}");
            if (!seen.Add(key)) { errors.Duplicate(path.Index(index).Child("ports").Index(item).Child("hostPort"), key); }
        }
    }

    // The two models have the same fields but no common base.
    private static V1Container AsContainer(V1EphemeralContainer container) => new()
    {
        Name = container.Name,
        Image = container.Image,
        ImagePullPolicy = container.ImagePullPolicy,
        Env = container.Env,
        EnvFrom = container.EnvFrom,
        Ports = container.Ports,
        Resources = container.Resources,
        ResizePolicy = container.ResizePolicy,
        SecurityContext = container.SecurityContext,
        TerminationMessagePolicy = container.TerminationMessagePolicy,
        VolumeDevices = container.VolumeDevices,
        VolumeMounts = container.VolumeMounts,
    };
}
