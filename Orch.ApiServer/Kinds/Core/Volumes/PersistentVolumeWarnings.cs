using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;

namespace Orch.ApiServer.Kinds.Core.Volumes;

/// <summary>What is allowed in a volume but is on its way out.</summary>
internal static class PersistentVolumeWarnings
{
    /// <summary>The texts.</summary>
    public static IEnumerable<string> For(V1PersistentVolume volume)
    {
        if (volume.Metadata.Annotations?.ContainsKey(VolumeAnnotations.StorageClass) == true)
        {
            yield return $"metadata.annotations[{VolumeAnnotations.StorageClass}]: deprecated since v1.8; use \"storageClassName\" attribute instead";
        }

        if (volume.Metadata.Annotations?.ContainsKey(VolumeAnnotations.MountOptions) == true)
        {
            yield return $"metadata.annotations[{VolumeAnnotations.MountOptions}]: deprecated since v1.31; use \"mountOptions\" attribute instead";
        }

        var spec = volume.Spec;
        if (spec.PersistentVolumeReclaimPolicy == "Recycle")
        {
            yield return "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.";
        }

        var terms = spec.NodeAffinity?.Required?.NodeSelectorTerms;
        for (var term = 0; term < (terms?.Count ?? 0); term++)
        {
            for (var index = 0; index < (terms![term].MatchExpressions?.Count ?? 0); index++)
            {
                if (PodWarnings.Renamed(terms[term].MatchExpressions![index].Key) is { } text) { yield return $"spec.nodeAffinity.required.nodeSelectorTerms[{term}].matchExpressions[{index}].key: {terms[term].MatchExpressions![index].Key} is {text}"; }
            }
        }

        if (spec.PhotonPersistentDisk is not null) { yield return "spec.photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+"; }
        if (spec.ScaleIO is not null) { yield return "spec.scaleIO: deprecated in v1.16, non-functional in v1.22+"; }
        if (spec.Storageos is not null) { yield return "spec.storageOS: deprecated in v1.22, non-functional in v1.25+"; }
        if (spec.Glusterfs is not null) { yield return "spec.glusterfs: deprecated in v1.25, non-functional in v1.26+"; }
        if (spec.Cephfs is not null) { yield return "spec.cephfs: deprecated in v1.28, non-functional in v1.31+"; }
        if (spec.Rbd is not null) { yield return "spec.rbd: deprecated in v1.28, non-functional in v1.31+"; }
    }
}
