using k8s;
using k8s.Models;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>core/v1 Pod.</summary>
internal sealed class PodDeclaration() : ResourceDeclaration<V1Pod>("pods", ResourceScope.Namespaced)
{
    private static readonly FieldPath PodIps = FieldPath.Of("status").Child("podIPs");
    private static readonly FieldPath HostIps = FieldPath.Of("status").Child("hostIPs");

    public override IReadOnlyList<string> ShortNames { get; } = ["po"];

    public override IReadOnlyList<string> Categories { get; } = ["all"];

    public override bool HasStatus => true;

    internal override RowCondition? RowConditionOf(object value) => ((V1Pod)value).Status?.Phase switch
    {
        "Succeeded" => PodColumns.Succeeded,
        "Failed" => PodColumns.Failed,
        _ => null,
    };

    public override IReadOnlyList<PrinterColumn> Columns => PodColumns.All;

    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } = new Dictionary<string, Func<object, string>>
    {
        ["spec.nodeName"] = static item => ((V1Pod)item).Spec?.NodeName ?? string.Empty,
        ["spec.restartPolicy"] = static item => ((V1Pod)item).Spec?.RestartPolicy ?? string.Empty,
        ["spec.schedulerName"] = static item => ((V1Pod)item).Spec?.SchedulerName ?? string.Empty,
        ["spec.serviceAccountName"] = static item => ((V1Pod)item).Spec?.ServiceAccountName ?? string.Empty,
        ["spec.hostNetwork"] = static item => ((V1Pod)item).Spec?.HostNetwork == true ? "true" : "false",
        ["status.phase"] = static item => ((V1Pod)item).Status?.Phase ?? string.Empty,
        ["status.podIP"] = static item => ((V1Pod)item).Status?.PodIP ?? string.Empty,
        // Upstream takes these too: the one has no value in any pod, the other is what spec.nodeName was called once.
        ["status.podIPs"] = static _ => string.Empty,
        ["spec.host"] = static item => ((V1Pod)item).Spec?.NodeName ?? string.Empty,
        ["status.nominatedNodeName"] = static item => ((V1Pod)item).Status?.NominatedNodeName ?? string.Empty,
    };

    internal override string? IndexedField => "spec.nodeName";

    public override IReadOnlyDictionary<string, PartialUpdate> PartialUpdates { get; } = new Dictionary<string, PartialUpdate>
    {
        ["ephemeralcontainers"] = new(
            static (value, old) => AddDebuggers((V1Pod)value, (V1Pod)old),
            static (value, old, errors) => EphemeralContainerRules.ValidateUpdate((V1Pod)value, (V1Pod)old, errors)),
        ["resize"] = new(
            static (value, old) => PodResize.Prepare((V1Pod)value, (V1Pod)old),
            static (value, old, errors) => PodResizeRules.Validate((V1Pod)value, (V1Pod)old, errors)),
    };

    protected override void Default(V1Pod value) => PodDefaults.Apply(value);

    protected override void PrepareForCreate(V1Pod value)
    {
        value.Metadata.Generation = 1;
        value.Status = new V1PodStatus { Phase = "Pending", QosClass = PodQos.Of(value.Spec) };
        value.Spec.PreemptionPolicy ??= "PreemptLowerPriority";
        value.Spec.Priority ??= 0;
        LabelKeys.Apply(value.Spec.Affinity, value.Metadata.Labels);
        LabelKeys.Apply(value.Spec.TopologySpreadConstraints, value.Metadata.Labels);
        if (value.Spec.SchedulingGates is { Count: > 0 })
        {
            value.Status.Conditions =
            [
                new V1PodCondition { Type = "PodScheduled", Status = "False", Reason = "SchedulingGated", Message = "Scheduling is blocked due to non-empty scheduling gates" },
            ];
        }
    }

    internal override void PrepareForCreate(IKubernetesObject<V1ObjectMeta> value, ICollection<string> warnings)
    {
        PrepareForCreate((V1Pod)value);
        AppArmorFields.Fill((V1Pod)value, warnings);
    }

    protected override void PrepareForUpdate(V1Pod value, V1Pod old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }

    protected override void PrepareForStatusUpdate(V1Pod value, V1Pod old)
    {
        value.Spec = old.Spec;
        value.Metadata.DeletionTimestamp = old.Metadata.DeletionTimestamp;
        value.Metadata.OwnerReferences = old.Metadata.OwnerReferences;
        value.Metadata.Generation = old.Metadata.Generation;
        if (value.Status is { } status && string.IsNullOrEmpty(status.QosClass)) { status.QosClass = old.Status?.QosClass; }
        ObservedGenerations.Keep(value.Status, old.Status);
    }

    protected override void Validate(V1Pod value, FieldErrors errors) => PodRules.ValidateCreate(value, errors);

    protected override void ValidateUpdate(V1Pod value, V1Pod old, FieldErrors errors) => PodUpdateRules.Validate(value, old, errors);

    protected override void ValidateStatusUpdate(V1Pod value, V1Pod old, FieldErrors errors) => PodStatusRules.ValidateUpdate(value, old, errors);

    // People hardly ever change pods themselves, and controllers often do.
    protected override IEnumerable<string> WarningsFor(V1Pod value, V1Pod? old) => old is not null ? [] : PodWarnings.For(value);

    internal override IEnumerable<string> StatusWarningsFor(IKubernetesObject<V1ObjectMeta> value)
    {
        if (((V1Pod)value).Status is not { } status || (status.PodIPs is not { Count: > 0 } && status.HostIPs is not { Count: > 0 })) { return []; }
        var texts = new List<string>();
        for (var index = 0; index < (status.PodIPs?.Count ?? 0); index++) { IpWarnings.Address(status.PodIPs![index].Ip, PodIps.Index(index).Child("ip"), texts); }
        for (var index = 0; index < (status.HostIPs?.Count ?? 0); index++) { IpWarnings.Address(status.HostIPs![index].Ip, HostIps.Index(index).Child("ip"), texts); }
        return texts;
    }

    protected override TimeSpan GracePeriodFor(V1Pod value, TimeSpan? requested)
    {
        // Nobody is there to stop a pod that no node has, and a finished one has stopped.
        if (string.IsNullOrEmpty(value.Spec?.NodeName) || value.Status?.Phase is "Failed" or "Succeeded") { return TimeSpan.Zero; }
        var wanted = requested ?? DeleteCall.GraceOf(value.Spec.TerminationGracePeriodSeconds ?? 30);
        return wanted < TimeSpan.Zero ? TimeSpan.FromSeconds(1) : wanted;
    }

    private static void AddDebuggers(V1Pod value, V1Pod old)
    {
        value.Metadata = old.Metadata with { ResourceVersion = value.Metadata.ResourceVersion };
        value.Spec = old.Spec with { EphemeralContainers = value.Spec.EphemeralContainers };
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }
}
