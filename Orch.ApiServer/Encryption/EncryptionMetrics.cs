using System.Diagnostics.Metrics;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Encryption;

/// <summary>Counts changes of the encryption configuration, under upstream's name.</summary>
internal sealed class EncryptionMetrics(ServerMetrics metrics)
{
    private readonly Counter<long> _reloads = metrics.Meter.CreateCounter<long>(
        "apiserver_encryption_config_controller_automatic_reloads_total", null, "Changed encryption configurations that were taken in, or were not sound.");

    /// <summary>The configuration has changed.</summary>
    public void Reloaded(bool isSound) => _reloads.Add(1, new KeyValuePair<string, object?>("status", isSound ? "success" : "failure"));
}
