using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;

namespace Orch.ApiServer.Kinds.Core.Volumes;

/// <summary>What a claim means where it says nothing.</summary>
internal static class PersistentVolumeClaimDefaults
{
    /// <summary>Fills a claim, or the template of one.</summary>
    public static void Apply(V1PersistentVolumeClaim claim)
    {
        claim.Spec ??= new V1PersistentVolumeClaimSpec();
        claim.Status ??= new V1PersistentVolumeClaimStatus();
        if (string.IsNullOrEmpty(claim.Status.Phase)) { claim.Status.Phase = "Pending"; }
        Apply(claim.Spec);
        ContainerDefaults.RoundUp(claim.Status.Capacity);
        ContainerDefaults.RoundUp(claim.Status.AllocatedResources);
    }

    /// <summary>Fills what is asked for.</summary>
    public static void Apply(V1PersistentVolumeClaimSpec spec)
    {
        if (string.IsNullOrEmpty(spec.VolumeMode)) { spec.VolumeMode = "Filesystem"; }

        // Upstream always shows resources, be they empty.
        spec.Resources ??= new V1VolumeResourceRequirements();
        ContainerDefaults.RoundUp(spec.Resources.Limits);
        ContainerDefaults.RoundUp(spec.Resources.Requests);
    }

    /// <summary>Brings the old and the new field for a source into step, so that clients of either see it.</summary>
    /// <param name="old">Null for a new claim.</param>
    public static void Sources(V1PersistentVolumeClaimSpec spec, V1PersistentVolumeClaimSpec? old)
    {
        // Sources in other namespaces are not offered.
        if (spec.DataSourceRef is { } reference && old?.DataSourceRef is null) { reference.NamespaceProperty = null; }

        // The old field never took anything but claims and snapshots.
        if (spec.DataSource is { } given && old?.DataSource is null && !IsClaimOrSnapshot(given)) { spec.DataSource = null; }
        if (!string.IsNullOrEmpty(spec.DataSourceRef?.NamespaceProperty)) { return; }
        if (spec.DataSource is { } source && spec.DataSourceRef is null) { spec.DataSourceRef = new V1TypedObjectReference { ApiGroup = source.ApiGroup, Kind = source.Kind, Name = source.Name }; }
        else if (spec.DataSourceRef is { } wanted && spec.DataSource is null) { spec.DataSource = new V1TypedLocalObjectReference { ApiGroup = wanted.ApiGroup, Kind = wanted.Kind, Name = wanted.Name }; }
    }

    private static bool IsClaimOrSnapshot(V1TypedLocalObjectReference source)
        => (source.Kind == "PersistentVolumeClaim" && string.IsNullOrEmpty(source.ApiGroup)) || (source.Kind == "VolumeSnapshot" && source.ApiGroup == "snapshot.storage.k8s.io");
}
