using k8s;
using k8s.Models;
using Orch.Security;

namespace Orch.Quotas;

/// <summary>Counts services, their node ports and their load balancers.</summary>
internal sealed class ServiceQuotaEvaluator : QuotaEvaluator
{
    private ServiceQuotaEvaluator()
        : base("count/services")
    {
    }

    public static ServiceQuotaEvaluator Instance { get; } = new();

    public override bool Charges(AdmissionOperation operation, string subresource)
        => subresource.Length == 0 && operation is (AdmissionOperation.Create or AdmissionOperation.Update);

    public override bool Tracks(string name) => name is "count/services" or "services" or "services.nodeports" or "services.loadbalancers";

    public override Dictionary<string, ResourceQuantity> UsageOf(IKubernetesObject value, DateTimeOffset now)
    {
        var spec = (value as V1Service)?.Spec;
        var ports = spec?.Ports ?? [];
        var nodePorts = spec?.Type switch
        {
            "NodePort" => ports.Count,
            // They are not allocated yet: where they will be, all count.
            "LoadBalancer" => spec.AllocateLoadBalancerNodePorts == false ? ports.Count(static port => port.NodePort > 0) : ports.Count,
            _ => 0,
        };
        return new Dictionary<string, ResourceQuantity>
        {
            [CountName] = Count(1),
            ["services"] = Count(1),
            ["services.nodeports"] = Count(nodePorts),
            ["services.loadbalancers"] = Count(spec?.Type == "LoadBalancer" ? 1 : 0),
        };
    }
}
