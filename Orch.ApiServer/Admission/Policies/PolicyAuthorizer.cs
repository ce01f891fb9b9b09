using Orch.ApiServer.Security.Reviews;
using Orch.Cel;
using Orch.Security;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Asks the server's authorizers for an expression, about the user of the request or a service account.</summary>
internal sealed class PolicyAuthorizer(AuthorizationDecider decider, UserInfo user, CancellationToken cancellationToken) : ICelAuthorizer
{
    public CelAuthorizationDecision Authorize(CelAuthorizationRequest request)
    {
        var attributes = new AuthorizationAttributes(UserOf(request), request.Verb)
        {
            NonResourcePath = request.Path,
            Group = request.Group,
            Version = request.Path is null ? "*" : string.Empty,
            Resource = request.Resource,
            Subresource = request.Subresource,
            Namespace = request.Namespace,
            Name = request.Name,
            FieldSelector = request.FieldSelector ?? string.Empty,
            LabelSelector = request.LabelSelector ?? string.Empty,
        };
        try
        {
            // Expressions are evaluated in one go. All authorizers but webhooks answer from memory; a check costs so much that there are two at most.
            var decision = decider(attributes, cancellationToken).AsTask().GetAwaiter().GetResult();
            return new CelAuthorizationDecision(decision.Verdict == AuthorizationVerdict.Allow, decision.Reason, null);
        }
        catch (Client.ApiException exception)
        {
            return new CelAuthorizationDecision(false, string.Empty, exception.Message);
        }
    }

    private UserInfo UserOf(CelAuthorizationRequest request) => request.ServiceAccount is not { } account
        ? user
        : new UserInfo(
            $"system:serviceaccount:{account.Namespace}:{account.Name}", ["system:serviceaccounts", $"system:serviceaccounts:{account.Namespace}", "system:authenticated"]);
}
