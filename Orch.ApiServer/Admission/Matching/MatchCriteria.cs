using k8s.Models;

namespace Orch.ApiServer.Admission.Matching;

/// <summary>Which requests a webhook or a policy wants, as configured.</summary>
internal sealed record MatchCriteria
{
    /// <summary>Of these one must match.</summary>
    public IReadOnlyList<ResourceRule> Rules { get; init; } = [];

    /// <summary>Of these none may match.</summary>
    public IReadOnlyList<ResourceRule> ExcludedRules { get; init; } = [];

    /// <summary>Whether no rules at all match every request (policies), or none (webhooks).</summary>
    public bool IsOpenWithoutRules { get; init; }

    /// <summary><c>Equivalent</c> also matches a request on another version or group that shows the same objects; everything else is exact.</summary>
    public string? MatchPolicy { get; init; }

    /// <summary>On the namespace's labels; null and empty match all.</summary>
    public V1LabelSelector? NamespaceSelector { get; init; }

    /// <summary>On the labels of the object or the old object; null and empty match all.</summary>
    public V1LabelSelector? ObjectSelector { get; init; }

    /// <summary>Of a mutating webhook.</summary>
    public static MatchCriteria From(V1MutatingWebhook webhook) => new()
    {
        Rules = [.. (webhook.Rules ?? []).Select(ResourceRule.From)],
        MatchPolicy = webhook.MatchPolicy,
        NamespaceSelector = webhook.NamespaceSelector,
        ObjectSelector = webhook.ObjectSelector,
    };

    /// <summary>Of a validating webhook.</summary>
    public static MatchCriteria From(V1ValidatingWebhook webhook) => new()
    {
        Rules = [.. (webhook.Rules ?? []).Select(ResourceRule.From)],
        MatchPolicy = webhook.MatchPolicy,
        NamespaceSelector = webhook.NamespaceSelector,
        ObjectSelector = webhook.ObjectSelector,
    };

    /// <summary>Of a policy or its binding; null matches every request.</summary>
    public static MatchCriteria From(V1MatchResources? resources) => new()
    {
        Rules = [.. (resources?.ResourceRules ?? []).Select(ResourceRule.From)],
        ExcludedRules = [.. (resources?.ExcludeResourceRules ?? []).Select(ResourceRule.From)],
        IsOpenWithoutRules = true,
        MatchPolicy = resources?.MatchPolicy,
        NamespaceSelector = resources?.NamespaceSelector,
        ObjectSelector = resources?.ObjectSelector,
    };
}
