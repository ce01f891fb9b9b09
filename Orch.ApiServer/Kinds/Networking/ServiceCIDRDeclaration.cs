using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Networking;

/// <summary>networking.k8s.io/v1 ServiceCIDR.</summary>
internal sealed class ServiceCIDRDeclaration() : ResourceDeclaration<V1ServiceCIDR>("servicecidrs", ResourceScope.Cluster)
{
    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("CIDRs", "string", static item => string.Join(',', item.Spec?.Cidrs ?? []), description: "CIDRs defines the IP blocks in CIDR notation (e.g. \"192.168.0.0/24\" or \"2001:db8::/64\") from which to assign service cluster IPs. Max of two CIDRs is allowed, one of each IP family. This field is immutable."),
        PrinterColumns.Age,
    ];

    protected override void Default(V1ServiceCIDR value)
    {
        value.Spec ??= new V1ServiceCIDRSpec();
        value.Status ??= new V1ServiceCIDRStatus();
    }

    protected override void PrepareForCreate(V1ServiceCIDR value) => value.Status = new V1ServiceCIDRStatus();

    protected override void PrepareForUpdate(V1ServiceCIDR value, V1ServiceCIDR old) => value.Status = old.Status;

    protected override void PrepareForStatusUpdate(V1ServiceCIDR value, V1ServiceCIDR old)
    {
        StatusUpdates.KeepMetadata(value.Metadata, old.Metadata);
        value.Spec = old.Spec;
    }

    protected override void Validate(V1ServiceCIDR value, FieldErrors errors) => Ranges(value.Spec, FieldPath.Of("spec").Child("cidrs"), errors);

    protected override void ValidateUpdate(V1ServiceCIDR value, V1ServiceCIDR old, FieldErrors errors)
    {
        var path = FieldPath.Of("spec").Child("cidrs");
        var (now, before) = (value.Spec.Cidrs ?? [], old.Spec.Cidrs ?? []);
        var isGrown = before.Count == 1 && now.Count == 2;
        if (now.Count != before.Count && !isGrown)
        {
            errors.Invalid(path, now, ImmutableRule.Text);
            return;
        }

        for (var index = 0; index < before.Count; index++)
        {
            if (now[index] != before[index]) { errors.Invalid(path.Index(index), now[index], ImmutableRule.Text); }
        }

        if (isGrown) { Ranges(value.Spec, path, errors); }
    }

    private static void Ranges(V1ServiceCIDRSpec spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Cidrs is not { Count: > 0 } ranges)
        {
            errors.Required(path, "at least one CIDR required");
            return;
        }

        if (ranges.Count > 2)
        {
            errors.Invalid(path, JsonSerializer.SerializeToElement(new { CIDRs = ranges }), "may only hold up to 2 values");
            return;
        }

        for (var index = 0; index < ranges.Count; index++) { StrictIpRules.Cidr(ranges[index] ?? string.Empty, path.Index(index), errors); }
        if (ranges.Count == 2 && IpRules.IsCidr(ranges[0]) && IpRules.IsCidr(ranges[1])
            && StrictIpRules.Parts(ranges[0]).Address.AddressFamily == StrictIpRules.Parts(ranges[1]).Address.AddressFamily)
        {
            errors.Invalid(path, ranges, "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
        }
    }
}
