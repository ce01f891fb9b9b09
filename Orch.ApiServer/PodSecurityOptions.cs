namespace Orch.ApiServer;

/// <summary>What pods may do in namespaces that do not say so by labels, and who is exempt.</summary>
/// <remarks>https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-admission-controller/</remarks>
public sealed class PodSecurityOptions
{
    /// <summary>The level that is enforced: <c>privileged</c> (the default), <c>baseline</c> or <c>restricted</c>.</summary>
    public string Enforce { get; set; } = "privileged";

    /// <summary>Its version: <c>latest</c> (the default) or <c>v1.x</c>.</summary>
    public string EnforceVersion { get; set; } = "latest";

    /// <summary>The level whose violations are noted for the audit log. Default <c>privileged</c>.</summary>
    public string Audit { get; set; } = "privileged";

    /// <summary>Its version. Default <c>latest</c>.</summary>
    public string AuditVersion { get; set; } = "latest";

    /// <summary>The level whose violations the client is warned of. Default <c>privileged</c>.</summary>
    public string Warn { get; set; } = "privileged";

    /// <summary>Its version. Default <c>latest</c>.</summary>
    public string WarnVersion { get; set; } = "latest";

    /// <summary>Users to whom nothing of this applies.</summary>
    public IList<string> ExemptUsernames { get; } = [];

    /// <summary>Runtime classes to whose pods nothing of this applies.</summary>
    public IList<string> ExemptRuntimeClasses { get; } = [];

    /// <summary>Namespaces in which nothing of this applies.</summary>
    public IList<string> ExemptNamespaces { get; } = [];
}
