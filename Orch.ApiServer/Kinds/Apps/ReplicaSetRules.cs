using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Apps;

/// <summary>The rules for replica sets.</summary>
internal static class ReplicaSetRules
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>What is wanted.</summary>
    public static void Validate(V1ReplicaSetSpec spec, FieldErrors errors)
    {
        NumberRules.NotNegative(spec.Replicas, Spec, "replicas", errors);
        NumberRules.NotNegative(spec.MinReadySeconds, Spec, "minReadySeconds", errors);
        if (PodTemplateRules.Selector(spec.Selector, Spec.Child("selector"), errors)) { PodTemplateRules.ValidateReplicated(spec.Template, spec.Selector, Spec.Child("template"), errors); }
    }

    /// <summary>What is reported.</summary>
    public static void ValidateStatus(V1ReplicaSetStatus? status, FieldErrors errors)
    {
        if (status is null) { return; }
        NumberRules.NotNegative(status.Replicas, Status, "replicas", errors);
        NumberRules.NotNegative(status.FullyLabeledReplicas, Status, "fullyLabeledReplicas", errors);
        NumberRules.NotNegative(status.ReadyReplicas, Status, "readyReplicas", errors);
        NumberRules.NotNegative(status.AvailableReplicas, Status, "availableReplicas", errors);
        NumberRules.NotNegative(status.ObservedGeneration, Status, "observedGeneration", errors);
        NumberRules.NotNegative(status.TerminatingReplicas, Status, "terminatingReplicas", errors);
        ReplicaCounts.NotMore(status.FullyLabeledReplicas, status.Replicas, "fullyLabeledReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.ReadyReplicas, status.Replicas, "readyReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.AvailableReplicas, status.Replicas, "availableReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.AvailableReplicas, status.ReadyReplicas, "availableReplicas", ReplicaCounts.ThanReady, errors);
    }
}
