using k8s.Models;
using Orch.ApiServer.CustomResources.Definitions;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.ApiExtensions;

/// <summary>apiextensions.k8s.io/v1 CustomResourceDefinition.</summary>
internal sealed class CustomResourceDefinitionDeclaration() : ResourceDeclaration<V1CustomResourceDefinition>("customresourcedefinitions", ResourceScope.Cluster)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["crd", "crds"];

    public override IReadOnlyList<string> Categories { get; } = ["api-extensions"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        new PrinterColumn("Created At", "date", static (item, _) => ((V1CustomResourceDefinition)item).Metadata.CreationTimestamp?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture))
        {
            Description = MetadataTexts.CreationTimestamp,
        },
    ];

    public override bool HasStatus => true;

    internal override bool TakesAnyFinalizer => true;

    protected override void Default(V1CustomResourceDefinition value)
    {
        if (value.Spec is not { } spec) { return; }
        spec.Names ??= new V1CustomResourceDefinitionNames();
#pragma warning disable CA1308 // names are lower case by rule
        if (string.IsNullOrEmpty(spec.Names.Singular) && !string.IsNullOrEmpty(spec.Names.Kind)) { spec.Names.Singular = spec.Names.Kind.ToLowerInvariant(); }
#pragma warning restore CA1308
        if (string.IsNullOrEmpty(spec.Names.ListKind) && !string.IsNullOrEmpty(spec.Names.Kind)) { spec.Names.ListKind = spec.Names.Kind + "List"; }
        spec.Conversion ??= new V1CustomResourceConversion { Strategy = "None" };
        if (spec.Conversion.Webhook?.ClientConfig?.Service is { } service) { service.Port ??= 443; }
        if (spec.PreserveUnknownFields == false) { spec.PreserveUnknownFields = null; }
    }

    protected override void PrepareForCreate(V1CustomResourceDefinition value)
    {
        value.Metadata.Generation = 1;
        value.Status = new V1CustomResourceDefinitionStatus();
        NoteStorageVersion(value);
    }

    protected override void PrepareForUpdate(V1CustomResourceDefinition value, V1CustomResourceDefinition old)
    {
        value.Status = Serialization.ApiJson.DeepCopy(old.Status ?? new V1CustomResourceDefinitionStatus());
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
        NoteStorageVersion(value);
    }

    // Unlike other kinds of its age upstream's lets the metadata through with the status: https://github.com/kubernetes/kubernetes/issues/137681
    protected override void PrepareForStatusUpdate(V1CustomResourceDefinition value, V1CustomResourceDefinition old)
        => value.Spec = old.Spec is { } spec ? Serialization.ApiJson.DeepCopy(spec) : null;

    protected override void Validate(V1CustomResourceDefinition value, FieldErrors errors)
    {
        DefinitionRules.ValidateName(value, errors);
        DefinitionRules.ValidateSpec(value.Spec, null, errors);
        DefinitionRules.ValidateStatus(value.Status, errors);
        DefinitionRules.ValidateStoredVersions(value, errors);
        DefinitionRules.ValidateApproval(value, null, errors);
        if (value.Spec?.PreserveUnknownFields == true) { errors.Invalid(FieldPath.Of("spec").Child("preserveUnknownFields"), true, DefinitionRules.PreserveText); }
    }

    protected override void ValidateUpdate(V1CustomResourceDefinition value, V1CustomResourceDefinition old, FieldErrors errors)
    {
        DefinitionRules.ValidateSpec(value.Spec, old, errors);
        DefinitionRules.ValidateChange(value.Spec, old, errors);
        DefinitionRules.ValidateStatus(value.Status, errors);
        DefinitionRules.ValidateStoredVersions(value, errors);
        DefinitionRules.ValidateApproval(value, old, errors);
        if (value.Spec?.PreserveUnknownFields == true && old.Spec?.PreserveUnknownFields != true) { errors.Invalid(FieldPath.Of("spec").Child("preserveUnknownFields"), true, DefinitionRules.PreserveText); }
    }

    protected override void ValidateStatusUpdate(V1CustomResourceDefinition value, V1CustomResourceDefinition old, FieldErrors errors) => DefinitionRules.ValidateStatus(value.Status, errors);

    protected override IEnumerable<string> WarningsFor(V1CustomResourceDefinition value, V1CustomResourceDefinition? old) => DefinitionWarnings.Of(value, old);

    // Its objects go first; whoever deletes them takes the finalizer off.
    public override bool HoldsDeletion(k8s.IKubernetesObject<V1ObjectMeta> value) => value.Metadata.DeletionTimestamp is null;

    internal override bool CountsDeletion => false;

    public override void MarkDeleting(k8s.IKubernetesObject<V1ObjectMeta> value)
    {
        var definition = (V1CustomResourceDefinition)value;
        definition.Metadata.Finalizers ??= [];
        if (!definition.Metadata.Finalizers.Contains(DefinitionConditions.Finalizer)) { definition.Metadata.Finalizers = [.. definition.Metadata.Finalizers, DefinitionConditions.Finalizer]; }
        definition.Status ??= new V1CustomResourceDefinitionStatus();
        DefinitionConditions.Set(definition.Status, DefinitionConditions.Terminating, true, "InstanceDeletionPending",
            "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon", definition.Metadata.DeletionTimestamp ?? default);
    }

    private static void NoteStorageVersion(V1CustomResourceDefinition value)
    {
        if (value.Spec?.Versions?.FirstOrDefault(static version => version.Storage)?.Name is not { } name) { return; }
        value.Status.StoredVersions ??= [];
        if (!value.Status.StoredVersions.Contains(name)) { value.Status.StoredVersions = [.. value.Status.StoredVersions, name]; }
    }
}
