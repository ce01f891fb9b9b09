using Orch.ApiServer.Errors;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Registry;

/// <summary>How to delete.</summary>
internal sealed record DeleteCall
{
    private const long LongestGraceSeconds = 100L * 365 * 24 * 60 * 60;
    private static readonly GroupVersionKind Kind = new("meta.k8s.io", "v1", "DeleteOptions");

    /// <summary>Null for the object's own.</summary>
    public TimeSpan? GracePeriod { get; init; }

    /// <summary>Of a number that a client gave, for a delete or in a pod's own spec.</summary>
    /// <remarks>A negative time is taken as the shortest that still lets the node stop the pod; one without measure ends in a hundred years, since dates end too.</remarks>
    public static TimeSpan GraceOf(long seconds) => TimeSpan.FromSeconds(seconds < 0 ? 1 : Math.Min(seconds, LongestGraceSeconds));

    /// <summary><c>Background</c>, <c>Foreground</c>, <c>Orphan</c> or null.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>The older form of the propagation.</summary>
    public bool? OrphanDependents { get; init; }

    /// <summary>Null for any.</summary>
    public string? PreconditionUid { get; init; }

    /// <summary>Null for any.</summary>
    public string? PreconditionResourceVersion { get; init; }

    /// <summary>Removes the object without a look at it, which only what cannot be read allows.</summary>
    public bool IgnoresReadErrors { get; init; }

    /// <summary>Refuses contradictions.</summary>
    /// <exception cref="Client.ApiException">422.</exception>
    /// <param name="isDryRun">Whether nothing is to be stored.</param>
    public void Check(bool isDryRun = false)
    {
        var errors = new FieldErrors();
        var path = FieldPath.Of("propagationPolicy");
        if (PropagationPolicy is not null && OrphanDependents is not null)
        {
            errors.Invalid(path, PropagationPolicy, "orphanDependents and deletionPropagation cannot be both set");
        }

        if (PropagationPolicy is not (null or "Background" or "Foreground" or "Orphan"))
        {
            errors.NotSupported(path, PropagationPolicy, "Foreground", "Background", "Orphan", "nil");
        }

        if (IgnoresReadErrors) { UnsafeDeletion.CheckAlone(this, isDryRun, errors); }
        if (errors.Count > 0) { throw ApiErrors.Invalid(Kind, string.Empty, errors); }
    }
}
