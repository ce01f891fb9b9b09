namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>What an image's reference says about pulling it.</summary>
internal static class ImageReference
{
    /// <summary><c>Always</c> for the tag <c>latest</c>, said or meant; else <c>IfNotPresent</c>.</summary>
    public static string PullPolicyFor(string? image)
    {
        if (string.IsNullOrEmpty(image) || image.Contains('@', StringComparison.Ordinal)) { return "IfNotPresent"; }

        // A colon before the last slash belongs to a registry's port.
        var name = image.AsSpan(image.LastIndexOf('/') + 1);
        var colon = name.IndexOf(':');
        return colon < 0 || name[(colon + 1)..] is "latest" ? "Always" : "IfNotPresent";
    }
}
