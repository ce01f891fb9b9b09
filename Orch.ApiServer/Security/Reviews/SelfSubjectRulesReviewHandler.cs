using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Subresources;

namespace Orch.ApiServer.Security.Reviews;

/// <summary>What may I do in a namespace? (<c>kubectl auth can-i --list</c>)</summary>
/// <remarks>What the masters' group may do is said by its binding alone, as upstream's privileged groups resolve to no rules.</remarks>
internal sealed class SelfSubjectRulesReviewHandler(RbacAuthorizer rbac, AuthorizationChain chain)
    : Review<V1SelfSubjectRulesReview>("selfsubjectrulesreviews", ResourceScope.Cluster)
{
    protected override ValueTask AnswerAsync(V1SelfSubjectRulesReview review, CreateCall call, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(review.Spec?.NamespaceProperty)) { throw ApiErrors.BadRequest("no namespace on request"); }
        var all = rbac.RulesOf(call.User, review.Spec.NamespaceProperty);
        var faults = rbac.MissingRolesOf(call.User, review.Spec.NamespaceProperty).ToList();
        var isNode = NodeAuthorizer.NodeOf(call.User) is not null;
        if (isNode) { faults.Add("node authorizer does not support user rule resolution"); }
        if (chain.HasWebhooks) { faults.Add("webhook authorizer does not support user rule resolution"); }
        review.Status = new V1SubjectRulesReviewStatus
        {
            Incomplete = isNode || chain.HasWebhooks || faults.Count > 0,
            EvaluationError = faults switch { [] => null, [var one] => one, _ => $"[{string.Join(", ", faults)}]" },
            ResourceRules = [.. all.Where(rule => rule.Resources is { Count: > 0 }).Select(rule => new V1ResourceRule
            {
                Verbs = rule.Verbs, ApiGroups = rule.ApiGroups, Resources = rule.Resources, ResourceNames = rule.ResourceNames,
            })],
            NonResourceRules = [.. all.Where(rule => rule.NonResourceURLs is { Count: > 0 }).Select(rule => new V1NonResourceRule { Verbs = rule.Verbs, NonResourceURLs = rule.NonResourceURLs })],
        };
        return ValueTask.CompletedTask;
    }
}
