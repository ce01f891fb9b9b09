using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for pod specifications, in pods and templates.</summary>
/// <remarks>As in upstream's <c>ValidatePodSpec</c>, in its order, with its paths.</remarks>
internal static class PodSpecRules
{
    private const int MaxHostnameLength = 64;

    /// <summary>A specification with its defaults filled in.</summary>
    /// <param name="podName">Null in a template.</param>
    /// <param name="leniency">What is taken as it is.</param>
    public static void Validate(V1PodSpec spec, string? podName, bool isPod, FieldPath path, FieldErrors errors, PodLeniency leniency = default)
    {
        var context = new PodContext(spec, isPod) { ClaimNames = ClaimRules.Names(spec.ResourceClaims), Leniency = leniency };
        if (spec.TerminationGracePeriodSeconds is null) { errors.Required(path.Child("terminationGracePeriodSeconds")); }
        context.Volumes = VolumeRules.Validate(spec.Volumes, podName, path, errors);
        ClaimRules.Validate(spec.ResourceClaims, leniency.IsMirror, path, errors);
        ContainerRules.Validate(context, path, errors);
        PodResourceRules.Validate(spec, path, errors);
        HostNetworkPorts(context, path, errors);
        Choices(spec, path, errors);
        MetadataRules.Labels(spec.NodeSelector, path.Child("nodeSelector"), errors);
        PodSecurityRules.Validate(spec, path, errors);
        if (spec.Affinity is not null) { AffinityRules.Validate(spec.Affinity, path.Child("affinity"), errors); }
        DnsRules.Validate(spec, path, errors);
        Gates(spec, path, errors);
        SpreadRules.Validate(spec.TopologySpreadConstraints, path, errors);
        WindowsRules.HostProcess(spec, path, errors);
        HostUsers(context, path, errors);
        if (spec.HostnameOverride is { } hostname) { HostnameOverride(hostname, spec, path.Child("hostnameOverride"), errors); }
        Names(spec, path, errors);
        TaintRules.Tolerations(spec.Tolerations, path, errors);
        HostAliases(spec.HostAliases, path, errors);
        Scheduling(spec, path, errors);
        OsRules.Validate(spec, path, errors);
        FileVolumeRules.Validate(spec, path, errors);
    }

    private static void Choices(V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        switch (spec.RestartPolicy)
        {
            case "Always" or "OnFailure" or "Never": break;
            case null or "": errors.Required(path.Child("restartPolicy")); break;
            default: errors.NotSupported(path.Child("restartPolicy"), spec.RestartPolicy, "Always", "OnFailure", "Never"); break;
        }

        switch (spec.DnsPolicy)
        {
            case "ClusterFirstWithHostNet" or "ClusterFirst" or "Default" or "None": break;
            case null or "": errors.Required(path.Child("dnsPolicy")); break;
            default: errors.NotSupported(path.Child("dnsPolicy"), spec.DnsPolicy, "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"); break;
        }
    }

    private static void HostNetworkPorts(PodContext context, FieldPath path, FieldErrors errors)
    {
        if (context.Spec.HostNetwork != true) { return; }
        for (var index = 0; index < (context.Spec.Containers?.Count ?? 0); index++)
        {
            var ports = context.Spec.Containers![index].Ports;
            for (var port = 0; port < (ports?.Count ?? 0); port++)
            {
                var (host, container) = (ports![port].HostPort ?? 0, ports[port].ContainerPort);
                if (host == container || (host == 0 && !context.IsPod)) { continue; }
                errors.Invalid(path.Child("containers").Index(index).Child("ports").Index(port).Child("hostPort"), host, "must match `containerPort` when `hostNetwork` is true");
            }
        }
    }

    private static void Gates(V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (spec.ReadinessGates?.Count ?? 0); index++)
        {
            TextRules.QualifiedName(spec.ReadinessGates![index].ConditionType ?? string.Empty, path.Child("readinessGates").Index(index).Child("conditionType"), errors);
        }

        for (var index = 0; index < (spec.SchedulingGates?.Count ?? 0); index++)
        {
            var name = spec.SchedulingGates![index].Name ?? string.Empty;
            TextRules.QualifiedName(name, path.Child("schedulingGates").Index(index), errors);
            for (var earlier = 0; earlier < index; earlier++)
            {
                if (spec.SchedulingGates[earlier].Name == name) { errors.Duplicate(path.Child("schedulingGates").Index(index), name); }
            }
        }
    }

    private static void HostUsers(PodContext context, FieldPath path, FieldErrors errors)
    {
        const string OwnUsers = "when `hostUsers` is false";
        var spec = context.Spec;
        if (spec.HostUsers != false) { return; }
        if (spec.HostNetwork == true) { errors.Forbidden(path.Child("hostNetwork"), OwnUsers); }
        if (spec.HostPID == true) { errors.Forbidden(path.Child("HostPID"), OwnUsers); }
        if (spec.HostIPC == true) { errors.Forbidden(path.Child("HostIPC"), OwnUsers); }
        if (context.Leniency.MapsDevices) { return; }

        // The owner of a device cannot be mapped.
        for (var index = 0; index < (spec.InitContainers?.Count ?? 0); index++) { Devices(spec.InitContainers![index].VolumeDevices, "initContainers", index); }
        for (var index = 0; index < (spec.Containers?.Count ?? 0); index++) { Devices(spec.Containers![index].VolumeDevices, "containers", index); }
        for (var index = 0; index < (spec.EphemeralContainers?.Count ?? 0); index++) { Devices(spec.EphemeralContainers![index].VolumeDevices, "ephemeralContainers", index); }

        void Devices(IList<V1VolumeDevice>? devices, string field, int index)
        {
            if (devices is { Count: > 0 }) { errors.Forbidden(path.Child(field).Index(index).Child("volumeDevices"), OwnUsers); }
        }
    }

    private static void Names(V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        if (!string.IsNullOrEmpty(spec.ServiceAccountName)) { NameRules.DnsSubdomain(spec.ServiceAccountName, false, path.Child("serviceAccountName"), errors); }
        if (!string.IsNullOrEmpty(spec.NodeName)) { NameRules.DnsSubdomain(spec.NodeName, false, path.Child("nodeName"), errors); }
        if (spec.ActiveDeadlineSeconds is { } deadline) { NumberRules.Between(deadline, 1, int.MaxValue, path.Child("activeDeadlineSeconds"), errors); }
        if (!string.IsNullOrEmpty(spec.Hostname)) { NameRules.DnsLabel(spec.Hostname, false, path.Child("hostname"), errors); }
        if (!string.IsNullOrEmpty(spec.Subdomain)) { NameRules.DnsLabel(spec.Subdomain, false, path.Child("subdomain"), errors); }
    }

    private static void HostnameOverride(string hostname, V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        if (spec.SetHostnameAsFQDN == true) { errors.Forbidden(path, "may not be specified when setHostnameAsFQDN is true"); }
        if (spec.HostNetwork == true) { errors.Forbidden(path, "may not be specified when hostNetwork is true"); }
        if (hostname.Length > MaxHostnameLength) { errors.TooLong(path, MaxHostnameLength); }
        NameRules.DnsSubdomain(hostname, false, path, errors);
    }

    private static void HostAliases(IList<V1HostAlias>? aliases, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (aliases?.Count ?? 0); index++)
        {
            var alias = aliases![index];
            IpRules.Address(alias.Ip, path.Child("hostAliases").Index(index).Child("ip"), errors);
            for (var name = 0; name < (alias.Hostnames?.Count ?? 0); name++)
            {
                NameRules.DnsSubdomain(alias.Hostnames![name] ?? string.Empty, false, path.Child("hostAliases").Index(index).Child("hostnames").Index(name), errors);
            }
        }
    }

    private static void Scheduling(V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        if (!string.IsNullOrEmpty(spec.PriorityClassName)) { NameRules.DnsSubdomain(spec.PriorityClassName, false, path.Child("priorityClassName"), errors); }
        if (spec.RuntimeClassName is { } runtimeClass) { NameRules.DnsSubdomain(runtimeClass, false, path.Child("runtimeClassName"), errors); }
        switch (spec.PreemptionPolicy)
        {
            case null or "PreemptLowerPriority" or "Never": break;
            case "": errors.Required(path.Child("preemptionPolicy")); break;
            default: errors.NotSupported(path.Child("preemptionPolicy"), spec.PreemptionPolicy, "PreemptLowerPriority", "Never"); break;
        }

        if (spec.Overhead is not null) { ResourceRules.Limits(spec.Overhead, path.Child("overhead"), errors); }
    }
}
