using k8s.Models;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>What webhooks and policies mean where they do not say what they match.</summary>
internal static class MatchDefaults
{
    /// <summary>Requests of any scope.</summary>
    public const string AnyScope = "*";

    /// <summary>A policy's or binding's match.</summary>
    public static void Apply(V1MatchResources? match)
    {
        if (match is null) { return; }
        match.MatchPolicy ??= "Equivalent";
        match.NamespaceSelector ??= new V1LabelSelector();
        match.ObjectSelector ??= new V1LabelSelector();
        foreach (var rule in match.ResourceRules ?? []) { rule.Scope ??= AnyScope; }
        foreach (var rule in match.ExcludeResourceRules ?? []) { rule.Scope ??= AnyScope; }
    }

    /// <summary>A webhook's rules.</summary>
    public static void Apply(IList<V1RuleWithOperations>? rules)
    {
        foreach (var rule in rules ?? []) { rule.Scope ??= AnyScope; }
    }

    /// <summary>Where a webhook is.</summary>
    public static void Apply(Admissionregistrationv1WebhookClientConfig? config)
    {
        if (config?.Service is { } service) { service.Port ??= 443; }
    }
}
