using k8s;
using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Security.Reviews;

/// <summary>The rules for reviews of access.</summary>
internal static class ReviewRules
{
    // Upstream has lost the kind by when it looks.
    private static readonly GroupVersionKind Kind = new("authorization.k8s.io", "v1", string.Empty);
    private static readonly FieldPath Spec = FieldPath.Of("spec");

    /// <summary>What somebody, or the caller, is asked about.</summary>
    /// <exception cref="Client.ApiException">422.</exception>
    public static void Check(V1SelfSubjectAccessReview review)
    {
        var errors = new FieldErrors();
        Attributes(review.Spec?.ResourceAttributes, review.Spec?.NonResourceAttributes, null, errors);
        Metadata(review.Metadata, "must be empty", errors);
        Throw(errors);
    }

    /// <inheritdoc cref="Check(V1SelfSubjectAccessReview)" />
    public static void Check(V1SubjectAccessReview review)
    {
        var errors = new FieldErrors();
        Attributes(review.Spec?.ResourceAttributes, review.Spec?.NonResourceAttributes, review.Spec ?? new V1SubjectAccessReviewSpec(), errors);
        Metadata(review.Metadata, "must be empty", errors);
        Throw(errors);
    }

    /// <summary>The same in a namespace, about what is in it.</summary>
    /// <exception cref="Client.ApiException">422.</exception>
    public static void Check(V1LocalSubjectAccessReview review, string space)
    {
        var errors = new FieldErrors();
        var (resource, path) = (review.Spec?.ResourceAttributes, review.Spec?.NonResourceAttributes);
        Attributes(resource, path, review.Spec ?? new V1SubjectAccessReviewSpec(), errors);
        Metadata(review.Metadata is { } metadata ? metadata with { NamespaceProperty = null } : null, "must be empty except for namespace", errors);
        if (resource is not null && (resource.NamespaceProperty ?? string.Empty) != space)
        {
            errors.Invalid(Spec.Child("resourceAttributes").Child("namespace"), resource.NamespaceProperty ?? string.Empty, "must match metadata.namespace");
        }

        if (path is not null) { errors.Invalid(Spec.Child("nonResourceAttributes"), path, "disallowed on this kind of request"); }
        Throw(errors);
    }

    private static void Attributes(V1ResourceAttributes? resource, V1NonResourceAttributes? path, V1SubjectAccessReviewSpec? subject, FieldErrors errors)
    {
        if (resource is not null && path is not null) { errors.Invalid(Spec.Child("nonResourceAttributes"), path, "cannot be specified in combination with resourceAttributes"); }
        if (resource is null && path is null) { errors.Invalid(Spec.Child("resourceAttributes"), null, "exactly one of nonResourceAttributes or resourceAttributes must be specified"); }
        if (subject is not null && string.IsNullOrEmpty(subject.User) && subject.Groups is not { Count: > 0 })
        {
            errors.Invalid(Spec.Child("user"), subject.User ?? string.Empty, "at least one of user or group must be specified");
        }

        if (resource is not null) { SelectorAttributes.Validate(resource, Spec.Child("resourceAttributes"), errors); }
    }

    private static void Metadata(V1ObjectMeta? metadata, string fault, FieldErrors errors)
    {
        if (metadata is not null && !ContentEquality.Same(metadata with { ManagedFields = null }, new V1ObjectMeta())) { errors.Invalid(FieldPath.Of("metadata"), metadata, fault); }
    }

    private static void Throw(FieldErrors errors)
    {
        if (errors.Count > 0) { throw ApiErrors.Invalid(Kind, string.Empty, errors); }
    }
}
