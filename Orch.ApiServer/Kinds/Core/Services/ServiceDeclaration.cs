using k8s;
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
        Column("Type", "string", static item => item.Spec?.Type ?? string.Empty, description: "type determines how the Service is exposed. Defaults to ClusterIP. Valid options are ExternalName, ClusterIP, NodePort, and LoadBalancer. \"ClusterIP\" allocates a cluster-internal IP address for load-balancing to endpoints. Endpoints are determined by the selector or if that is not specified, by manual construction of an Endpoints object or EndpointSlice objects. If clusterIP is \"None\", no virtual IP is allocated and the endpoints are published as a set of endpoints rather than a virtual IP. \"NodePort\" builds on ClusterIP and allocates a port on every node which routes to the same endpoints as the clusterIP. \"LoadBalancer\" builds on NodePort and creates an external load-balancer (if supported in the current cloud) which routes to the same endpoints as the clusterIP. \"ExternalName\" aliases this service to the specified externalName. Several other fields do not apply to ExternalName services. More info: https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types"),
        Column("Cluster-IP", "string", ServiceColumns.ClusterIp, description: "clusterIP is the IP address of the service and is usually assigned randomly. If an address is specified manually, is in-range (as per system configuration), and is not in use, it will be allocated to the service; otherwise creation of the service will fail. This field may not be changed through updates unless the type field is also being changed to ExternalName (which requires this field to be blank) or the type field is being changed from ExternalName (in which case this field may optionally be specified, as describe above).  Valid values are \"None\", empty string (\"\"), or a valid IP address. Setting this to \"None\" makes a \"headless service\" (no virtual IP), which is useful when direct endpoint connections are preferred and proxying is not required.  Only applies to types ClusterIP, NodePort, and LoadBalancer. If this field is specified when creating a Service of type ExternalName, creation will fail. This field will be wiped when updating a Service to type ExternalName. More info: https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies"),
        Column("External-IP", "string", ServiceColumns.ExternalIp, description: "externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.  These IPs are not managed by Kubernetes.  The user is responsible for ensuring that traffic arrives at a node with this IP.  A common example is external load-balancers that are not part of the Kubernetes system."),
        Column("Port(s)", "string", ServiceColumns.Ports, description: "The list of ports that are exposed by this service. More info: https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies"),
        PrinterColumns.Age,
        Column("Selector", "string", static item => Printing.Labels(item.Spec?.Selector), 1, "Route service traffic to pods with label keys and values matching this selector. If empty or not present, the service is assumed to have an external process managing its endpoints, which Kubernetes will not modify. Only applies to types ClusterIP, NodePort, and LoadBalancer. Ignored if type is ExternalName. More info: https://kubernetes.io/docs/concepts/services-networking/service/"),
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

    protected override void Validate(V1Service value, FieldErrors errors) => ServiceRules.Validate(value, null, errors);

    protected override void ValidateUpdate(V1Service value, V1Service old, FieldErrors errors) => ServiceRules.ValidateUpdate(value, old, errors);

    protected override void ValidateStatusUpdate(V1Service value, V1Service old, FieldErrors errors) => ServiceStatusRules.Validate(value, old, errors);

    protected override IEnumerable<string> WarningsFor(V1Service value, V1Service? old) => ServiceWarnings.For(value);

    internal override IEnumerable<string> StatusWarningsFor(IKubernetesObject<V1ObjectMeta> value) => ServiceWarnings.ForStatus((V1Service)value);
}
