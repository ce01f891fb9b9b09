using Orch.ApiServer.Patching;
using Orch.Security;

namespace Orch.ApiServer.Registry;

/// <summary>Who writes, and how.</summary>
/// <param name="User">Authorized already.</param>
internal sealed record WriteCall(UserInfo User)
{
    private static readonly string[] DryRunAll = ["All"];

    /// <summary>Empty for the object itself.</summary>
    public string Subresource { get; init; } = string.Empty;

    /// <summary>Everything but the commit happens.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>For <c>Warning</c> headers; the write adds to it.</summary>
    public List<string> Warnings { get; init; } = [];

    /// <summary>Name of the field manager, empty for an unknown one; null where nobody becomes the owner of what changes.</summary>
    public string? Manager { get; init; }

    /// <summary>Whether the change comes with its managed fields.</summary>
    public bool IsApply { get; init; }

    /// <summary>Whether the client sent only what changes; what it makes of the object is looked at after admission alone.</summary>
    public bool IsPatch { get; init; }

    /// <summary>The members at the top that a patch of the object named: the others are as they were. Null where all of the object may have changed; whoever makes the object says so each time.</summary>
    public PatchScope? Scope { get; set; }

    /// <summary>Who manages the fields that are written; null where the client named nobody.</summary>
    public string? FieldManager { get; init; }

    /// <summary>The request's <c>fieldValidation</c>; null where the client gave none.</summary>
    public string? FieldValidation { get; init; }

    /// <summary>Admission has decided already, on the object of a subresource such as <c>pods/binding</c>.</summary>
    public bool IsAdmitted { get; init; }

    /// <summary>The client named a collection: admission sees each of its objects, but no name in the request.</summary>
    public bool IsOfCollection { get; init; }

    /// <summary>What admission notes for the audit log; null where nobody reads it.</summary>
    public IDictionary<string, string>? AuditAnnotations { get; init; }

    /// <summary>The options as admission sees them.</summary>
    /// <param name="delete">Of a delete.</param>
    public AdmissionOptions OptionsFor(AdmissionOperation operation, DeleteCall? delete) => new()
    {
        Kind = operation switch { AdmissionOperation.Create => "CreateOptions", AdmissionOperation.Delete => "DeleteOptions", _ => "UpdateOptions" },
        DryRun = IsDryRun ? DryRunAll : null,
        FieldManager = FieldManager,
        FieldValidation = FieldValidation,
        GracePeriodSeconds = (long?)delete?.GracePeriod?.TotalSeconds,
        PropagationPolicy = delete?.PropagationPolicy,
        OrphanDependents = delete?.OrphanDependents,
        Preconditions = delete is { PreconditionUid: null, PreconditionResourceVersion: null } or null
            ? null
            : new k8s.Models.V1Preconditions { Uid = delete.PreconditionUid, ResourceVersion = delete.PreconditionResourceVersion },
    };
}
