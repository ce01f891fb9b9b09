using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>What is allowed in where a pod wants to be, and in what it mounts, but is hardly meant or on its way out.</summary>
internal static class PodPlacementWarnings
{
    private const string NullSelector = "a null labelSelector results in matching no pod";
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    /// <summary>Adds the texts about nodes and how pods spread over them, for a specification that lies at <paramref name="path"/>.</summary>
    public static void AddNodes(V1PodSpec spec, string path, List<string> texts)
    {
        if (spec.Affinity?.NodeAffinity is { } node) { Nodes(node, $"{path}.affinity.nodeAffinity", texts); }
        for (var index = 0; index < (spec.TopologySpreadConstraints?.Count ?? 0); index++)
        {
            var constraint = spec.TopologySpreadConstraints![index];
            if (PodWarnings.Renamed(constraint.TopologyKey) is { } text) { texts.Add($"{path}.topologySpreadConstraints[{index}].topologyKey: {constraint.TopologyKey} is {text}"); }
            if (constraint.LabelSelector is null) { texts.Add($"{path}.topologySpreadConstraints[{index}].labelSelector: {NullSelector}"); }
        }
    }

    /// <summary>Adds the texts about kinds of volumes.</summary>
    public static void AddVolumes(V1PodSpec spec, string path, List<string> texts)
    {
        for (var index = 0; index < (spec.Volumes?.Count ?? 0); index++) { Volume(spec.Volumes![index], path, index, texts); }
    }

    /// <summary>Adds the texts about other pods that this one wants to be near or away from.</summary>
    public static void AddPods(V1PodSpec spec, string path, List<string> texts)
    {
        if (spec.Affinity?.PodAffinity is { } pod)
        {
            Pods(pod.RequiredDuringSchedulingIgnoredDuringExecution, pod.PreferredDuringSchedulingIgnoredDuringExecution, $"{path}.affinity.podAffinity", texts);
        }

        if (spec.Affinity?.PodAntiAffinity is { } anti)
        {
            Pods(anti.RequiredDuringSchedulingIgnoredDuringExecution, anti.PreferredDuringSchedulingIgnoredDuringExecution, $"{path}.affinity.podAntiAffinity", texts);
        }
    }

    private static void Nodes(V1NodeAffinity affinity, string path, List<string> texts)
    {
        var terms = affinity.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms;
        for (var index = 0; index < (terms?.Count ?? 0); index++) { Term(terms![index], $"{path}.{Required}.nodeSelectorTerms[{index}]", false, texts); }
        var wishes = affinity.PreferredDuringSchedulingIgnoredDuringExecution;
        for (var index = 0; index < (wishes?.Count ?? 0); index++) { Term(wishes![index].Preference, $"{path}.{Preferred}[{index}].preference", true, texts); }
    }

    // Values that no label can have are refused where nodes must fit, and said where they had better.
    private static void Term(V1NodeSelectorTerm? term, string path, bool checksValues, List<string> texts)
    {
        for (var index = 0; index < (term?.MatchExpressions?.Count ?? 0); index++)
        {
            var key = term!.MatchExpressions![index].Key;
            if (PodWarnings.Renamed(key) is { } text) { texts.Add($"{path}.matchExpressions[{index}].key: {key} is {text}"); }
            var values = checksValues ? term.MatchExpressions[index].Values : null;
            for (var value = 0; value < (values?.Count ?? 0) && texts.Count < PodWarnings.MaxTexts; value++)
            {
                if (TextRules.LabelValueFault(values![value]) is { } fault) { texts.Add($"{path}.matchExpressions[{index}].values[{value}]: {values[value]} is invalid, {fault}"); }
            }
        }
    }

    private static void Pods(IList<V1PodAffinityTerm>? required, IList<V1WeightedPodAffinityTerm>? preferred, string path, List<string> texts)
    {
        for (var index = 0; index < (required?.Count ?? 0); index++)
        {
            if (required![index].LabelSelector is null) { texts.Add($"{path}.{Required}[{index}].labelSelector: {NullSelector}"); }
        }

        for (var index = 0; index < (preferred?.Count ?? 0); index++)
        {
            if (preferred![index].PodAffinityTerm is { LabelSelector: null }) { texts.Add($"{path}.{Preferred}[{index}].podAffinityTerm.labelSelector: {NullSelector}"); }
        }
    }

    private static void Volume(V1Volume volume, string path, int index, List<string> texts)
    {
        var fate = volume switch
        {
            { PhotonPersistentDisk: not null } => "photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+",
            { GitRepo: not null } => "gitRepo: deprecated in v1.11, and disabled by default in v1.33+",
            { ScaleIO: not null } => "scaleIO: deprecated in v1.16, non-functional in v1.22+",
            { Flocker: not null } => "flocker: deprecated in v1.22, non-functional in v1.25+",
            { Storageos: not null } => "storageOS: deprecated in v1.22, non-functional in v1.25+",
            { Quobyte: not null } => "quobyte: deprecated in v1.22, non-functional in v1.25+",
            { Glusterfs: not null } => "glusterfs: deprecated in v1.25, non-functional in v1.26+",
            { Cephfs: not null } => "cephfs: deprecated in v1.28, non-functional in v1.31+",
            { Rbd: not null } => "rbd: deprecated in v1.28, non-functional in v1.31+",
            _ => null,
        };
        if (fate is not null) { texts.Add($"{path}.volumes[{index}].{fate}"); }
        if (volume.Ephemeral?.VolumeClaimTemplate?.Spec is { } claim) { texts.AddRange(Volumes.PersistentVolumeClaimWarnings.For(claim, $"{path}.volumes[{index}].ephemeral.volumeClaimTemplate.spec")); }
    }
}
