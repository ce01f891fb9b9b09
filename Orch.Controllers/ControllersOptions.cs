namespace Orch.Controllers;

/// <summary>Which controllers run, and how.</summary>
public sealed class ControllersOptions
{
    /// <summary>As upstream's <c>--controllers</c>: <c>*</c> is all, <c>NAME</c> one, <c>-NAME</c> all but that one. <c>*</c> by default.</summary>
    /// <remarks>The names are those of <see cref="ControllerNames"/>.</remarks>
    public IList<string> Controllers { get; } = ["*"];

    /// <summary>Keys that one controller works on at once, by its name; 5 where nothing is said.</summary>
    public IDictionary<string, int> Workers { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>How often every object is looked at without cause, as a safety net; 30 minutes by default, null for never.</summary>
    public TimeSpan? ResyncPeriod { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Run only while holding the lease <c>kube-system/kube-controller-manager</c>; for several replicas. Off by default.</summary>
    public bool LeaderElect { get; set; }

    /// <summary>PEM certificates that pods are to trust; published as config map <c>kube-root-ca.crt</c> in each namespace. Null: none is published.</summary>
    public string? RootCertificateAuthority { get; set; }

    /// <summary>PEM private key (RSA or ECDSA) that signs the long-lived tokens of secrets of type <c>kubernetes.io/service-account-token</c>. Null: such secrets are cleaned up but not filled.</summary>
    public string? ServiceAccountPrivateKey { get; set; }

    /// <summary>PEM certificate of the authority that signs approved requests to the signers <c>kubernetes.io/*</c>. Null: they are not signed.</summary>
    public string? ClusterSigningCertificate { get; set; }

    /// <summary>PEM private key (RSA or ECDSA) of <see cref="ClusterSigningCertificate"/>; needed with it.</summary>
    public string? ClusterSigningKey { get; set; }

    /// <summary>How long signed certificates are good for where a request does not ask for less; a year by default, ten minutes at least.</summary>
    public TimeSpan ClusterSigningDuration { get; set; } = TimeSpan.FromDays(365);

    /// <summary>How nodes are judged.</summary>
    public NodeLifecycleOptions NodeLifecycle { get; } = new();

    /// <summary>Give each node a range of pod addresses; on by default.</summary>
    public bool AllocateNodeCidrs { get; set; } = true;

    /// <summary>Ranges that nodes get theirs from, at most one an address family; <c>10.244.0.0/16</c> by default.</summary>
    public IList<string> ClusterCidrs { get; } = [];

    /// <summary>Prefix length of a node's IPv4 range; 24 by default, which gives 254 pods.</summary>
    public int NodeCidrMaskSizeIPv4 { get; set; } = 24;

    /// <summary>Prefix length of a node's IPv6 range; 64 by default.</summary>
    public int NodeCidrMaskSizeIPv6 { get; set; } = 64;

    /// <summary>Finished pods that may lie around before the oldest are deleted; 12,500 by default, 0 or less keeps all.</summary>
    public int TerminatedPodThreshold { get; set; } = 12_500;

    /// <summary>Endpoints in one endpoint slice; 100 by default, 1 to 1000.</summary>
    public int MaxEndpointsPerSlice { get; set; } = 100;

    /// <summary>The kinds that garbage collection and namespace deletion know; all that Orch serves by default.</summary>
    public ClusterKinds Kinds { get; } = ClusterKinds.BuiltIn();

    internal IEnumerable<string> EffectiveClusterCidrs => ClusterCidrs.Count > 0 ? ClusterCidrs : ["10.244.0.0/16"];

    internal bool IsEnabled(string name)
    {
        if (Controllers.Contains(name)) { return true; }
        return !Controllers.Contains($"-{name}") && Controllers.Contains("*");
    }
}
