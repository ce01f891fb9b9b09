using Orch.ApiServer.Security.Reviews;
using Orch.Cel;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Webhooks.Conditions;

/// <summary>Lets an expression ask what the maker of a request, or a service account, may do.</summary>
internal sealed class RequestAuthorizer(AuthorizationDecider decide, UserInfo user, CancellationToken cancellationToken) : ICelAuthorizer
{
    /// <inheritdoc />
    public CelAuthorizationDecision Authorize(CelAuthorizationRequest request)
    {
        var who = request.ServiceAccount is { } account ? Account(account.Namespace, account.Name) : user;
        var attributes = request.Path is { } path
            ? new AuthorizationAttributes(who, request.Verb) { NonResourcePath = path }
            : new AuthorizationAttributes(who, request.Verb)
            {
                Group = request.Group, Version = "*", Resource = request.Resource, Subresource = request.Subresource, Namespace = request.Namespace, Name = request.Name,
            };

        // Expressions cannot wait; the server's own authorizers answer at once.
        var answer = decide(attributes, cancellationToken);
        var decision = answer.IsCompletedSuccessfully ? answer.Result : answer.AsTask().GetAwaiter().GetResult();
        return new CelAuthorizationDecision(decision.Verdict == AuthorizationVerdict.Allow, decision.Reason, null);
    }

    /// <summary>What <c>authorizer.requestResource</c> asks about.</summary>
    public static CelAuthorizationRequest OfRequest(AdmissionRequest request, GroupVersionResource resource) => new()
    {
        Group = resource.Group, Resource = resource.Resource, Subresource = request.Subresource, Namespace = request.Namespace, Name = request.Name,
    };

    private static UserInfo Account(string namespaceName, string name)
        => new($"system:serviceaccount:{namespaceName}:{name}", ["system:serviceaccounts", $"system:serviceaccounts:{namespaceName}", "system:authenticated"]);
}
