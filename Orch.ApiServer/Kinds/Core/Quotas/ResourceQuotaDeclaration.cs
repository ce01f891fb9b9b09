using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Core.Quotas;

/// <summary>core/v1 ResourceQuota.</summary>
internal sealed class ResourceQuotaDeclaration() : ResourceDeclaration<V1ResourceQuota>("resourcequotas", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["quota"];

    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Request", "string", static item => Usage(item.Status, isLimit: false), description: "Request represents a minimum amount of cpu/memory that a container may consume."),
        Column("Limit", "string", static item => Usage(item.Status, isLimit: true), description: "Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node."),
        PrinterColumns.Age,
    ];

    protected override void Default(V1ResourceQuota value)
    {
        value.Spec ??= new V1ResourceQuotaSpec();
        ContainerDefaults.RoundUp(value.Spec.Hard);
        ContainerDefaults.RoundUp(value.Status?.Hard);
        ContainerDefaults.RoundUp(value.Status?.Used);
    }

    protected override void PrepareForCreate(V1ResourceQuota value) => value.Status = new V1ResourceQuotaStatus();

    protected override void PrepareForUpdate(V1ResourceQuota value, V1ResourceQuota old) => value.Status = old.Status;

    protected override void PrepareForStatusUpdate(V1ResourceQuota value, V1ResourceQuota old) => value.Spec = old.Spec;

    protected override void Validate(V1ResourceQuota value, FieldErrors errors) => ResourceQuotaRules.Validate(value.Spec, errors);

    protected override void ValidateUpdate(V1ResourceQuota value, V1ResourceQuota old, FieldErrors errors) => ResourceQuotaRules.ValidateUpdate(value.Spec, old.Spec, errors);

    protected override void ValidateStatusUpdate(V1ResourceQuota value, V1ResourceQuota old, FieldErrors errors) => ResourceQuotaRules.ValidateStatus(value.Status, errors);

    private static string Usage(V1ResourceQuotaStatus? status, bool isLimit)
    {
        if (status?.Hard is not { Count: > 0 } hard) { return string.Empty; }
        var parts = hard.Where(pair => pair.Key.StartsWith("limits.", StringComparison.Ordinal) == isLimit).OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}: {Quantities.Format(status.Used is not null && status.Used.TryGetValue(pair.Key, out var used) ? used : Quantities.Zero)}/{Quantities.Format(pair.Value)}");
        return string.Join(", ", parts);
    }
}
