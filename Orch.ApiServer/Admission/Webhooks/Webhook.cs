using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Admission.Policies;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>A webhook ready to be asked.</summary>
/// <param name="Definition">As configured.</param>
/// <param name="Matcher">Compiled.</param>
/// <param name="Endpoint">Where it is, with its connections; null with <see cref="Fault"/> set when the configuration makes no sense.</param>
/// <param name="Conditions">Compiled match conditions; null where there are none.</param>
/// <param name="Index">Its place among all.</param>
internal sealed record Webhook(WebhookDefinition Definition, RequestMatcher Matcher, WebhookEndpoint? Endpoint, PolicyCode? Conditions, int Index)
{
    public string Name => Definition.Name;

    /// <summary>Why there is no endpoint.</summary>
    public string? Fault { get; init; }
}
