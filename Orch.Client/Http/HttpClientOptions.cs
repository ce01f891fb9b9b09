namespace Orch.Client.Http;

/// <summary>How the HTTPS client behaves.</summary>
public sealed class HttpClientOptions
{
    /// <summary>The kubeconfig to use; null for <c>KUBECONFIG</c>, else <c>~/.kube/config</c>. Read by <c>AddOrchHttpClient</c> only.</summary>
    public string? KubeConfig { get; set; }

    /// <summary>Its context; null for the current one.</summary>
    public string? Context { get; set; }

    /// <summary>The connection itself, instead of a kubeconfig.</summary>
    public ClusterConnection? Connection { get; set; }

    /// <summary>How long one answer may take, watches aside; 60 s by default.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request is sent again when the server says to come back later (429, or 5xx with <c>Retry-After</c>); 10 by default.</summary>
    public int MaxRetries { get; set; } = 10;

    /// <summary>The shortest time after which the server is asked to end a watch; the longest is twice that. 5 minutes by default.</summary>
    public TimeSpan WatchTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
