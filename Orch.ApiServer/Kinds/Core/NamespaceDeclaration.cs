using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core;

/// <summary>core/v1 Namespace.</summary>
/// <remarks>
/// A namespace lives in two phases, <c>Active</c> and <c>Terminating</c>. Deleting sets the deletion timestamp and the phase; it goes when
/// <c>spec.finalizers</c>, which only its finalize subresource writes, is empty.
/// </remarks>
internal sealed class NamespaceDeclaration() : ResourceDeclaration<V1Namespace>("namespaces", ResourceScope.Cluster)
{
    private const string Finalizer = "kubernetes";

    public override IReadOnlyList<string> ShortNames { get; } = ["ns"];

    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Status", "string", static item => item.Status?.Phase, description: "The status of the namespace"),
        PrinterColumns.Age,
    ];

    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } = new Dictionary<string, Func<object, string>>
    {
        ["status.phase"] = static item => ((V1Namespace)item).Status?.Phase ?? string.Empty,
    };

    public override bool HoldsDeletion(IKubernetesObject<V1ObjectMeta> value) => ((V1Namespace)value).Spec?.Finalizers is { Count: > 0 };

    public override void MarkDeleting(IKubernetesObject<V1ObjectMeta> value)
    {
        var item = (V1Namespace)value;
        item.Status ??= new V1NamespaceStatus();
        item.Status.Phase = "Terminating";
    }

    public override void ValidateName(string name, bool isPrefix, FieldPath path, FieldErrors errors) => NameRules.DnsLabel(name, isPrefix, path, errors);

    protected override void Default(V1Namespace value)
    {
        value.Spec ??= new V1NamespaceSpec();
        value.Status ??= new V1NamespaceStatus();
        if (string.IsNullOrEmpty(value.Status.Phase)) { value.Status.Phase = "Active"; }
        if (string.IsNullOrEmpty(value.Metadata?.Name)) { return; }
        value.Metadata.Labels ??= new Dictionary<string, string>();
        value.Metadata.Labels["kubernetes.io/metadata.name"] = value.Metadata.Name;
    }

    protected override void PrepareForCreate(V1Namespace value)
    {
        value.Status = new V1NamespaceStatus { Phase = "Active" };
        value.Spec ??= new V1NamespaceSpec();
        value.Spec.Finalizers ??= [];
        if (!value.Spec.Finalizers.Contains(Finalizer)) { value.Spec.Finalizers = [.. value.Spec.Finalizers, Finalizer]; }
        if (string.IsNullOrEmpty(value.Metadata.Name)) { return; }
        value.Metadata.Labels ??= new Dictionary<string, string>();
        value.Metadata.Labels["kubernetes.io/metadata.name"] = value.Metadata.Name;
    }

    protected override void PrepareForUpdate(V1Namespace value, V1Namespace old)
    {
        value.Spec = old.Spec;
        value.Status = old.Status;
    }

    protected override void PrepareForStatusUpdate(V1Namespace value, V1Namespace old) => value.Spec = old.Spec;

    protected override void Validate(V1Namespace value, FieldErrors errors)
    {
        if (value.Spec?.Finalizers is not { Count: > 0 } finalizers) { return; }
        for (var index = 0; index < finalizers.Count; index++)
        {
            var finalizer = finalizers[index] ?? string.Empty;
            var path = FieldPath.Of("spec").Child("finalizers");
            TextRules.QualifiedName(finalizer, path, errors);
            if (!finalizer.Contains('/', StringComparison.Ordinal) && finalizer is not (Finalizer or "orphan" or "foregroundDeletion"))
            {
                errors.Invalid(path, finalizer, "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }

    protected override void ValidateStatusUpdate(V1Namespace value, V1Namespace old, FieldErrors errors)
    {
        var phase = value.Status?.Phase ?? string.Empty;
        if (value.Metadata.DeletionTimestamp is null)
        {
            if (phase != "Active") { errors.Invalid(FieldPath.Of("status").Child("Phase"), phase, "may only be 'Active' if `deletionTimestamp` is empty"); }
        }
        else if (phase != "Terminating")
        {
            errors.Invalid(FieldPath.Of("status").Child("Phase"), phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
        }
    }
}
