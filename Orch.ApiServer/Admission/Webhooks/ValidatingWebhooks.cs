using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>Asks all validating webhooks that want a request at the same time; one refusal suffices.</summary>
internal sealed class ValidatingWebhooks(WebhookSet<V1ValidatingWebhookConfiguration> webhooks, WebhookDispatch dispatch) : IValidatingAdmission
{
    public string Name => "ValidatingAdmissionWebhook";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource) => webhooks.MayHandle(operation, resource, subresource);

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var relevant = new List<(Webhook Webhook, MatchedResource Match)>();
        var (value, old) = (dispatch.Show(request, request.Object), dispatch.Show(request, request.OldObject));
        foreach (var webhook in webhooks.All)
        {
            if (await dispatch.MatchAsync(webhook, request, value, old, cancellationToken).ConfigureAwait(false) is { } match) { relevant.Add((webhook, match)); }
        }

        if (relevant.Count == 0) { return; }
        var calls = relevant.ConvertAll(item =>
            dispatch.AskAsync(item.Webhook, request, item.Match, value.As(item.Match.Resource), old.As(item.Match.Resource), isMutating: false, cancellationToken).AsTask());
        ApiException? refusal = null;
        for (var index = 0; index < calls.Count; index++)
        {
            // All answers are heard: the others' warnings count too, and no call is left behind.
            try
            {
                if (await calls[index].ConfigureAwait(false) is { } answer) { WebhookDispatch.Take(relevant[index].Webhook, request, answer); }
                else { request.AuditAnnotations.TryAdd(string.Create(CultureInfo.InvariantCulture, $"failed-open.validating.webhook.admission.k8s.io/round_0_index_{index}"), relevant[index].Webhook.Name); }
            }
            catch (ApiException exception)
            {
                refusal ??= exception;
            }
        }

        if (refusal is not null) { throw refusal; }
    }
}
