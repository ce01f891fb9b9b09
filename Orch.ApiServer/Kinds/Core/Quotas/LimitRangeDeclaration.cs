using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Quotas;

/// <summary>core/v1 LimitRange.</summary>
internal sealed class LimitRangeDeclaration() : ResourceDeclaration<V1LimitRange>("limitranges", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["limits"];

    public override bool AllowsCreateOnUpdate => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Created At", "date", static item => item.Metadata?.CreationTimestamp?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), description: MetadataTexts.CreationTimestamp),
    ];

    protected override void Default(V1LimitRange value)
    {
        value.Spec ??= new V1LimitRangeSpec();
        foreach (var item in value.Spec.Limits ?? [])
        {
            if (item is null) { continue; }
            foreach (var amounts in (ReadOnlySpan<IDictionary<string, ResourceQuantity>?>)[item.DefaultProperty, item.DefaultRequest, item.Max, item.Min, item.MaxLimitRequestRatio]) { ContainerDefaults.RoundUp(amounts); }
            if (item.Type == "Container") { Fill(item); }
        }
    }

    // A limit range without a name is given one that nobody needs to know.
    protected override void PrepareForCreate(V1LimitRange value)
    {
        if (string.IsNullOrEmpty(value.Metadata.Name)) { value.Metadata.Name = Guid.NewGuid().ToString(); }
    }

    protected override void Validate(V1LimitRange value, FieldErrors errors) => LimitRangeRules.Validate(value.Spec, errors);

    // A container that says nothing gets the most as its limit, and asks for its limit or else the least.
    private static void Fill(V1LimitRangeItem item)
    {
        item.DefaultProperty ??= new Dictionary<string, ResourceQuantity>();
        item.DefaultRequest ??= new Dictionary<string, ResourceQuantity>();
        foreach (var (name, quantity) in item.Max ?? new Dictionary<string, ResourceQuantity>()) { item.DefaultProperty.TryAdd(name, quantity); }
        foreach (var (name, quantity) in item.DefaultProperty) { item.DefaultRequest.TryAdd(name, quantity); }
        foreach (var (name, quantity) in item.Min ?? new Dictionary<string, ResourceQuantity>()) { item.DefaultRequest.TryAdd(name, quantity); }
        if (item.DefaultProperty.Count == 0) { item.DefaultProperty = null; }
        if (item.DefaultRequest.Count == 0) { item.DefaultRequest = null; }
    }
}
