using System.Globalization;

namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>A level of the pod security standards in one version.</summary>
/// <param name="Level">How strict.</param>
/// <param name="Minor">Of <c>v1.minor</c>; <see cref="Latest"/> for the newest.</param>
internal readonly record struct SecurityLevel(PodSecurityLevel Level, int Minor)
{
    /// <summary>The newest version.</summary>
    public const int Latest = int.MaxValue;

    /// <summary>What is wrong with a level's name.</summary>
    public const string LevelFault = "must be one of privileged, baseline, restricted";

    /// <summary>What is wrong with a version's name.</summary>
    public const string VersionFault = "must be \"latest\" or \"v1.x\"";

    /// <summary>Reads a level; what cannot be read is restricted.</summary>
    public static bool TryLevel(string text, out PodSecurityLevel level)
    {
        (var isKnown, level) = text switch
        {
            "privileged" => (true, PodSecurityLevel.Privileged),
            "baseline" => (true, PodSecurityLevel.Baseline),
            "restricted" => (true, PodSecurityLevel.Restricted),
            _ => (false, PodSecurityLevel.Restricted),
        };
        return isKnown;
    }

    /// <summary>Reads a version; what cannot be read is the newest.</summary>
    public static bool TryVersion(string text, out int minor)
    {
        minor = Latest;
        if (text == "latest") { return true; }
        if (!text.StartsWith("v1.", StringComparison.Ordinal) || text.Length < 4 || (text.Length > 4 && text[3] == '0')) { return false; }
        if (!int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) { return false; }
        minor = number;
        return true;
    }

    /// <summary><c>restricted:latest</c>, <c>baseline:v1.24</c>.</summary>
    public override string ToString()
        => $"{Level.ToString().ToLowerInvariant()}:{(Minor == Latest ? "latest" : string.Create(CultureInfo.InvariantCulture, $"v1.{Minor}"))}";
}

/// <summary>How strict.</summary>
internal enum PodSecurityLevel
{
    /// <summary>Everything goes.</summary>
    Privileged,

    /// <summary>Known ways to more privilege are closed.</summary>
    Baseline,

    /// <summary>Hardened.</summary>
    Restricted,
}
