using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Apps;

/// <summary>Reported counts that cannot exceed others.</summary>
internal static class ReplicaCounts
{
    public const string ThanAll = "cannot be greater than status.replicas";
    public const string ThanReady = "cannot be greater than readyReplicas";

    /// <summary>Adds a fault when a part is more than the whole.</summary>
    public static void NotMore(int? part, int? whole, string field, string text, FieldErrors errors)
    {
        if ((part ?? 0) > (whole ?? 0)) { errors.Invalid(FieldPath.Of("status").Child(field), part ?? 0, text); }
    }

    /// <summary>Adds a fault when a count that only grows went back.</summary>
    public static void NotLess(int? now, int? before, string field, FieldErrors errors)
    {
        if (before is { } least && (now is null || now < least)) { errors.Invalid(FieldPath.Of("status").Child(field), now ?? 0, "cannot be decremented"); }
    }
}
