using k8s;
using k8s.Models;

namespace Orch.Security;

/// <summary>The options of a write as admission sees them.</summary>
/// <remarks>JSON of <c>CreateOptions</c>, <c>UpdateOptions</c> or <c>DeleteOptions</c>; a patch shows the options of the update or create that it is.</remarks>
public sealed record AdmissionOptions : IKubernetesObject
{
    /// <inheritdoc />
    public string ApiVersion { get; set; } = "meta.k8s.io/v1";

    /// <summary><c>CreateOptions</c>, <c>UpdateOptions</c> or <c>DeleteOptions</c>.</summary>
    public required string Kind { get; set; }

    /// <summary><c>All</c> on a dry run, else null.</summary>
    public IList<string>? DryRun { get; init; }

    /// <summary>Null where the client named none.</summary>
    public string? FieldManager { get; init; }

    /// <summary><c>Strict</c>, <c>Warn</c>, <c>Ignore</c> or null.</summary>
    public string? FieldValidation { get; init; }

    /// <summary>Of a delete; null for the object's own.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary>Of a delete.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>Of a delete; the older form of the propagation.</summary>
    public bool? OrphanDependents { get; init; }

    /// <summary>Of a delete.</summary>
    public V1Preconditions? Preconditions { get; init; }
}
