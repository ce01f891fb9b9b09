using System.Globalization;
using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Json;
using Orch.ApiServer.Patching;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>Asks the mutating webhooks that want a request, one after the other, and applies their patches.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#reinvocation-policy</remarks>
internal sealed class MutatingWebhooks(WebhookSet<V1MutatingWebhookConfiguration> webhooks, WebhookDispatch dispatch) : IMutatingAdmission
{
    public string Name => "MutatingAdmissionWebhook";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource) => webhooks.MayHandle(operation, resource, subresource);

    public async ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var notes = request.Rounds.NotesOf<WebhookRounds>(Name);
        if (request.Rounds.IsSecond && !notes.BeginSecond(request.Object)) { return; }
        var (value, old) = (dispatch.Show(request, request.Object), dispatch.Show(request, request.OldObject));
        foreach (var webhook in webhooks.All)
        {
            if (await dispatch.MatchAsync(webhook, request, value, old, cancellationToken).ConfigureAwait(false) is not { } match) { continue; }

            // A webhook that did not want the request in the first round is not asked in the second.
            if (request.Rounds.IsSecond && !notes.IsDue(webhook)) { continue; }
            var hasChanged = await AskAsync(webhook, request, match, value, old, cancellationToken).ConfigureAwait(false);
            if (hasChanged)
            {
                notes.ObjectChanged();
                request.Rounds.RequireSecond();
                request.Object = value.Value;
            }

            if (webhook.Definition.IsReinvoked) { notes.Asked(webhook); }
        }

        notes.End(request.Object);
    }

    private async ValueTask<bool> AskAsync(
        Webhook webhook, AdmissionRequest request, MatchedResource match, ShownObject value, ShownObject old, CancellationToken cancellationToken)
    {
        var round = request.Rounds.IsSecond ? 1 : 0;
        var place = string.Create(CultureInfo.InvariantCulture, $"round_{round}_index_{webhook.Index}");
        var hasChanged = false;
        try
        {
            var answer = await dispatch.AskAsync(webhook, request, match, value.As(match.Resource), old.As(match.Resource), isMutating: true, cancellationToken).ConfigureAwait(false);
            if (answer is null)
            {
                FailedOpen();
                return false;
            }

            WebhookDispatch.Take(webhook, request, answer);
            if (answer.Patch is not { Length: > 0 } patch) { return false; }
            if (ReadPatch(webhook, patch) is not { Count: > 0 } operations) { return false; }
            hasChanged = await ApplyAsync(webhook, answer.PatchType, operations, value, match.Resource, cancellationToken).ConfigureAwait(false);
            request.AuditAnnotations.TryAdd($"{PatchAnnotation.Prefix}{place}", PatchAnnotation.Of(webhook, operations));
            return hasChanged;
        }
        catch (WebhookCallException exception)
        {
            if (!dispatch.Pass(webhook, exception)) { throw Client.ApiErrors.InternalError(exception.Message); }
            FailedOpen();
            return false;
        }
        finally
        {
            request.AuditAnnotations.TryAdd(
                $"mutation.webhook.admission.k8s.io/{place}",
                JsonSerializer.Serialize(new Mutation(webhook.Definition.Configuration, webhook.Name, hasChanged), ApiJson.Options));
        }

        void FailedOpen() => request.AuditAnnotations.TryAdd($"failed-open.mutation.webhook.admission.k8s.io/{place}", webhook.Name);
    }

    private static JsonList? ReadPatch(Webhook webhook, byte[] patch)
    {
        try
        {
            return JsonTree.Read(patch) switch
            {
                JsonList operations => operations,
                null => null,
                var other => throw new WebhookCallException(webhook.Name, $"received undecodable patch in webhook response: json: cannot unmarshal {GoText.TypeOf(other)} into Go value of type jsonpatch.Patch"),
            };
        }
        catch (JsonException)
        {
            throw new WebhookCallException(webhook.Name, $"received undecodable patch in webhook response: {GoSyntax.FaultOf(patch) ?? "exceeded max depth"}");
        }
    }

    private static async ValueTask<bool> ApplyAsync(Webhook webhook, string? patchType, JsonList operations, ShownObject value, GroupVersionResource form, CancellationToken cancellationToken)
    {
        if (value.Value is null)
        {
            throw Client.ApiErrors.InternalError($"admission webhook \"{webhook.Name}\" attempted to modify the object, which is not supported for this operation");
        }

        if (patchType is not (null or "JSONPatch")) { throw new WebhookCallException(webhook.Name, $"unsupported patch type \"{patchType}\""); }
        var before = value.As(form);
        try
        {
            var patched = JsonTree.Write(JsonPatch.Apply(JsonTree.Read(before.Span), operations));
            await value.TakeAsync(patched, form, cancellationToken).ConfigureAwait(false);
            return !value.As(form).Span.SequenceEqual(before.Span);
        }
        catch (PatchFault fault) when (fault.Code == 400)
        {
            throw new WebhookCallException(webhook.Name, $"received undecodable patch in webhook response: {fault.Message}");
        }
        catch (Exception fault) when (fault is PatchFault or JsonException)
        {
            throw Client.ApiErrors.InternalError(fault.Message);
        }
    }

    private sealed record Mutation(string Configuration, string Webhook, bool Mutated);
}
