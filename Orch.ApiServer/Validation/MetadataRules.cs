using System.Globalization;
using k8s.Models;

namespace Orch.ApiServer.Validation;

/// <summary>The rules for what all objects carry in their metadata, the name apart.</summary>
/// <remarks>As in apimachinery's <c>api/validation</c>.</remarks>
public static class MetadataRules
{
    private const int MaxAnnotationBytes = 256 * 1024;
    private const string OrphanFinalizer = "orphan";
    private const string ForegroundFinalizer = "foregroundDeletion";

    /// <summary>Labels, annotations, owners, finalizers and managed fields of a new object.</summary>
    public static void Validate(V1ObjectMeta metadata, FieldPath path, FieldErrors errors) => Validate(metadata, path, errors, takesAnyFinalizer: false);

    /// <summary>The same; of kinds outside the core finalizers need no domain in front.</summary>
    internal static void Validate(V1ObjectMeta metadata, FieldPath path, FieldErrors errors, bool takesAnyFinalizer)
    {
        if (metadata.Generation < 0) { errors.Invalid(path.Child("generation"), metadata.Generation, "must be greater than or equal to 0"); }
        Common(metadata, path, errors, takesAnyFinalizer);
    }

    /// <summary>The same of a changed object, and that what identifies it stayed.</summary>
    public static void ValidateUpdate(V1ObjectMeta metadata, V1ObjectMeta old, FieldPath path, FieldErrors errors) => ValidateUpdate(metadata, old, path, errors, takesAnyFinalizer: false);

    /// <summary>The same; of kinds outside the core finalizers need no domain in front.</summary>
    internal static void ValidateUpdate(V1ObjectMeta metadata, V1ObjectMeta old, FieldPath path, FieldErrors errors, bool takesAnyFinalizer)
    {
        if (old.DeletionTimestamp is not null) { NoNewFinalizers(metadata.Finalizers, old.Finalizers, path, errors); }
        if (string.IsNullOrEmpty(metadata.ResourceVersion)) { errors.Invalid(path.Child("resourceVersion"), string.Empty, "must be specified for an update"); }
        if ((metadata.Generation ?? 0) < (old.Generation ?? 0)) { errors.Invalid(path.Child("generation"), metadata.Generation ?? 0, "must not be decremented"); }
        Immutable(metadata.Name, old.Name, path, "name", errors);
        Immutable(metadata.NamespaceProperty, old.NamespaceProperty, path, "namespace", errors);
        Immutable(metadata.Uid, old.Uid, path, "uid", errors);
        if (metadata.CreationTimestamp != old.CreationTimestamp) { errors.Invalid(path.Child("creationTimestamp"), (object?)Time(metadata.CreationTimestamp) ?? new ShownAs("null"), ImmutableRule.Text); }
        if (metadata.DeletionTimestamp != old.DeletionTimestamp) { errors.Invalid(path.Child("deletionTimestamp"), Time(metadata.DeletionTimestamp), ImmutableRule.Text); }
        if (metadata.DeletionGracePeriodSeconds != old.DeletionGracePeriodSeconds)
        {
            errors.Invalid(path.Child("deletionGracePeriodSeconds"), metadata.DeletionGracePeriodSeconds, ImmutableRule.Text);
        }

        Common(metadata, path, errors, takesAnyFinalizer);
    }

    /// <summary>A map of labels, or anything of that form such as a node selector.</summary>
    public static void Labels(IDictionary<string, string>? labels, FieldPath path, FieldErrors errors)
    {
        if (labels is not { Count: > 0 }) { return; }
        foreach (var (key, value) in labels)
        {
            TextRules.QualifiedName(key, path, errors);
            TextRules.LabelValue(value, path, errors);
        }
    }

    /// <summary>A map of annotations.</summary>
    public static void Annotations(IDictionary<string, string>? annotations, FieldPath path, FieldErrors errors)
    {
        if (annotations is not { Count: > 0 }) { return; }
        var size = 0L;
        foreach (var (key, value) in annotations)
        {
#pragma warning disable CA1308 // the rule is that case does not matter
            if (!TextRules.IsQualifiedName(key)) { TextRules.QualifiedName(key.ToLowerInvariant(), path, errors, key); }
#pragma warning restore CA1308
            size += TextRules.ByteLength(key) + (value is null ? 0 : TextRules.ByteLength(value));
        }

        if (size > MaxAnnotationBytes) { errors.TooLong(path, MaxAnnotationBytes); }
    }

    private static void Common(V1ObjectMeta metadata, FieldPath path, FieldErrors errors, bool takesAnyFinalizer)
    {
        if (metadata.Labels is { Count: > 0 }) { Labels(metadata.Labels, path.Child("labels"), errors); }
        if (metadata.Annotations is { Count: > 0 }) { Annotations(metadata.Annotations, path.Child("annotations"), errors); }
        if (metadata.OwnerReferences is { Count: > 0 }) { Owners(metadata.OwnerReferences, path.Child("ownerReferences"), errors); }
        if (metadata.Finalizers is { Count: > 0 }) { Finalizers(metadata.Finalizers, path.Child("finalizers"), errors, takesAnyFinalizer); }
        if (metadata.ManagedFields is { Count: > 0 }) { ManagedFields(metadata.ManagedFields, path.Child("managedFields"), errors); }
    }

    private static void Owners(IList<V1OwnerReference> owners, FieldPath path, FieldErrors errors)
    {
        string? controller = null;
        foreach (var owner in owners)
        {
            Owner(owner, path, errors);
            if (owner.Controller != true) { continue; }
            var name = $"{owner.Kind}/{owner.Name}";
            if (controller is null) { controller = name; }
            else { errors.Invalid(path, owners, $"Only one reference can have Controller set to true. Found \"true\" in references for {controller} and {name}"); }
        }
    }

    private static void Owner(V1OwnerReference owner, FieldPath path, FieldErrors errors)
    {
        var version = owner.ApiVersion ?? string.Empty;
        if (version.Length == 0 || version.EndsWith('/')) { errors.Invalid(path.Child("apiVersion"), version, "version must not be empty"); }
        NotEmpty(owner.Kind, path, "kind", errors);
        NotEmpty(owner.Name, path, "name", errors);
        NotEmpty(owner.Uid, path, "uid", errors);
        if (version == "v1" && owner.Kind == "Event") { errors.Invalid(path, owner, "/v1, Kind=Event is disallowed from being an owner"); }
    }

    private static void Finalizers(IList<string> finalizers, FieldPath path, FieldErrors errors, bool takesAnyFinalizer)
    {
        for (var index = 0; index < finalizers.Count; index++)
        {
            var finalizer = finalizers[index] ?? string.Empty;
            TextRules.QualifiedName(finalizer, path, errors);
            if (!takesAnyFinalizer && !finalizer.Contains('/', StringComparison.Ordinal) && finalizer is not (OrphanFinalizer or ForegroundFinalizer or "kubernetes"))
            {
                errors.Invalid(path.Index(index), finalizer, "name is neither a standard finalizer name nor is it fully qualified");
            }
        }

        if (finalizers.Contains(OrphanFinalizer) && finalizers.Contains(ForegroundFinalizer))
        {
            errors.Invalid(path, finalizers, $"finalizer {OrphanFinalizer} and {ForegroundFinalizer} cannot be both set");
        }
    }

    private static void NoNewFinalizers(IList<string>? now, IList<string>? old, FieldPath path, FieldErrors errors)
    {
        if (now is not { Count: > 0 }) { return; }
        var added = now.Where(item => old?.Contains(item) != true).Distinct().Order(StringComparer.Ordinal).ToList();
        if (added.Count > 0)
        {
            errors.Forbidden(path.Child("finalizers"),
                $"no new finalizers can be added if the object is being deleted, found new finalizers {GoText.List(added)}");
        }
    }

    private static void ManagedFields(IList<V1ManagedFieldsEntry> entries, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < entries.Count; index++)
        {
            var entry = entries[index];
            if (entry.Operation is not ("Apply" or "Update")) { errors.Invalid(path.Index(index).Child("operation"), entry.Operation ?? string.Empty, "must be `Apply` or `Update`"); }
            if (!string.IsNullOrEmpty(entry.FieldsType) && entry.FieldsType != "FieldsV1") { errors.Invalid(path.Index(index).Child("fieldsType"), entry.FieldsType, "must be `FieldsV1`"); }
            if (entry.Manager is { Length: > 128 }) { errors.TooLong(path.Index(index).Child("manager"), 128); }
            if (entry.Subresource is { Length: > 256 }) { errors.TooLong(path.Index(index).Child("subresource"), 256); }
        }
    }

    private static void NotEmpty(string? value, FieldPath path, string field, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(value)) { errors.Invalid(path.Child(field), string.Empty, "must not be empty"); }
    }

    private static void Immutable(string? value, string? old, FieldPath path, string field, FieldErrors errors)
    {
        if (!string.Equals(value ?? string.Empty, old ?? string.Empty, StringComparison.Ordinal)) { errors.Invalid(path.Child(field), value ?? string.Empty, ImmutableRule.Text); }
    }

    private static string? Time(DateTime? time) => time?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
