using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>admissionregistration.k8s.io/v1 MutatingWebhookConfiguration.</summary>
internal sealed class MutatingWebhookConfigurationDeclaration()
    : ResourceDeclaration<V1MutatingWebhookConfiguration>("mutatingwebhookconfigurations", ResourceScope.Cluster)
{
    public override IReadOnlyList<string> Categories { get; } = ["api-extensions"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Webhooks", "integer", static item => item.Webhooks?.Count ?? 0, description: "Webhooks indicates the number of webhooks registered in this configuration"),
        PrinterColumns.Age,
    ];

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

    protected override void PrepareForCreate(V1MutatingWebhookConfiguration value) => value.Metadata.Generation = 1;

    protected override void PrepareForUpdate(V1MutatingWebhookConfiguration value, V1MutatingWebhookConfiguration old)
        => value.Metadata.Generation = Generations.Next(value.Webhooks, old.Webhooks, old.Metadata);

    protected override void Validate(V1MutatingWebhookConfiguration value, FieldErrors errors)
        => WebhookConfigurationRules.Validate(Views(value), default, errors);

    protected override void ValidateUpdate(V1MutatingWebhookConfiguration value, V1MutatingWebhookConfiguration old, FieldErrors errors)
    {
        var views = Views(value);
        WebhookConfigurationRules.Validate(views, WebhookLeniency.For(views, Views(old)), errors);
    }

    private static List<WebhookView> Views(V1MutatingWebhookConfiguration value) => [.. (value.Webhooks ?? []).Select(WebhookView.Of)];
}
