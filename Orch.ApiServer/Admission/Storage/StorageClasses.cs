using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Admission.Storage;

/// <summary>How claims name their class.</summary>
internal static class StorageClasses
{
    /// <summary>The older place of the name, which still counts first.</summary>
    public const string Annotation = "volume.beta.kubernetes.io/storage-class";

    /// <summary>The name; empty for none.</summary>
    public static string Of(V1PersistentVolumeClaim claim) => claim.Annotation(Annotation) ?? claim.Spec?.StorageClassName ?? string.Empty;
}
