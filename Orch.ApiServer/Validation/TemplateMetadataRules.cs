using k8s.Models;

namespace Orch.ApiServer.Validation;

/// <summary>The rules for the metadata of what is made from a template within another object: labels and annotations, nothing else.</summary>
internal static class TemplateMetadataRules
{
    private const string Refused = "cannot be set";

    /// <summary>What may not stand there.</summary>
    public static void Validate(V1ObjectMeta? metadata, FieldPath path, FieldErrors errors)
    {
        if (metadata is null) { return; }
        Refuse(metadata.Name, path, "name", errors);
        Refuse(metadata.GenerateName, path, "generateName", errors);
        Refuse(metadata.NamespaceProperty, path, "namespace", errors);
        Refuse(metadata.SelfLink, path, "selfLink", errors);
        Refuse(metadata.Uid, path, "uID", errors);
        Refuse(metadata.ResourceVersion, path, "resourceVersion", errors);
        if (metadata.Generation is not (null or 0)) { errors.Forbidden(path.Child("generation"), Refused); }
        if (metadata.CreationTimestamp is not null) { errors.Forbidden(path.Child("creationTimestamp"), Refused); }
        if (metadata.DeletionTimestamp is not null) { errors.Forbidden(path.Child("deletionTimestamp"), Refused); }
        if (metadata.DeletionGracePeriodSeconds is not null) { errors.Forbidden(path.Child("deletionGracePeriodSeconds"), Refused); }
        if (metadata.OwnerReferences is not null) { errors.Forbidden(path.Child("ownerReferences"), Refused); }
        if (metadata.Finalizers is not null) { errors.Forbidden(path.Child("finalizers"), Refused); }
        if (metadata.ManagedFields is not null) { errors.Forbidden(path.Child("managedFields"), Refused); }
    }

    private static void Refuse(string? value, FieldPath path, string field, FieldErrors errors)
    {
        if (!string.IsNullOrEmpty(value)) { errors.Forbidden(path.Child(field), Refused); }
    }
}
