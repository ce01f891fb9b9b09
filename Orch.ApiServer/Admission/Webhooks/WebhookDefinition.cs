using k8s.Models;
using Orch.ApiServer.Admission.Matching;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>One webhook as configured, mutating or validating.</summary>
/// <param name="Configuration">The name of the object that it stands in.</param>
/// <param name="Name">Its own, such as <c>pods.example.com</c>.</param>
/// <param name="Criteria">Which requests it wants.</param>
/// <param name="Client">Where it is.</param>
internal sealed record WebhookDefinition(string Configuration, string Name, MatchCriteria Criteria, Admissionregistrationv1WebhookClientConfig Client)
{
    /// <summary>Requests pass when it cannot be asked.</summary>
    public bool FailsOpen { get; init; }

    /// <summary>How long it may take.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary><c>None</c> or <c>NoneOnDryRun</c> may be asked on a dry run.</summary>
    public string? SideEffects { get; init; }

    /// <summary>Of the review that it takes: <c>v1</c> or <c>v1beta1</c>; null when it takes neither.</summary>
    public string? ReviewVersion { get; init; }

    /// <summary>It is asked again when the object changes after its turn.</summary>
    public bool IsReinvoked { get; init; }

    /// <summary>CEL expressions that must hold before it is asked.</summary>
    public IReadOnlyList<V1MatchCondition> Conditions { get; init; } = [];

    /// <summary>The webhooks of a configuration.</summary>
    public static IEnumerable<WebhookDefinition> Of(V1MutatingWebhookConfiguration configuration) => (configuration.Webhooks ?? []).Select(webhook =>
        new WebhookDefinition(configuration.Metadata.Name, webhook.Name, MatchCriteria.From(webhook), webhook.ClientConfig)
        {
            FailsOpen = webhook.FailurePolicy == "Ignore",
            Timeout = TimeoutOf(webhook.TimeoutSeconds),
            SideEffects = webhook.SideEffects,
            ReviewVersion = VersionOf(webhook.AdmissionReviewVersions),
            IsReinvoked = webhook.ReinvocationPolicy == "IfNeeded",
            Conditions = [.. webhook.MatchConditions ?? []],
        });

    /// <summary>The webhooks of a configuration.</summary>
    public static IEnumerable<WebhookDefinition> Of(V1ValidatingWebhookConfiguration configuration) => (configuration.Webhooks ?? []).Select(webhook =>
        new WebhookDefinition(configuration.Metadata.Name, webhook.Name, MatchCriteria.From(webhook), webhook.ClientConfig)
        {
            FailsOpen = webhook.FailurePolicy == "Ignore",
            Timeout = TimeoutOf(webhook.TimeoutSeconds),
            SideEffects = webhook.SideEffects,
            ReviewVersion = VersionOf(webhook.AdmissionReviewVersions),
            Conditions = [.. webhook.MatchConditions ?? []],
        });

    private static TimeSpan TimeoutOf(int? seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds ?? 10, 1, 30));

    private static string? VersionOf(IList<string>? versions) => versions?.FirstOrDefault(static version => version is "v1" or "v1beta1");
}
