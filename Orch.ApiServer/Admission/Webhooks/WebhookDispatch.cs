using Microsoft.Extensions.Logging;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Admission.Policies;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Security;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>What mutating and validating webhooks have in common: who is asked, how, and what an answer or its absence means.</summary>
internal sealed partial class WebhookDispatch(
    PolicyServices policies, WebhookCaller caller, WebhookMetrics metrics, TimeProvider time, ILogger<WebhookDispatch> logger)
{
    /// <summary>The form in which a webhook wants the request, and in which both objects are prepared then; null when it does not.</summary>
    /// <exception cref="ApiException">That cannot be decided.</exception>
    public async ValueTask<MatchedResource?> MatchAsync(Webhook webhook, AdmissionRequest request, ShownObject value, ShownObject old, CancellationToken cancellationToken)
    {
        var match = await webhook.Matcher.MatchAsync(request, policies.Equivalents, policies.Objects, cancellationToken).ConfigureAwait(false);
        if (match is null) { return null; }
        await value.PrepareAsync(match.Value.Resource, cancellationToken).ConfigureAwait(false);
        await old.PrepareAsync(match.Value.Resource, cancellationToken).ConfigureAwait(false);
        if (webhook.Conditions is not { } conditions) { return match; }
        var shown = new PolicyRequest(policies, request, match.Value, value, old, new PolicyAuthorizer(policies.Decider, request.User, cancellationToken), cancellationToken);
        var (holds, fault) = await new PolicyEvaluation(conditions, shown, default).HoldAsync().ConfigureAwait(false);
        if (holds is null && !webhook.Definition.FailsOpen) { throw ApiErrors.Forbidden(request.Resource, request.Name, fault); }
        return holds is true ? match : null;
    }

    /// <summary>Shows an object of a request to webhooks.</summary>
    public ShownObject Show(AdmissionRequest request, k8s.IKubernetesObject? value) => new(policies.Resources, request.Resource) { Value = value };

    /// <summary>Asks one webhook; null when it could not be asked and the request is to go on.</summary>
    /// <exception cref="ApiException">It could not be asked, and must be; or it cannot be on a dry run.</exception>
    public async ValueTask<WebhookAnswer.Body?> AskAsync(
        Webhook webhook, AdmissionRequest request, MatchedResource match, ReadOnlyMemory<byte> value, ReadOnlyMemory<byte> old, bool isMutating, CancellationToken cancellationToken)
    {
        if (request.IsDryRun && webhook.Definition.SideEffects is not ("None" or "NoneOnDryRun"))
        {
            throw ApiErrors.BadRequest($"admission webhook \"{webhook.Name}\" does not support dry run");
        }

        var started = time.GetTimestamp();
        try
        {
            var version = webhook.Definition.ReviewVersion
                ?? throw new WebhookCallException(webhook.Name, "could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)", 400);
            var uid = Guid.NewGuid().ToString();
            var review = ReviewWriter.Write(version, uid, request, match, value, old);
            var answer = await caller.CallAsync(webhook, uid, review, isMutating, cancellationToken).ConfigureAwait(false);
            metrics.Asked(webhook.Name, isMutating, request.Operation, rejected: !answer.Allowed, answer.Allowed ? 200 : answer.Status?.Code ?? 400, time.GetElapsedTime(started));
            return answer;
        }
        catch (WebhookCallException exception)
        {
            metrics.Failed(webhook.Name, isMutating, request.Operation, webhook.Definition.FailsOpen, exception.Code, time.GetElapsedTime(started));
            if (Pass(webhook, exception)) { return null; }
            throw Client.ApiErrors.InternalError(exception.Message);
        }
    }

    /// <summary>Whether a request goes on after a webhook failed.</summary>
    public bool Pass(Webhook webhook, WebhookCallException exception)
    {
        if (webhook.Definition.FailsOpen) { Log.FailedOpen(logger, webhook.Name, exception.Message); }
        else { Log.FailedClosed(logger, webhook.Name, exception.Message); }
        return webhook.Definition.FailsOpen;
    }

    /// <summary>Takes over what an answer says to the client and to the audit log, and the refusal if it is one.</summary>
    /// <exception cref="ApiException">The webhook refused.</exception>
    public static void Take(Webhook webhook, AdmissionRequest request, WebhookAnswer.Body answer)
    {
        foreach (var (key, value) in answer.AuditAnnotations ?? new Dictionary<string, string>()) 
        {
            if (IsNote($"{webhook.Name}/{key}")) { request.AuditAnnotations.TryAdd($"{webhook.Name}/{key}", value); }
        }

        // What a webhook sends need not be what it should.
        foreach (var warning in answer.Warnings ?? []) { request.Warnings.Add(warning ?? string.Empty); }
        if (!answer.Allowed) { throw WebhookRefusal.Of(webhook.Name, answer.Status); }
    }

    // A prefix and a name: anything else is no key of the audit log.
    private static bool IsNote(string key)
    {
        var errors = new FieldErrors();
        TextRules.QualifiedName(key, FieldPath.Of(string.Empty), errors);
        return errors.Count == 0;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Webhook {Webhook} could not be asked; the request goes on: {Reason}")]
        public static partial void FailedOpen(ILogger logger, string webhook, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Webhook {Webhook} could not be asked; the request is refused: {Reason}")]
        public static partial void FailedClosed(ILogger logger, string webhook, string reason);
    }
}
