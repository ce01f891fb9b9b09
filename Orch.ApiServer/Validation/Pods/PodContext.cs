using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>What the rules for parts of a pod need to know of the rest.</summary>
/// <param name="Spec">The whole specification.</param>
/// <param name="IsPod">False in a template, where some values are filled in later.</param>
internal sealed record PodContext(V1PodSpec Spec, bool IsPod)
{
    private static readonly Dictionary<string, V1Volume> NoVolumes = [];

    /// <summary>The volumes without fault, by name.</summary>
    public Dictionary<string, V1Volume> Volumes { get; set; } = NoVolumes;

    /// <summary>The names of the resource claims.</summary>
    public IReadOnlyCollection<string> ClaimNames { get; init; } = [];

    /// <summary>What is taken as it is.</summary>
    public PodLeniency Leniency { get; init; }

    /// <summary>Whether users of the pod are users of the node; so by default.</summary>
    public bool HasHostUsers => Spec.HostUsers != false;
}
