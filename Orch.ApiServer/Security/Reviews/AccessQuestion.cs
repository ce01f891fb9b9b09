using k8s.Models;
using Orch.ApiServer.Security.Authorization;
using Orch.Security;

namespace Orch.ApiServer.Security.Reviews;

/// <summary>Asks the authorizers what a review asks that keeps the rules.</summary>
internal sealed class AccessQuestion(AuthorizationDecider decider)
{
    public async ValueTask<V1SubjectAccessReviewStatus> AskAsync(
        UserInfo user, V1ResourceAttributes? resource, V1NonResourceAttributes? path, CancellationToken cancellationToken)
    {
        var attributes = resource is not null
            ? new AuthorizationAttributes(user, resource.Verb ?? string.Empty)
            {
                Group = resource.Group ?? string.Empty,
                Version = resource.Version ?? string.Empty,
                Resource = resource.Resource ?? string.Empty,
                Subresource = resource.Subresource ?? string.Empty,
                Namespace = resource.NamespaceProperty ?? string.Empty,
                Name = resource.Name ?? string.Empty,
                FieldSelector = SelectorAttributes.TextOf(resource.FieldSelector),
                LabelSelector = SelectorAttributes.TextOf(resource.LabelSelector),
            }
            : new AuthorizationAttributes(user, path!.Verb ?? string.Empty) { NonResourcePath = path.Path ?? string.Empty };
        var decision = await decider(attributes, cancellationToken).ConfigureAwait(false);
        return new V1SubjectAccessReviewStatus
        {
            Allowed = decision.Verdict == AuthorizationVerdict.Allow,
            Denied = decision.Verdict == AuthorizationVerdict.Deny ? true : null,
            Reason = decision.Reason.Length == 0 ? null : decision.Reason,
        };
    }
}

/// <summary>The whole chain of authorizers, as requests go through it.</summary>
internal delegate ValueTask<AuthorizationDecision> AuthorizationDecider(AuthorizationAttributes attributes, CancellationToken cancellationToken);
