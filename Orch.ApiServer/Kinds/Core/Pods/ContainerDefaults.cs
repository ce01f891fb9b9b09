using k8s.Models;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>What a container means where it says nothing.</summary>
internal static class ContainerDefaults
{
    private const string MessagePath = "/dev/termination-log";

    /// <summary>Fills an init or app container.</summary>
    public static void Apply(V1Container container)
    {
        if (string.IsNullOrEmpty(container.ImagePullPolicy)) { container.ImagePullPolicy = ImageReference.PullPolicyFor(container.Image); }
        if (string.IsNullOrEmpty(container.TerminationMessagePath)) { container.TerminationMessagePath = MessagePath; }
        if (string.IsNullOrEmpty(container.TerminationMessagePolicy)) { container.TerminationMessagePolicy = "File"; }
        if (container.Stdin == false) { container.Stdin = null; }
        if (container.StdinOnce == false) { container.StdinOnce = null; }
        if (container.Tty == false) { container.Tty = null; }

        // Upstream always shows resources, be they empty.
        container.Resources ??= new V1ResourceRequirements();
        RoundUp(container.Resources.Limits);
        RoundUp(container.Resources.Requests);
        Ports(container.Ports);
        Env(container.Env);
        Mounts(container.VolumeMounts);
        Probes(container.LivenessProbe, container.ReadinessProbe, container.StartupProbe);
        Lifecycle(container.Lifecycle);
    }

    /// <summary>Fills a debugging container.</summary>
    public static void Apply(V1EphemeralContainer container)
    {
        if (string.IsNullOrEmpty(container.ImagePullPolicy)) { container.ImagePullPolicy = ImageReference.PullPolicyFor(container.Image); }
        if (string.IsNullOrEmpty(container.TerminationMessagePath)) { container.TerminationMessagePath = MessagePath; }
        if (string.IsNullOrEmpty(container.TerminationMessagePolicy)) { container.TerminationMessagePolicy = "File"; }
        if (container.Stdin == false) { container.Stdin = null; }
        if (container.StdinOnce == false) { container.StdinOnce = null; }
        if (container.Tty == false) { container.Tty = null; }
        container.Resources ??= new V1ResourceRequirements();
        Ports(container.Ports);
        Env(container.Env);
        Mounts(container.VolumeMounts);
        Probes(container.LivenessProbe, container.ReadinessProbe, container.StartupProbe);
        Lifecycle(container.Lifecycle);
    }

    /// <summary>Brings quantities finer than a thousandth up to the next one.</summary>
    public static void RoundUp(IDictionary<string, ResourceQuantity>? resources)
    {
        if (resources is not { Count: > 0 }) { return; }
        List<(string Name, ResourceQuantity Rounded)>? changes = null;
        foreach (var (name, quantity) in resources)
        {
            if (quantity is null) { continue; }
            var milli = quantity.ToDecimal() * 1000m;
            var rounded = milli < 0 ? decimal.Floor(milli) : decimal.Ceiling(milli);
            if (rounded != milli) { (changes ??= []).Add((name, new ResourceQuantity(rounded / 1000m, 0, quantity.Format))); }
        }

        foreach (var (name, rounded) in changes ?? []) { resources[name] = rounded; }
    }

    private static void Ports(IList<V1ContainerPort>? ports)
    {
        foreach (var port in ports ?? [])
        {
            if (string.IsNullOrEmpty(port.Protocol)) { port.Protocol = "TCP"; }
            if (port.HostPort == 0) { port.HostPort = null; }
        }
    }

    private static void Env(IList<V1EnvVar>? variables)
    {
        foreach (var variable in variables ?? [])
        {
            if (variable.ValueFrom is { } source) { VolumeDefaults.Sources(source.FieldRef, source.ResourceFieldRef); }
        }
    }

    private static void Mounts(IList<V1VolumeMount>? mounts)
    {
        foreach (var mount in mounts ?? [])
        {
            if (mount.ReadOnlyProperty == false) { mount.ReadOnlyProperty = null; }
        }
    }

    private static void Probes(V1Probe? liveness, V1Probe? readiness, V1Probe? startup)
    {
        Probe(liveness);
        Probe(readiness);
        Probe(startup);
    }

    private static void Probe(V1Probe? probe)
    {
        if (probe is null) { return; }
        if (probe.InitialDelaySeconds == 0) { probe.InitialDelaySeconds = null; }
        if (probe.TimeoutSeconds is null or 0) { probe.TimeoutSeconds = 1; }
        if (probe.PeriodSeconds is null or 0) { probe.PeriodSeconds = 10; }
        if (probe.SuccessThreshold is null or 0) { probe.SuccessThreshold = 1; }
        if (probe.FailureThreshold is null or 0) { probe.FailureThreshold = 3; }
        if (probe.Grpc is { } grpc) { grpc.Service ??= string.Empty; }
        Http(probe.HttpGet);
    }

    private static void Lifecycle(V1Lifecycle? lifecycle)
    {
        Http(lifecycle?.PostStart?.HttpGet);
        Http(lifecycle?.PreStop?.HttpGet);
    }

    private static void Http(V1HTTPGetAction? action)
    {
        if (action is null) { return; }
        if (string.IsNullOrEmpty(action.Path)) { action.Path = "/"; }
        if (string.IsNullOrEmpty(action.Scheme)) { action.Scheme = "HTTP"; }
    }
}
