using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orch.ApiServer;

/// <summary>How the API server listens and what it allows; bound from the configuration section <c>Orch:ApiServer</c> where a host does so.</summary>
public sealed class ApiServerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Orch:ApiServer";

    /// <summary>Whether it listens at all; without, only clients in the process reach it. Default true.</summary>
    public bool Listens { get; set; } = true;

    /// <summary>The address it listens on. Default: all, <c>0.0.0.0</c>.</summary>
    public string BindAddress { get; set; } = "0.0.0.0";

    /// <summary>The port; 0 takes a free one, see <see cref="ApiServerEndpoint"/>. Default 6443.</summary>
    public int Port { get; set; } = 6443;

    /// <summary>The server's certificate with its private key; required while <see cref="Listens"/>.</summary>
    public X509Certificate2? ServingCertificate { get; set; }

    /// <summary>The address by which pods and other machines reach it, published as <c>kubernetes.default</c>; null publishes nothing.</summary>
    public string? AdvertiseAddress { get; set; }

    /// <summary>The addresses of services: one range, or one of each family with a comma between. Default <c>10.96.0.0/16</c>; the first address of the first is <c>kubernetes.default</c>.</summary>
    public string ServiceCidr { get; set; } = "10.96.0.0/16";

    /// <summary>The first port that services may take on nodes. Default 30000.</summary>
    public int NodePortMinimum { get; set; } = 30_000;

    /// <summary>The last port that services may take on nodes. Default 32767.</summary>
    public int NodePortMaximum { get; set; } = 32_767;

    /// <summary>Whether requests without credentials go on as <c>system:anonymous</c>. Default true, as upstream; the authorizers decide what they may.</summary>
    public bool AllowAnonymous { get; set; } = true;

    /// <summary>Reads answered at the same time, streams left out; 0 for no limit. Default 400.</summary>
    public int MaxReadsInFlight { get; set; } = 400;

    /// <summary>Writes answered at the same time; 0 for no limit. Default 200.</summary>
    public int MaxWritesInFlight { get; set; } = 200;

    /// <summary>Bytes of a request's body. Default 3 MiB.</summary>
    public int MaxRequestBodyBytes { get; set; } = 3 * 1024 * 1024;

    /// <summary>How long a write may take. Default 60 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often watches that ask for bookmarks get one. Default 1 min.</summary>
    public TimeSpan BookmarkInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How much history the store keeps: every interval it forgets what is older than one. Default 5 min; zero never compacts.</summary>
    public TimeSpan CompactionInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Events that a watch may be behind before it is closed. Default 16384.</summary>
    public int WatchBacklog { get; set; } = 16_384;

    /// <summary>Shown to node agents when the server opens logs or streams; null shows none.</summary>
    public X509Certificate2? KubeletClientCertificate { get; set; }

    /// <summary>Who may have signed the certificates of node agents; null accepts any, as upstream without <c>--kubelet-certificate-authority</c>.</summary>
    public X509Certificate2Collection? KubeletCertificateAuthorities { get; set; }

    /// <summary>Client certificates signed by it are users; null (the default): no client certificate is accepted.</summary>
    public X509Certificate2? ClientCertificateAuthority { get; set; }

    /// <summary>P-256 key that signs service account tokens; null (the default) makes one that lasts as long as the process.</summary>
    public ECDsa? ServiceAccountSigningKey { get; set; }

    /// <summary>
    /// Further keys that verify service account tokens, EC or RSA: those that signed before, and the one that will. All are in the published key set.
    /// To change the signing key, add the new one here on every server, then let it sign, and take the old one out when its last token is over.
    /// </summary>
    public IList<AsymmetricAlgorithm> ServiceAccountVerificationKeys { get; } = [];

    /// <summary>Issuer of service account tokens, and with <see cref="AcceptedServiceAccountIssuers"/> the audiences of those that name none. Default <c>https://kubernetes.default.svc.cluster.local</c>.</summary>
    public string ServiceAccountIssuer { get; set; } = "https://kubernetes.default.svc.cluster.local";

    /// <summary>
    /// Further issuers whose tokens are accepted, when signed by a key that verifies them, and audiences for which tokens are good here. Empty by default.
    /// To change the issuer, add the new one here on every server, then let the two change places, and take the old one out when its last token is over.
    /// </summary>
    public IList<string> AcceptedServiceAccountIssuers { get; } = [];

    /// <summary>Where the keys of service account tokens are, as the discovery document says; null (the default): at this server's own address.</summary>
    public string? ServiceAccountJwksUri { get; set; }

    /// <summary>
    /// A file with an <c>AuthenticationConfiguration</c> of <c>apiserver.config.k8s.io/v1</c>: other issuers of tokens, and where requests without credentials may go.
    /// What it says of the latter stands over <see cref="AllowAnonymous"/>. Null (the default) for none.
    /// </summary>
    public string? AuthenticationConfigurationFile { get; set; }

    /// <summary>A kubeconfig whose server is asked, by <c>TokenReview</c>, for tokens that nobody else knows; null (the default) asks none.</summary>
    public string? TokenWebhookConfigurationFile { get; set; }

    /// <summary>How long that server's answers are remembered. Default 2 min.</summary>
    public TimeSpan TokenWebhookCacheTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// A file with an <c>AuthorizationConfiguration</c> of <c>apiserver.config.k8s.io/v1</c>: which authorizers are asked and in which order, webhooks among them.
    /// It stands in place of <see cref="Authorizers"/>. Null (the default) for none.
    /// </summary>
    public string? AuthorizationConfigurationFile { get; set; }

    /// <summary>A proxy in front whose word is taken for who a user is; by default there is none.</summary>
    public RequestHeaderOptions RequestHeader { get; } = new();

    /// <summary>The authenticators to ask, by name and in order; null asks all that are registered.</summary>
    public IReadOnlyList<string>? Authenticators { get; set; }

    /// <summary>The authorizers to ask, by name and in order; null asks all that are registered. Without any, only <c>system:masters</c> may do anything.</summary>
    public IReadOnlyList<string>? Authorizers { get; set; }

    /// <summary>The admission plugins to run, by name and in order; null (the default) runs those that are on by default, in upstream's order.</summary>
    /// <remarks>Plugins of others are on, and run before webhooks and quota in the order of their registration.</remarks>
    public IReadOnlyList<string>? AdmissionPlugins { get; set; }

    /// <summary>What is recorded of requests; nothing by default.</summary>
    public AuditOptions Audit { get; } = new();

    /// <summary>Admission plugins to run besides those that are on by default, such as <c>OwnerReferencesPermissionEnforcement</c>; the place follows from the name.</summary>
    public IList<string> EnabledAdmissionPlugins { get; } = [];

    /// <summary>Admission plugins not to run.</summary>
    public IList<string> DisabledAdmissionPlugins { get; } = [];

    /// <summary>What pods may do where their namespace does not say so.</summary>
    public PodSecurityOptions PodSecurity { get; } = new();

    /// <summary>What may only be used where a resource quota covers it.</summary>
    public ResourceQuotaOptions ResourceQuota { get; } = new();

    /// <summary>All issuers whose tokens are accepted; the first is the one that issues.</summary>
    internal IReadOnlyList<string> AllServiceAccountIssuers => [ServiceAccountIssuer, .. AcceptedServiceAccountIssuers];
}
