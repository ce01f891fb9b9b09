namespace Orch.Kubelet.Images;

/// <summary>Takes image names apart.</summary>
internal static class ImageReference
{
    public const string DefaultRegistry = "docker.io";

    /// <summary>Name, tag and digest; the last two null where the reference has none.</summary>
    public static (string Name, string? Tag, string? Digest) Split(string reference)
    {
        string? digest = null;
        if (reference.IndexOf('@', StringComparison.Ordinal) is > 0 and var at) { (reference, digest) = (reference[..at], reference[(at + 1)..]); }
        var colon = reference.LastIndexOf(':');
        return colon > reference.LastIndexOf('/') ? (reference[..colon], reference[(colon + 1)..], digest) : (reference, null, digest);
    }

    /// <summary>The registry's host with its port, and the path on it.</summary>
    public static (string Registry, string Path) Locate(string reference)
    {
        var name = Split(reference).Name;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && (name[..slash].Contains('.', StringComparison.Ordinal) || name[..slash].Contains(':', StringComparison.Ordinal) || name[..slash] == "localhost"))
        {
            return (name[..slash], name[(slash + 1)..]);
        }

        return (DefaultRegistry, slash > 0 ? name : "library/" + name);
    }
}
