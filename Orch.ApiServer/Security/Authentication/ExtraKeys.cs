namespace Orch.ApiServer.Security.Authentication;

/// <summary>Names of extra information, as headers carry them.</summary>
internal static class ExtraKeys
{
    /// <summary>In lower case, what is escaped by percent signs put back; as it is where that makes no sense.</summary>
    public static string Read(string text)
    {
        var lower = text.ToLowerInvariant();
        return lower.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(lower) : lower;
    }
}
