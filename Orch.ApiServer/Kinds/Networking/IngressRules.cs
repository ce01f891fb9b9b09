using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Networking;

/// <summary>The rules for ingresses.</summary>
internal static class IngressRules
{
    /// <summary>Said which class an ingress is of before there was a field for it.</summary>
    public const string ClassAnnotation = "kubernetes.io/ingress.class";

    private const string NotAnAddress = "must be a DNS name, not an IP address";
    private static readonly JsonElement Nothing = JsonSerializer.SerializeToElement<object?>(null);
    private static readonly string[] BadSequences = ["//", "/./", "/../", "%2f", "%2F"];
    private static readonly string[] BadEnds = ["/..", "/."];

    /// <summary>What an ingress wants.</summary>
    public static void Validate(V1IngressSpec spec, IngressLeniency lenient, FieldErrors errors)
    {
        var path = FieldPath.Of("spec");
        if (spec.Rules is not { Count: > 0 } && spec.DefaultBackend is null) { errors.Invalid(path, Nothing, "either `defaultBackend` or `rules` must be specified"); }
        if (spec.DefaultBackend is { } backend) { Backend(backend, path.Child("defaultBackend"), lenient, errors); }
        for (var index = 0; index < (spec.Rules?.Count ?? 0); index++) { Rule(spec.Rules![index], path.Child("rules").Index(index), lenient, errors); }
        for (var index = 0; index < (spec.Tls?.Count ?? 0); index++) { Tls(spec.Tls![index], path.Child("tls").Index(index), lenient, errors); }
        if (spec.IngressClassName is { } name) { NameRules.DnsSubdomain(name, false, path.Child("ingressClassName"), errors); }
    }

    /// <summary>Where an ingress is reached.</summary>
    public static void ValidateStatus(V1IngressStatus? status, V1IngressStatus? old, FieldErrors errors)
    {
        var path = FieldPath.Of("status").Child("loadBalancer").Child("ingress");
        var known = (old?.LoadBalancer?.Ingress ?? []).Select(static point => point.Ip).ToHashSet();
        var points = status?.LoadBalancer?.Ingress;
        for (var index = 0; index < (points?.Count ?? 0); index++)
        {
            var (point, at) = (points![index], path.Index(index));
            if (!string.IsNullOrEmpty(point.Ip) && !known.Contains(point.Ip)) { IpRules.Address(point.Ip, at.Child("ip"), errors); }
            if (string.IsNullOrEmpty(point.Hostname)) { continue; }
            NameRules.DnsSubdomain(point.Hostname, false, at.Child("hostname"), errors);
            if (IpRules.TryParse(point.Hostname, out _)) { errors.Invalid(at.Child("hostname"), point.Hostname, NotAnAddress); }
        }
    }

    /// <summary>The paths of one rule.</summary>
    public static void Paths(V1HTTPIngressRuleValue? http, FieldPath path, IngressLeniency lenient, FieldErrors errors)
    {
        if (http is null) { return; }
        var at = path.Child("http").Child("paths");
        if (http.Paths is not { Count: > 0 }) { errors.Required(at); }
        for (var index = 0; index < (http.Paths?.Count ?? 0); index++) { Path(http.Paths![index], at.Index(index), lenient, errors); }
    }

    private static void Rule(V1IngressRule rule, FieldPath path, IngressLeniency lenient, FieldErrors errors)
    {
        var isWildcard = rule.Host?.Contains('*', StringComparison.Ordinal) == true;
        if (!string.IsNullOrEmpty(rule.Host))
        {
            if (IpRules.TryParse(rule.Host, out _)) { errors.Invalid(path.Child("host"), rule.Host, NotAnAddress); }
            if (isWildcard) { TextRules.WildcardSubdomain(rule.Host, path.Child("host"), errors); }
            else { NameRules.DnsSubdomain(rule.Host, false, path.Child("host"), errors); }
        }

        if (!isWildcard || !lenient.WildcardRules) { Paths(rule.Http, path, lenient, errors); }
    }

    private static void Path(V1HTTPIngressPath item, FieldPath path, IngressLeniency lenient, FieldErrors errors)
    {
        var text = item.Path ?? string.Empty;
        switch (item.PathType)
        {
            case null:
                errors.Required(path.Child("pathType"), "pathType must be specified");
                return;
            case "Exact" or "Prefix":
                if (!text.StartsWith('/')) { errors.Invalid(path.Child("path"), text, "must be an absolute path"); }
                foreach (var bad in BadSequences)
                {
                    if (text.Contains(bad, StringComparison.Ordinal)) { errors.Invalid(path.Child("path"), text, $"must not contain '{bad}'"); }
                }

                foreach (var bad in BadEnds)
                {
                    if (text.EndsWith(bad, StringComparison.Ordinal)) { errors.Invalid(path.Child("path"), text, $"cannot end with '{bad}'"); }
                }

                break;
            case "ImplementationSpecific":
                if (text.Length > 0 && text[0] != '/') { errors.Invalid(path.Child("path"), text, "must be an absolute path"); }
                break;
            default:
                errors.NotSupported(path.Child("pathType"), item.PathType, "Exact", "ImplementationSpecific", "Prefix");
                break;
        }

        Backend(item.Backend ?? new V1IngressBackend(), path.Child("backend"), lenient, errors);
    }

    private static void Backend(V1IngressBackend backend, FieldPath path, IngressLeniency lenient, FieldErrors errors)
    {
        if (backend.Resource is not null && backend.Service is not null) { errors.Invalid(path, string.Empty, "cannot set both resource and service backends"); }
        else if (backend.Resource is { } resource) { ReferenceRules.Typed(resource.ApiGroup, resource.Kind, resource.Name, path.Child("resource"), errors); }
        else if (backend.Service is { } service) { Service(service, path, lenient, errors); }
        else { errors.Invalid(path, string.Empty, "resource or service backend is required"); }
    }

    private static void Service(V1IngressServiceBackend service, FieldPath path, IngressLeniency lenient, FieldErrors errors)
    {
        var name = path.Child("service").Child("name");
        if (string.IsNullOrEmpty(service.Name)) { errors.Required(name); }
        else { NameRules.DnsLabel(service.Name, false, name, errors); }
        var port = path.Child("service").Child("port");
        var (portName, number) = (service.Port?.Name ?? string.Empty, service.Port?.Number ?? 0);
        if (portName.Length > 0 && number != 0) { errors.Invalid(path, string.Empty, "cannot set both port name & port number"); }
        else if (portName.Length > 0) { TextRules.PortName(portName, port.Child("name"), errors); }
        else if (number != 0) { NumberRules.Port(number, port, "number", errors); }
        else { errors.Required(path, "port name or number is required"); }
    }

    private static void Tls(V1IngressTLS tls, FieldPath path, IngressLeniency lenient, FieldErrors errors)
    {
        for (var index = 0; index < (tls.Hosts?.Count ?? 0); index++)
        {
            var (host, at) = (tls.Hosts![index] ?? string.Empty, path.Child("hosts").Index(index));
            if (host.Contains('*', StringComparison.Ordinal)) { TextRules.WildcardSubdomain(host, at, errors); }
            else { NameRules.DnsSubdomain(host, false, at, errors); }
        }

        if (!lenient.SecretNames && !string.IsNullOrEmpty(tls.SecretName)) { NameRules.DnsSubdomain(tls.SecretName, false, path.Child("secretName"), errors); }
    }
}
