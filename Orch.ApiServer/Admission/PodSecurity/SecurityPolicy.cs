using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>What a namespace asks of its pods.</summary>
internal readonly record struct SecurityPolicy(SecurityLevel Enforce, SecurityLevel Audit, SecurityLevel Warn)
{
    private const string Prefix = "pod-security.kubernetes.io/";
    private static readonly FieldPath Labels = FieldPath.Of("metadata").Child("labels");

    /// <summary>Whether nothing is asked.</summary>
    public bool IsPrivileged => Enforce.Level == PodSecurityLevel.Privileged && Audit.Level == PodSecurityLevel.Privileged && Warn.Level == PodSecurityLevel.Privileged;

    /// <summary>By a namespace's labels; for those that are absent the defaults hold.</summary>
    /// <param name="errors">Takes what is wrong with the labels. A wrong enforced level is restricted, another one privileged, a wrong version the newest.</param>
    public static SecurityPolicy Of(IDictionary<string, string>? labels, SecurityPolicy defaults, FieldErrors? errors)
    {
        if (labels is not { Count: > 0 }) { return defaults; }
        return new SecurityPolicy(
            Read(labels, Prefix + "enforce", Prefix + "enforce-version", defaults.Enforce, PodSecurityLevel.Restricted, errors),
            Read(labels, Prefix + "audit", Prefix + "audit-version", defaults.Audit, PodSecurityLevel.Privileged, errors),
            Read(labels, Prefix + "warn", Prefix + "warn-version", defaults.Warn, PodSecurityLevel.Privileged, errors));
    }

    private static SecurityLevel Read(
        IDictionary<string, string> labels, string levelLabel, string versionLabel, SecurityLevel present, PodSecurityLevel fallback, FieldErrors? errors)
    {
        var (level, minor) = present;
        if (labels.TryGetValue(levelLabel, out var text) && !SecurityLevel.TryLevel(text, out level))
        {
            level = fallback;
            errors?.Invalid(Labels.Key(levelLabel), text, SecurityLevel.LevelFault);
        }

        if (labels.TryGetValue(versionLabel, out text) && !SecurityLevel.TryVersion(text, out minor)) { errors?.Invalid(Labels.Key(versionLabel), text, SecurityLevel.VersionFault); }
        return new SecurityLevel(level, minor);
    }
}
