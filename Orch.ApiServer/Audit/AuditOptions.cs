namespace Orch.ApiServer;

/// <summary>What is recorded of requests and where to; without a policy file nothing is. Bound from <c>Orch:ApiServer:Audit</c> where a host does so.</summary>
public sealed class AuditOptions
{
    /// <summary>A file with a <c>Policy</c> of <c>audit.k8s.io/v1</c>; null (the default) records nothing.</summary>
    public string? PolicyFile { get; set; }

    /// <summary>The file to which events are appended, one JSON object a line; <c>-</c> is the standard output, null none.</summary>
    public string? LogPath { get; set; }

    /// <summary>Megabytes after which the file is put aside and begun anew; 0 for never. Default 100.</summary>
    public int LogMaxSizeMegabytes { get; set; } = 100;

    /// <summary>How many files that were put aside are kept; 0 for all. Default 10.</summary>
    public int LogMaxBackups { get; set; } = 10;

    /// <summary>How long files that were put aside are kept; zero (the default) for ever.</summary>
    public TimeSpan LogMaxAge { get; set; }

    /// <summary>A kubeconfig whose server takes events in batches; null for none.</summary>
    public string? WebhookConfigurationFile { get; set; }

    /// <summary>Events that wait for the webhook at most; what comes then is dropped and counted. Default 10000.</summary>
    public int WebhookBufferSize { get; set; } = 10_000;

    /// <summary>Events of one batch. Default 400.</summary>
    public int WebhookBatchSize { get; set; } = 400;

    /// <summary>How long a batch waits to be filled. Default 30 s.</summary>
    public TimeSpan WebhookBatchWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the first retry of a batch waits; later ones half as long again, four in all. Default 10 s.</summary>
    public TimeSpan WebhookInitialBackoff { get; set; } = TimeSpan.FromSeconds(10);
}
