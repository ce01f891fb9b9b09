using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Apps;

/// <summary>The rules for stateful sets.</summary>
internal static class StatefulSetRules
{
    private const string Changeable = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>What is wanted of a new one.</summary>
    public static void Validate(V1StatefulSetSpec spec, FieldErrors errors)
    {
        Common(spec, isNew: true, looksAtTemplate: true, errors);
    }

    /// <summary>A change. What cannot change is not looked at again, nor is the template of a set that already had faults.</summary>
    public static void ValidateUpdate(V1StatefulSetSpec spec, V1StatefulSetSpec old, FieldErrors errors)
    {
        var found = new FieldErrors();
        Common(spec, isNew: false, looksAtTemplate: true, found);
        if (found.Count > 0 && HadFaults(old)) { Common(spec, isNew: false, looksAtTemplate: false, errors); }
        else { errors.AddRange(found); }
        var allowed = spec with
        {
            Replicas = old.Replicas,
            Template = old.Template,
            UpdateStrategy = old.UpdateStrategy,
            MinReadySeconds = old.MinReadySeconds,
            Ordinals = old.Ordinals,
            RevisionHistoryLimit = old.RevisionHistoryLimit,
            PersistentVolumeClaimRetentionPolicy = old.PersistentVolumeClaimRetentionPolicy,
        };
        if (!ContentEquality.Same(allowed, old)) { errors.Forbidden(Spec, Changeable); }
    }

    /// <summary>What is reported.</summary>
    public static void ValidateStatus(V1StatefulSetStatus? status, V1StatefulSetStatus? old, FieldErrors errors)
    {
        if (status is null) { return; }
        NumberRules.NotNegative(status.Replicas, Status, "replicas", errors);
        NumberRules.NotNegative(status.ReadyReplicas, Status, "readyReplicas", errors);
        NumberRules.NotNegative(status.CurrentReplicas, Status, "currentReplicas", errors);
        NumberRules.NotNegative(status.UpdatedReplicas, Status, "updatedReplicas", errors);
        NumberRules.NotNegative(status.AvailableReplicas, Status, "availableReplicas", errors);
        NumberRules.NotNegative(status.ObservedGeneration, Status, "observedGeneration", errors);
        NumberRules.NotNegative(status.CollisionCount, Status, "collisionCount", errors);
        ReplicaCounts.NotMore(status.ReadyReplicas, status.Replicas, "readyReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.CurrentReplicas, status.Replicas, "currentReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.UpdatedReplicas, status.Replicas, "updatedReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.AvailableReplicas, status.Replicas, "availableReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.AvailableReplicas, status.ReadyReplicas, "availableReplicas", "cannot be greater than status.readyReplicas", errors);
        ReplicaCounts.NotLess(status.CollisionCount, old?.CollisionCount, "collisionCount", errors);
    }

    private static bool HadFaults(V1StatefulSetSpec old)
    {
        var faults = new FieldErrors();
        Common(old, isNew: false, looksAtTemplate: true, faults);
        return faults.Count > 0;
    }

    private static void Common(V1StatefulSetSpec spec, bool isNew, bool looksAtTemplate, FieldErrors errors)
    {
        if (spec.PodManagementPolicy is not ("OrderedReady" or "Parallel"))
        {
            errors.Invalid(Spec.Child("podManagementPolicy"), spec.PodManagementPolicy, "must be 'OrderedReady' or 'Parallel'");
        }

        Strategy(spec.UpdateStrategy, Spec.Child("updateStrategy"), errors);
        Retention(spec.PersistentVolumeClaimRetentionPolicy, Spec.Child("persistentVolumeClaimRetentionPolicy"), errors);
        if (isNew) { Claims(spec.VolumeClaimTemplates, Spec.Child("volumeClaimTemplates"), errors); }
        NumberRules.NotNegative(spec.Replicas, Spec, "replicas", errors);
        NumberRules.NotNegative(spec.MinReadySeconds, Spec, "minReadySeconds", errors);
        NumberRules.NotNegative(spec.Ordinals?.Start, Spec, "ordinals.start", errors);
        if (isNew && !string.IsNullOrEmpty(spec.ServiceName)) { NameRules.DnsLabel(spec.ServiceName, false, Spec.Child("serviceName"), errors); }
        if (PodTemplateRules.Selector(spec.Selector, Spec.Child("selector"), errors, "statefulset", string.Empty)) { Template(spec, looksAtTemplate, Spec.Child("template"), errors); }
        PodTemplateRules.RunsForEver(spec.Template, "StatefulSet", Spec.Child("template"), errors);
    }

    // Labels and annotations are looked at once more, as upstream does.
    private static void Template(V1StatefulSetSpec spec, bool looksAtIt, FieldPath path, FieldErrors errors)
    {
        PodTemplateRules.PickedBy(spec.Template, spec.Selector, path, errors);
        if (looksAtIt) { PodTemplateRules.Validate(AsRun(spec), path, errors); }
        if (spec.Template is not { } template) { return; }
        MetadataRules.Labels(template.Metadata?.Labels, path.Child("labels"), errors);
        MetadataRules.Annotations(template.Metadata?.Annotations, path.Child("annotations"), errors);
        if (template.Spec is not null) { PodAnnotationRules.Validate(template.Metadata?.Annotations, template.Spec, path.Child("annotations"), errors); }
    }

    // The controller names the pods and their hosts itself, and each claim template gives them a volume of its name, in place of one that they have themselves.
    private static V1PodTemplateSpec? AsRun(V1StatefulSetSpec spec)
    {
        if (spec.Template?.Spec is not { } pod) { return spec.Template; }
        if (spec.VolumeClaimTemplates is not { Count: > 0 } claims)
        {
            return pod is { Hostname: null, Subdomain: null } ? spec.Template : spec.Template with { Spec = pod with { Hostname = null, Subdomain = null } };
        }

        var names = claims.Select(static claim => claim?.Metadata?.Name ?? string.Empty).Distinct().ToList();
        var own = (pod.Volumes ?? []).Where(volume => !names.Contains(volume.Name ?? string.Empty));
        var claimed = names.Select(static name => new V1Volume { Name = name, PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = name } });
        return spec.Template with { Spec = pod with { Hostname = null, Subdomain = null, Volumes = [.. claimed, .. own] } };
    }

    private static void Claims(IList<V1PersistentVolumeClaim>? claims, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (claims?.Count ?? 0); index++)
        {
            ClaimSpecRules.Validate(claims![index]?.Spec, path.Index(index).Child("spec"), errors);
        }
    }

    private static void Strategy(V1StatefulSetUpdateStrategy strategy, FieldPath path, FieldErrors errors)
    {
        switch (strategy.Type)
        {
            case "OnDelete":
                if (strategy.RollingUpdate is { } unused) { errors.Invalid(path.Child("rollingUpdate"), unused, "only allowed for updateStrategy 'RollingUpdate'"); }
                break;
            case "RollingUpdate":
                if (strategy.RollingUpdate is { } rolling) { Rolling(rolling, path.Child("rollingUpdate"), errors); }
                break;
            default:
                errors.Invalid(path, strategy, "must be 'RollingUpdate' or 'OnDelete'");
                break;
        }
    }

    private static void Rolling(V1RollingUpdateStatefulSetStrategy rolling, FieldPath path, FieldErrors errors)
    {
        NumberRules.NotNegative(rolling.Partition, path, "partition", errors);
        if (rolling.MaxUnavailable is not { } unavailable) { return; }
        NumberRules.CountOrPercent(unavailable, path.Child("maxUnavailable"), errors);
        if (NumberRules.IsZero(unavailable)) { errors.Invalid(path.Child("maxUnavailable"), unavailable, "cannot be 0"); }
        NumberRules.AtMostAll(unavailable, path.Child("maxUnavailable"), errors);
    }

    private static void Retention(V1StatefulSetPersistentVolumeClaimRetentionPolicy? policy, FieldPath path, FieldErrors errors)
    {
        if (policy is null) { return; }
        if (policy.WhenDeleted is not ("Retain" or "Delete")) { errors.NotSupported(path.Child("whenDeleted"), policy.WhenDeleted, "Retain", "Delete"); }
        if (policy.WhenScaled is not ("Retain" or "Delete")) { errors.NotSupported(path.Child("whenScaled"), policy.WhenScaled, "Retain", "Delete"); }
    }
}
