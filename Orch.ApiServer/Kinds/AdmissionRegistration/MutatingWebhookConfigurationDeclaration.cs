using k8s.Models;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>admissionregistration.k8s.io/v1 MutatingWebhookConfiguration.</summary>
internal sealed class MutatingWebhookConfigurationDeclaration() : WebhookConfigurationDeclaration<V1MutatingWebhookConfiguration>("mutatingwebhookconfigurations")
{
    protected override void Default(V1MutatingWebhookConfiguration value)
    {
        foreach (var hook in value.Webhooks ?? [])
        {
            hook.FailurePolicy ??= "Fail";
            hook.MatchPolicy ??= "Equivalent";
            hook.NamespaceSelector ??= new V1LabelSelector();
            hook.ObjectSelector ??= new V1LabelSelector();
            hook.TimeoutSeconds ??= 10;
            hook.ReinvocationPolicy ??= "Never";
            MatchDefaults.Apply(hook.Rules);
            MatchDefaults.Apply(hook.ClientConfig);
        }
    }

    protected override IReadOnlyList<WebhookView> Views(V1MutatingWebhookConfiguration value) => [.. (value.Webhooks ?? []).Select(WebhookView.Of)];
}
