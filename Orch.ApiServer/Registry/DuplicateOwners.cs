using k8s.Models;

namespace Orch.ApiServer.Registry;

/// <summary>Takes out owner references that say the same as one before them, and tells of it.</summary>
/// <remarks>As apiserver's handlers do; references to one owner that differ in anything stay.</remarks>
internal static class DuplicateOwners
{
    /// <summary>Takes them out of an object that the caller owns.</summary>
    /// <param name="warnings">Told of each that is taken out.</param>
    /// <param name="isAfterAdmission">Whether webhooks may have put them there.</param>
    public static void Remove(V1ObjectMeta metadata, List<string> warnings, bool isAfterAdmission)
    {
        if (metadata.OwnerReferences is not { Count: > 1 } references) { return; }
        // A client may send as many as a body holds: each is looked at once.
        var seen = new HashSet<V1OwnerReference>(references.Count);
        List<string>? twice = null;
        foreach (var reference in references)
        {
            if (!seen.Add(reference)) { (twice ??= []).Add(reference.Uid ?? string.Empty); }
        }

        if (twice is null) { return; }
        metadata.OwnerReferences = [.. references.Distinct()];
        warnings.Add($".metadata.ownerReferences contains duplicate entries{(isAfterAdmission ? " after mutating admission happens" : string.Empty)}; API server dedups owner references in 1.20+, "
            + $"and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {string.Join(", ", twice)}");
    }
}
