namespace Orch.Controllers.Status;

/// <summary>Counts in a status.</summary>
internal static class Counts
{
    /// <summary>Zero is left out, as upstream's <c>omitempty</c> does: what is read back then equals what was written.</summary>
    public static int? OrAbsent(this int count) => count == 0 ? null : count;
}
