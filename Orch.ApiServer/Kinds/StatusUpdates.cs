using k8s.Models;

namespace Orch.ApiServer.Kinds;

/// <summary>What a write of a status leaves as it is.</summary>
internal static class StatusUpdates
{
    /// <summary>Takes from the old metadata what a client may otherwise change.</summary>
    public static void KeepMetadata(V1ObjectMeta value, V1ObjectMeta old)
    {
        value.Labels = old.Labels;
        value.Annotations = old.Annotations;
        value.Finalizers = old.Finalizers;
        value.OwnerReferences = old.OwnerReferences;
    }
}
