namespace Orch.ApiServer;

/// <summary>Which stored objects are encrypted, and how; bound from <c>Orch:ApiServer:Encryption</c> where a host does so.</summary>
/// <remarks>
/// The text is upstream's <c>apiserver.config.k8s.io/v1 EncryptionConfiguration</c> with the providers <c>identity</c>, <c>aesgcm</c>, <c>aescbc</c>, <c>secretbox</c> and
/// <c>kms</c> (v2: by the name of a registered <see cref="Orch.Security.IKeyManagement"/>, or at an endpoint that a registered <see cref="Orch.Security.IKeyManagementConnector"/> reaches). The first key of the first provider writes, all of them read.
/// https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/
/// </remarks>
public sealed class EncryptionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Orch:ApiServer:Encryption";

    /// <summary>Path of a file with the configuration, YAML or JSON; read at the start and again whenever it changes. Null (the default): see <see cref="Configuration"/>.</summary>
    public string? ConfigurationFile { get; set; }

    /// <summary>The configuration itself, for hosts that keep no file. Null or empty with no file either: nothing is encrypted.</summary>
    public string? Configuration { get; set; }

    /// <summary>How often <see cref="ConfigurationFile"/> is looked at for a change, which then holds without a restart; one that is not sound is told and ignored. Default 30 s; zero: never.</summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether everything that is not stored as the configuration now says is rewritten after the start and after each change of the configuration, page by page. Default false: each object is when it is next written.</summary>
    public bool RewritesAtStart { get; set; }
}
