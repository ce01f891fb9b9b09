using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Networking;

/// <summary>Which faults an update of an ingress may keep, since what is stored has them already.</summary>
internal readonly record struct IngressLeniency(bool SecretNames, bool WildcardRules, bool ServiceNames)
{
    /// <summary>What the stored ingress asks for.</summary>
    public static IngressLeniency For(V1IngressSpec? old)
    {
        if (old is null) { return default; }
        var rules = old.Rules ?? [];
        var services = rules.SelectMany(static rule => rule.Http?.Paths ?? []).Select(static path => path.Backend?.Service?.Name).Append(old.DefaultBackend?.Service?.Name);
        return new IngressLeniency(
            (old.Tls ?? []).Any(static item => !string.IsNullOrEmpty(item.SecretName) && !TextRules.IsSubdomain(item.SecretName)),
            rules.Any(static rule => rule.Host?.Contains('*', StringComparison.Ordinal) == true && HasFaults(rule)),
            services.Any(static name => !string.IsNullOrEmpty(name) && !NameRules.LabelFaults(name).Any() && NameRules.Label1035Faults(name).Any()));
    }

    private static bool HasFaults(V1IngressRule rule)
    {
        var errors = new FieldErrors();
        IngressRules.Paths(rule.Http, FieldPath.Of(string.Empty), default, errors);
        return errors.Count > 0;
    }
}
