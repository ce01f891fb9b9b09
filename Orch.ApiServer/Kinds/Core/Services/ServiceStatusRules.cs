using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Services;

/// <summary>The rules for what a load balancer reports.</summary>
internal static class ServiceStatusRules
{
    /// <summary>A service's status.</summary>
    public static void Validate(V1Service service, V1Service? old, FieldErrors errors)
    {
        var path = FieldPath.Of("status").Child("loadBalancer").Child("ingress");
        var ingress = service.Status?.LoadBalancer?.Ingress;
        if (ingress is { Count: > 0 } && service.Spec?.Type != "LoadBalancer") { errors.Forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'"); return; }
        if (ingress is not { Count: > 0 }) { return; }
        List<string> kept = [.. (old?.Status?.LoadBalancer?.Ingress ?? []).Select(static point => point.Ip).Where(static address => !string.IsNullOrEmpty(address))];
        for (var index = 0; index < ingress.Count; index++) { Ingress(ingress[index], kept, path.Index(index), errors); }
    }

    private static void Ingress(V1LoadBalancerIngress ingress, IList<string> kept, FieldPath path, FieldErrors errors)
    {
        if (!string.IsNullOrEmpty(ingress.Ip)) { IpRules.Address(ingress.Ip, path.Child("ip"), errors, kept); }
        if (!string.IsNullOrEmpty(ingress.Ip) && ingress.IpMode is null) { errors.Required(path.Child("ipMode"), "must be specified when `ip` is set"); }
        if (string.IsNullOrEmpty(ingress.Ip) && ingress.IpMode is not null) { errors.Forbidden(path.Child("ipMode"), "may not be specified when `ip` is not set"); }
        else if (ingress.IpMode is not (null or "VIP" or "Proxy")) { errors.NotSupported(path.Child("ipMode"), ingress.IpMode, "Proxy", "VIP"); }
        if (string.IsNullOrEmpty(ingress.Hostname)) { return; }
        NameRules.DnsSubdomain(ingress.Hostname, false, path.Child("hostname"), errors);
        if (IpRules.TryParse(ingress.Hostname, out _)) { errors.Invalid(path.Child("hostname"), ingress.Hostname, "must be a DNS name, not an IP address"); }
    }
}
