using k8s.Models;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration.</summary>
internal sealed class ValidatingWebhookConfigurationDeclaration() : WebhookConfigurationDeclaration<V1ValidatingWebhookConfiguration>("validatingwebhookconfigurations")
{
    protected override void Default(V1ValidatingWebhookConfiguration value)
    {
        foreach (var hook in value.Webhooks ?? [])
        {
            hook.FailurePolicy ??= "Fail";
            hook.MatchPolicy ??= "Equivalent";
            hook.NamespaceSelector ??= new V1LabelSelector();
            hook.ObjectSelector ??= new V1LabelSelector();
            hook.TimeoutSeconds ??= 10;
            MatchDefaults.Apply(hook.Rules);
            MatchDefaults.Apply(hook.ClientConfig);
        }
    }

    protected override IReadOnlyList<WebhookView> Views(V1ValidatingWebhookConfiguration value) => [.. (value.Webhooks ?? []).Select(WebhookView.Of)];
}
