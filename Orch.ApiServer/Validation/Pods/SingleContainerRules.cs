using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for one container of any sort.</summary>
internal static class SingleContainerRules
{
    /// <summary>Name, image, ports, environment, mounts, resources and rights.</summary>
    public static void Validate(V1Container container, PodContext context, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(container.Name)) { errors.Required(path.Child("name")); }
        else if (container.Name.Length > 63 || !NameRules.IsLabel(container.Name)) { NameRules.DnsLabel(container.Name, false, path.Child("name"), errors); }
        if (string.IsNullOrEmpty(container.Image)) { errors.Required(path.Child("image")); }
        switch (container.TerminationMessagePolicy)
        {
            case "File" or "FallbackToLogsOnError": break;
            case null or "": errors.Required(path.Child("terminationMessagePolicy")); break;
            default: errors.NotSupported(path.Child("terminationMessagePolicy"), container.TerminationMessagePolicy, "File", "FallbackToLogsOnError"); break;
        }

        Ports(container.Ports, path, errors);
        EnvRules.Validate(container, path, errors);
        MountRules.Validate(container, context, path, errors);
        PullPolicy(container.ImagePullPolicy, path.Child("imagePullPolicy"), errors);
        if (container.Resources is { } resources) { ResourceRules.Validate(resources, context.ClaimNames, path.Child("resources"), errors); }
        ResizePolicies(container.ResizePolicy, context.Spec.RestartPolicy, path, errors);
        if (container.SecurityContext is { } security) { SecurityContextRules.Validate(security, context.HasHostUsers, path.Child("securityContext"), errors); }
    }

    /// <summary>When an image is pulled.</summary>
    public static void PullPolicy(string? policy, FieldPath path, FieldErrors errors)
    {
        switch (policy)
        {
            case "Always" or "IfNotPresent" or "Never": break;
            case null or "": errors.Required(path); break;
            default: errors.NotSupported(path, policy, "Always", "IfNotPresent", "Never"); break;
        }
    }

    private static void Ports(IList<V1ContainerPort>? ports, FieldPath parent, FieldErrors errors)
    {
        if (ports is not { Count: > 0 }) { return; }
        HashSet<string>? names = null;
        for (var index = 0; index < ports.Count; index++)
        {
            var (port, path) = (ports[index], parent.Child("ports").Index(index));
            if (!string.IsNullOrEmpty(port.Name))
            {
                var before = errors.Count;
                TextRules.PortName(port.Name, path.Child("name"), errors);
                names ??= new HashSet<string>(StringComparer.Ordinal);
                if (errors.Count == before && !names.Add(port.Name)) { errors.Duplicate(path.Child("name"), port.Name); }
            }

            if (port.ContainerPort == 0) { errors.Required(path.Child("containerPort")); }
            else { NumberRules.Port(port.ContainerPort, path, "containerPort", errors); }
            if (port.HostPort is { } host and not 0) { NumberRules.Port(host, path, "hostPort", errors); }
            switch (port.Protocol)
            {
                case "TCP" or "UDP" or "SCTP": break;
                case null or "": errors.Required(path.Child("protocol")); break;
                default: errors.NotSupported(path.Child("protocol"), port.Protocol, "SCTP", "TCP", "UDP"); break;
            }
        }
    }

    private static void ResizePolicies(IList<V1ContainerResizePolicy>? policies, string? podRestartPolicy, FieldPath parent, FieldErrors errors)
    {
        if (policies is not { Count: > 0 }) { return; }
        var path = parent.Child("resizePolicy");
        var seen = new HashSet<string>();
        for (var index = 0; index < policies.Count; index++)
        {
            var policy = policies[index];
            if (!seen.Add(policy.ResourceName ?? string.Empty)) { errors.Duplicate(path.Index(index), policy.ResourceName); }
            if (string.IsNullOrEmpty(policy.ResourceName)) { errors.Required(path); }
            else if (policy.ResourceName is not ("cpu" or "memory")) { errors.NotSupported(path, policy.ResourceName, "cpu", "memory"); }
            if (string.IsNullOrEmpty(policy.RestartPolicy)) { errors.Required(path); }
            else if (policy.RestartPolicy is not ("NotRequired" or "RestartContainer")) { errors.NotSupported(path, policy.RestartPolicy, "NotRequired", "RestartContainer"); }
            if (podRestartPolicy == "Never" && policy.RestartPolicy != "NotRequired") { errors.Invalid(path, policy.RestartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"); }
        }
    }
}
