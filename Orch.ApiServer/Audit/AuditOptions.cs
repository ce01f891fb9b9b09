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

    /// <summary>Whether files that were put aside are compressed with gzip. Off by default.</summary>
    public bool LogCompresses { get; set; }

    /// <summary>Bytes that an event in the file may have: a larger one is written without its bodies and marked, or not at all. 0 (the default) for no limit.</summary>
    public int LogMaxEventBytes { get; set; }

    /// <summary>A kubeconfig whose server takes events in batches; null for none.</summary>
    public string? WebhookConfigurationFile { get; set; }

    /// <summary>Events that wait for the webhook at most; what comes then is dropped and counted. Default 10000.</summary>
    public int WebhookBufferSize { get; set; } = 10_000;

    /// <summary>Events of one batch. Default 400.</summary>
    public int WebhookBatchSize { get; set; } = 400;

    /// <summary>How long a batch waits to be filled. Default 30 s.</summary>
    public TimeSpan WebhookBatchWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Batches a second at most, evened out; 0 for no limit. Default 10.</summary>
    public double WebhookBatchesPerSecond { get; set; } = 10;

    /// <summary>Batches that may go at once after a quiet while. Default 15.</summary>
    public int WebhookBurst { get; set; } = 15;

    /// <summary>Bytes that an event for the webhook may have: a larger one is sent without its bodies and marked, or not at all. 0 (the default) for no limit.</summary>
    public int WebhookMaxEventBytes { get; set; }

    /// <summary>Bytes of one batch at most; 0 for no limit. Default 10 MiB. An event that is larger by itself goes alone.</summary>
    public int WebhookMaxBatchBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>How long the first retry of a batch waits; later ones half as long again, four in all. Default 10 s.</summary>
    public TimeSpan WebhookInitialBackoff { get; set; } = TimeSpan.FromSeconds(10);
}
