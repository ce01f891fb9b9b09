using System.Diagnostics.Metrics;
using Orch.ApiServer.Serving;
using Orch.Security;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>Measures webhooks, under upstream's names.</summary>
internal sealed class WebhookMetrics(ServerMetrics metrics)
{
    private readonly Histogram<double> _durations = metrics.Meter.CreateHistogram<double>(
        "apiserver_admission_webhook_admission_duration_seconds", "s", "How long webhooks take.");

    private readonly Counter<long> _rejections = metrics.Meter.CreateCounter<long>(
        "apiserver_admission_webhook_rejection_count", null, "Requests that webhooks refused, or that were refused because one could not be asked.");

    private readonly Counter<long> _failedOpen = metrics.Meter.CreateCounter<long>(
        "apiserver_admission_webhook_fail_open_count", null, "Requests that went on though a webhook could not be asked.");

    private readonly Counter<long> _requests = metrics.Meter.CreateCounter<long>(
        "apiserver_admission_webhook_request_total", null, "Requests that webhooks were asked about, by the code of the answer.");

    /// <summary>A webhook answered.</summary>
    public void Asked(string name, bool isMutating, AdmissionOperation operation, bool rejected, int code, TimeSpan duration)
    {
        _durations.Record(duration.TotalSeconds, Tags(name, isMutating, operation, new("rejected", rejected ? "true" : "false")));
        Count(name, isMutating, operation, rejected, code);
        if (rejected) { _rejections.Add(1, [.. Tags(name, isMutating, operation, new("error_type", "no_error")), new("rejection_code", code)]); }
    }

    /// <summary>A webhook could not be asked.</summary>
    public void Failed(string name, bool isMutating, AdmissionOperation operation, bool failsOpen, int code, TimeSpan duration)
    {
        _durations.Record(duration.TotalSeconds, Tags(name, isMutating, operation, new("rejected", failsOpen ? "false" : "true")));
        Count(name, isMutating, operation, !failsOpen, code);
        if (failsOpen) { _failedOpen.Add(1, new("name", name), new("type", TypeOf(isMutating))); }
        else { _rejections.Add(1, [.. Tags(name, isMutating, operation, new("error_type", "calling_webhook_error")), new("rejection_code", code)]); }
    }

    // No more series than there are codes.
    private void Count(string name, bool isMutating, AdmissionOperation operation, bool rejected, int code)
        => _requests.Add(1, [.. Tags(name, isMutating, operation, new("rejected", rejected ? "true" : "false")), new("code", Math.Min(code, 600))]);

    private static string TypeOf(bool isMutating) => isMutating ? "admit" : "validating";

    private static KeyValuePair<string, object?>[] Tags(string name, bool isMutating, AdmissionOperation operation, KeyValuePair<string, object?> more)
        => [new("name", name), new("type", TypeOf(isMutating)), new("operation", ReviewWriter.OperationOf(operation)), more];
}
