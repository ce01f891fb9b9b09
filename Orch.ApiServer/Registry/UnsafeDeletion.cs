using Orch.ApiServer.Errors;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Registry;

/// <summary>The rules of deleting what cannot be read, by <c>ignoreStoreReadErrorWithClusterBreakingPotential</c>.</summary>
/// <remarks>Upstream's feature AllowUnsafeMalformedObjectDeletion. https://kubernetes.io/docs/reference/using-api/api-concepts/#force-deletion</remarks>
internal static class UnsafeDeletion
{
    /// <summary>The option's name.</summary>
    public const string Option = "ignoreStoreReadErrorWithClusterBreakingPotential";

    /// <summary>Who may do it, beside deleting.</summary>
    public const string Verb = "unsafe-delete-ignore-read-errors";

    private static readonly FieldPath Path = FieldPath.Of(Option);

    /// <summary>Refuses other options beside it.</summary>
    public static void CheckAlone(DeleteCall call, bool isDryRun, FieldErrors errors)
    {
        if (isDryRun) { errors.Invalid(Path, true, "cannot be set together with .dryRun"); }
        if (call.PropagationPolicy is not null) { errors.Invalid(Path, true, "cannot be set together with .propagationPolicy"); }
        if (call.OrphanDependents is not null) { errors.Invalid(Path, true, "cannot be set together with .orphanDependents"); }
        if (call.GracePeriod is not null) { errors.Invalid(Path, true, "cannot be set together with .gracePeriodSeconds"); }
        if (call.PreconditionUid is not null || call.PreconditionResourceVersion is not null) { errors.Invalid(Path, true, "cannot be set together with .preconditions"); }
    }

    /// <summary>Returns when the user may.</summary>
    /// <exception cref="ApiException">403.</exception>
    public static void Require(AuthorizationDecision decision, GroupVersionResource resource, string name)
    {
        if (decision.Verdict != AuthorizationVerdict.Allow) { throw ApiErrors.Forbidden(resource, name, $"not permitted to do \"{Verb}\", reason: {decision.Reason}"); }
    }

    /// <summary>422: the object can be deleted as others are.</summary>
    public static ApiException NotNeeded(GroupVersionResource resource, string name)
    {
        var errors = new FieldErrors();
        errors.Invalid(Path, true, "is exclusively used to delete corrupt object(s), try again by removing this option");
        return ApiErrors.Invalid(new GroupVersionKind(resource.Group, resource.Version, resource.Resource), name, errors);
    }

    /// <summary>422: a collection is never deleted so.</summary>
    public static ApiException NotForCollections()
    {
        var errors = new FieldErrors();
        errors.Invalid(Path, true, "is not allowed with DELETECOLLECTION, try again after removing the option");
        return ApiErrors.Invalid(new GroupVersionKind("meta.k8s.io", "v1", "DeleteOptions"), string.Empty, errors);
    }
}
