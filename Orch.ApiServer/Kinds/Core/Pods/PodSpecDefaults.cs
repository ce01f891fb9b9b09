using k8s.Models;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>What a pod specification means where it says nothing; the same for pods and templates.</summary>
/// <remarks>Optional flags and numbers that upstream leaves out when they are false or zero are made absent, so that equal specifications have one form.</remarks>
internal static class PodSpecDefaults
{
    /// <summary>Fills a template; an absent one stays absent.</summary>
    public static void Apply(V1PodTemplateSpec? template)
    {
        if (template?.Spec is { } spec) { Apply(spec); }
    }

    /// <summary>Fills a specification.</summary>
    public static void Apply(V1PodSpec spec)
    {
        if (string.IsNullOrEmpty(spec.DnsPolicy)) { spec.DnsPolicy = "ClusterFirst"; }
        if (string.IsNullOrEmpty(spec.RestartPolicy)) { spec.RestartPolicy = "Always"; }
        if (string.IsNullOrEmpty(spec.SchedulerName)) { spec.SchedulerName = "default-scheduler"; }
        spec.SecurityContext ??= new V1PodSecurityContext();
        spec.TerminationGracePeriodSeconds ??= 30;

        // The older name of the field is kept in step, since old clients read it.
        if (string.IsNullOrEmpty(spec.ServiceAccountName)) { spec.ServiceAccountName = spec.ServiceAccount; }
        spec.ServiceAccount = spec.ServiceAccountName;
        if (spec.HostNetwork == false) { spec.HostNetwork = null; }
        if (spec.HostPID == false) { spec.HostPID = null; }
        if (spec.HostIPC == false) { spec.HostIPC = null; }

        foreach (var container in spec.InitContainers ?? []) { ContainerDefaults.Apply(container); }
        foreach (var container in spec.Containers ?? []) { ContainerDefaults.Apply(container); }
        foreach (var container in spec.EphemeralContainers ?? []) { ContainerDefaults.Apply(container); }
        foreach (var volume in spec.Volumes ?? []) { VolumeDefaults.Apply(volume); }
        ContainerDefaults.RoundUp(spec.Overhead);
        if (spec.Resources is { } resources)
        {
            ContainerDefaults.RoundUp(resources.Limits);
            ContainerDefaults.RoundUp(resources.Requests);
        }
    }
}
