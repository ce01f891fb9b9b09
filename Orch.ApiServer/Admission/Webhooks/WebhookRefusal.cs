using k8s.Models;
using Orch.Client;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>Makes the client's answer of a webhook's refusal.</summary>
internal static class WebhookRefusal
{
    /// <summary><c>admission webhook "x" denied the request: why</c>, with the webhook's own code and reason where it gave them.</summary>
    public static ApiException Of(string webhook, V1Status? status)
    {
        var deniedBy = $"admission webhook \"{webhook}\" denied the request";
        return new ApiException(new V1Status
        {
            ApiVersion = "v1",
            Kind = "Status",
            Metadata = new V1ListMeta(),
            Status = status?.Status is null or "" or "Success" ? "Failure" : status.Status,
            Code = status?.Code is >= 400 and <= 599 and var code ? code : 400,
            Reason = status?.Reason,
            Details = status?.Details,
            Message = !string.IsNullOrEmpty(status?.Message) ? $"{deniedBy}: {status.Message}"
                : !string.IsNullOrEmpty(status?.Reason) ? $"{deniedBy}: {status.Reason}"
                : $"{deniedBy} without explanation",
        });
    }
}
