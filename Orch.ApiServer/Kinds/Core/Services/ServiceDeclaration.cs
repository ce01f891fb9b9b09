using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Services;

/// <summary>core/v1 Service.</summary>
/// <remarks>Addresses and ports are given out by the allocation hook, which runs after validation.</remarks>
internal sealed class ServiceDeclaration() : ResourceDeclaration<V1Service>("services", ResourceScope.Namespaced)
{
    public override bool AllowsCreateOnUpdate => true;

    public override IReadOnlyList<string> ShortNames { get; } = ["svc"];

    public override IReadOnlyList<string> Categories { get; } = ["all"];

    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Type", "string", static item => item.Spec?.Type ?? string.Empty, description: "type determines how the Service is exposed."),
        Column("Cluster-IP", "string", ServiceColumns.ClusterIp, description: "clusterIP is the IP address of the service."),
        Column("External-IP", "string", ServiceColumns.ExternalIp, description: "externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service."),
        Column("Port(s)", "string", ServiceColumns.Ports, description: "The list of ports that are exposed by this service."),
        PrinterColumns.Age,
        Column("Selector", "string", static item => Printing.Labels(item.Spec?.Selector), 1, "Route service traffic to pods with label keys and values matching this selector."),
    ];

    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } = new Dictionary<string, Func<object, string>>
    {
        ["spec.clusterIP"] = static item => ((V1Service)item).Spec?.ClusterIP ?? string.Empty,
        ["spec.type"] = static item => ((V1Service)item).Spec?.Type ?? string.Empty,
    };

    public override void ValidateName(string name, bool isPrefix, FieldPath path, FieldErrors errors) => NameRules.DnsLabel(name, isPrefix, path, errors);

    protected override void Default(V1Service value) => ServiceDefaults.Apply(value);

    protected override void PrepareForCreate(V1Service value)
    {
        value.Status = new V1ServiceStatus { LoadBalancer = new V1LoadBalancerStatus() };
        ServiceDefaults.JoinClusterIps(value.Spec, null);
    }

    protected override void PrepareForUpdate(V1Service value, V1Service old)
    {
        value.Status = old.Status;
        ServiceUpdates.CarryOver(value, old);
        ServiceDefaults.JoinClusterIps(value.Spec, old.Spec);
        ServiceUpdates.DropUnused(value.Spec, old.Spec);
    }

    protected override void PrepareForStatusUpdate(V1Service value, V1Service old) => value.Spec = old.Spec;

    protected override void Validate(V1Service value, FieldErrors errors) => ServiceRules.Validate(value, errors);

    protected override void ValidateUpdate(V1Service value, V1Service old, FieldErrors errors) => ServiceRules.ValidateUpdate(value, old, errors);

    protected override void ValidateStatusUpdate(V1Service value, V1Service old, FieldErrors errors) => ServiceStatusRules.Validate(value, errors);

    protected override IEnumerable<string> WarningsFor(V1Service value, V1Service? old)
    {
        if (old is not null && ReferenceEquals(value.Spec, old.Spec)) { yield break; }
        if (!ServiceIpRules.IsHeadless(value.Spec)) { yield break; }
        if (!string.IsNullOrEmpty(value.Spec.LoadBalancerIP)) { yield return "spec.loadBalancerIP is ignored for headless services"; }
        if (value.Spec.ExternalIPs is { Count: > 0 }) { yield return "spec.externalIPs is ignored for headless services"; }
        if (value.Spec.SessionAffinity != "None") { yield return "spec.SessionAffinity is ignored for headless services"; }
    }
}
