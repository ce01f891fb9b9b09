using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>What the configurations of validating and mutating webhooks have in common.</summary>
/// <typeparam name="T">The configuration's model.</typeparam>
internal abstract class WebhookConfigurationDeclaration<T> : ResourceDeclaration<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    protected WebhookConfigurationDeclaration(string plural)
        : base(plural, ResourceScope.Cluster)
        => Columns =
        [
            Column("Webhooks", "integer", item => Views(item).Count, description: "Webhooks indicates the number of webhooks registered in this configuration"),
            PrinterColumns.Age,
        ];

    public override IReadOnlyList<string> Categories { get; } = ["api-extensions"];

    public override IReadOnlyList<PrinterColumn> Columns { get; }

    /// <summary>The webhooks, as far as the two sorts are alike.</summary>
    protected abstract IReadOnlyList<WebhookView> Views(T value);

    protected override void PrepareForCreate(T value) => value.Metadata.Generation = 1;

    protected override void PrepareForUpdate(T value, T old) => value.Metadata.Generation = Generations.Next(Views(value), Views(old), old.Metadata);

    protected override IEnumerable<string> WarningsFor(T value, T? old) => old is null ? ReservedNames.WarningsFor(value.Metadata.Name) : [];

    protected override void Validate(T value, FieldErrors errors) => WebhookConfigurationRules.Validate(Views(value), default, errors);

    protected override void ValidateUpdate(T value, T old, FieldErrors errors)
    {
        var views = Views(value);
        WebhookConfigurationRules.Validate(views, WebhookLeniency.For(views, Views(old)), errors);
    }
}
