using k8s.Models;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>What validating and mutating webhooks have in common.</summary>
internal readonly record struct WebhookView(
    string? Name, Admissionregistrationv1WebhookClientConfig? ClientConfig, IList<V1RuleWithOperations>? Rules, string? FailurePolicy, string? MatchPolicy,
    V1LabelSelector? NamespaceSelector, V1LabelSelector? ObjectSelector, string? SideEffects, int? TimeoutSeconds, IList<string>? ReviewVersions,
    IList<V1MatchCondition>? MatchConditions, string? ReinvocationPolicy)
{
    /// <summary>Of a validating webhook.</summary>
    public static WebhookView Of(V1ValidatingWebhook hook)
        => new(hook.Name, hook.ClientConfig, hook.Rules, hook.FailurePolicy, hook.MatchPolicy, hook.NamespaceSelector, hook.ObjectSelector, hook.SideEffects, hook.TimeoutSeconds,
            hook.AdmissionReviewVersions, hook.MatchConditions, null);

    /// <summary>Of a mutating webhook.</summary>
    public static WebhookView Of(V1MutatingWebhook hook)
        => new(hook.Name, hook.ClientConfig, hook.Rules, hook.FailurePolicy, hook.MatchPolicy, hook.NamespaceSelector, hook.ObjectSelector, hook.SideEffects, hook.TimeoutSeconds,
            hook.AdmissionReviewVersions, hook.MatchConditions, hook.ReinvocationPolicy);
}
