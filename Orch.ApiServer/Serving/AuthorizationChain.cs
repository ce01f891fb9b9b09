using Orch.ApiServer.Errors;
using Orch.ApiServer.Security.Authorization.Webhooks;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Serving;

/// <summary>Decides by the authorizers in their order; the group <c>system:masters</c> may do everything.</summary>
internal sealed class AuthorizationChain(IReadOnlyList<IAuthorizer> authorizers)
{
    private const string Superusers = "system:masters";

    /// <summary>Whether servers elsewhere are asked, whose rules nobody here knows.</summary>
    public bool HasWebhooks { get; } = authorizers.Any(static authorizer => authorizer is WebhookAuthorizer);

    /// <summary>Completes when the user may.</summary>
    /// <exception cref="ApiException">403.</exception>
    public async ValueTask RequireAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken)
    {
        var decision = await DecideAsync(attributes, cancellationToken).ConfigureAwait(false);
        if (decision.Verdict != AuthorizationVerdict.Allow) { throw Refusal(attributes, decision.Reason); }
    }

    /// <summary>The verdict: allow or not.</summary>
    public async ValueTask<AuthorizationDecision> DecideAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken)
    {
        if (attributes.User.IsInGroup(Superusers)) { return AuthorizationDecision.Allow(); }
        var reasons = string.Empty;
        foreach (var authorizer in authorizers)
        {
            var decision = await authorizer.AuthorizeAsync(attributes, cancellationToken).ConfigureAwait(false);
            if (decision.Verdict != AuthorizationVerdict.NoOpinion) { return decision; }
            if (decision.Reason.Length > 0) { reasons = reasons.Length == 0 ? decision.Reason : $"{reasons}, {decision.Reason}"; }
        }

        return new AuthorizationDecision(AuthorizationVerdict.NoOpinion, reasons);
    }

    /// <summary>403, in upstream's words.</summary>
    public static ApiException Refusal(AuthorizationAttributes attributes, string reason)
    {
        var user = $"User \"{attributes.User.Name}\"";
        var tail = reason.Length == 0 ? string.Empty : $": {reason}";
        if (attributes.NonResourcePath is { } path)
        {
            return ApiErrors.Forbidden(default(GroupVersionResource) with { Group = string.Empty, Resource = string.Empty }, string.Empty,
                $"{user} cannot {attributes.Verb} path \"{path}\"{tail}");
        }

        var resource = attributes.Subresource.Length == 0 ? attributes.Resource : $"{attributes.Resource}/{attributes.Subresource}";
        var place = attributes.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{attributes.Namespace}\"";
        return ApiErrors.Forbidden(new GroupVersionResource(attributes.Group, attributes.Version, attributes.Resource), attributes.Name,
            $"{user} cannot {attributes.Verb} resource \"{resource}\" in API group \"{attributes.Group}\" {place}{tail}");
    }
}
