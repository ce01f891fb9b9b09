using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Admission.Webhooks;
using Orch.ApiServer.Registry;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Evaluates mutating admission policies, one after the other, and applies what they make.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/</remarks>
internal sealed class MutatingPolicies(PolicyServices services, MutationApplier applier) : IMutatingAdmission
{
    private readonly PolicySet<V1MutatingAdmissionPolicy, V1MutatingAdmissionPolicyBinding, MutatingPolicy> _policies = new(
        services.Objects,
        static binding => binding.Spec?.PolicyName,
        static binding => new PolicyBinding(binding.Metadata.Name, new RequestMatcher(MatchCriteria.From(binding.Spec.MatchResources)), binding.Spec.ParamRef, []),
        static (policy, bindings) => new MutatingPolicy(policy, bindings));

    public string Name => "MutatingAdmissionPolicy";

    // Of a delete there is nothing to change, but conditions and parameters are looked at all the same.
    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource) => _policies.MayHandle(operation, resource, subresource);

    public async ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var outcome = new MutationOutcome(request);
        var (value, old) = (new ShownObject(services.Resources, request.Resource) { Value = request.Object }, new ShownObject(services.Resources, request.Resource) { Value = request.OldObject });
        // Who wants the request is settled before anybody changes it.
        var invocations = new List<MutationInvocation>();
        foreach (var policy in _policies.All)
        {
            if (await MatchAsync(policy, null, policy.Matcher, request, outcome, cancellationToken).ConfigureAwait(false) is { } match)
            {
                await CollectAsync(policy, match, request, value, old, outcome, invocations, cancellationToken).ConfigureAwait(false);
            }
        }

        if (invocations.Count > 0) { await ApplyAsync(invocations, request, value, old, outcome, cancellationToken).ConfigureAwait(false); }
        outcome.Publish();
    }

    private async ValueTask CollectAsync(
        MutatingPolicy policy, MatchedResource match, AdmissionRequest request, ShownObject value, ShownObject old, MutationOutcome outcome, List<MutationInvocation> invocations, CancellationToken cancellationToken)
    {
        ServedResource? resource;
        try
        {
            resource = PolicyParams.ResourceOf(services.Resources, policy.ParamKind);
        }
        catch (PolicyFault fault)
        {
            outcome.Misconfigured(policy, null, fault.Message);
            return;
        }

        foreach (var binding in policy.Bindings)
        {
            if (await MatchAsync(policy, binding, binding.Matcher, request, outcome, cancellationToken).ConfigureAwait(false) is null) { continue; }
            try
            {
                await value.PrepareAsync(match.Resource, cancellationToken).ConfigureAwait(false);
                await old.PrepareAsync(match.Resource, cancellationToken).ConfigureAwait(false);
                foreach (var parameter in await PolicyParams.FindAsync(resource, binding.ParamRef, AdmissionTarget.NamespaceOf(request), cancellationToken).ConfigureAwait(false))
                {
                    invocations.Add(new MutationInvocation(policy, binding, match, parameter));
                }
            }
            catch (PolicyFault fault)
            {
                outcome.Misconfigured(policy, binding, fault.Message);
            }
            catch (ApiException exception)
            {
                outcome.Misconfigured(policy, null, PolicyFault.TextOf(isOfBinding: false, exception.Message));
            }
        }
    }

    private async ValueTask<MatchedResource?> MatchAsync(
        MutatingPolicy policy, PolicyBinding? binding, RequestMatcher matcher, AdmissionRequest request, MutationOutcome outcome, CancellationToken cancellationToken)
    {
        try
        {
            return await matcher.MatchAsync(request, services.Equivalents, services.Objects, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception)
        {
            outcome.Misconfigured(policy, binding, PolicyFault.TextOf(binding is not null, exception.Message));
            return null;
        }
    }

    private async ValueTask ApplyAsync(
        List<MutationInvocation> invocations, AdmissionRequest request, ShownObject value, ShownObject old, MutationOutcome outcome, CancellationToken cancellationToken)
    {
        var rounds = request.Rounds.NotesOf<PolicyRounds>(Name);
        if (request.Rounds.IsSecond) { rounds.BeginSecond(request.Object); }
        var authorizer = new PolicyAuthorizer(services.Decider, request.User, cancellationToken);
        var hasMutated = false;
        foreach (var invocation in invocations)
        {
            var (policy, binding, match, parameter) = invocation;
            // What changed since is another object.
            await value.PrepareAsync(match.Resource, cancellationToken).ConfigureAwait(false);
            var (holds, fault) = await new PolicyEvaluation(policy.Code, Shown(match), parameter.Value).HoldAsync().ConfigureAwait(false);
            if (holds is null) { outcome.Failed(policy, binding, fault); }
            if (holds is not true || (request.Rounds.IsSecond && !rounds.IsDue(invocation.Key))) { continue; }
            var before = value.As(match.Resource);
            foreach (var mutation in value.Value is null ? [] : policy.Mutations)
            {
                // Each mutation sees what those before it made.
                hasMutated |= await MutateAsync(invocation, mutation, Shown(match), value, outcome).ConfigureAwait(false);
            }

            if (!value.As(match.Resource).Span.SequenceEqual(before.Span))
            {
                rounds.ObjectChanged();
                request.Rounds.RequireSecond();
                request.Object = value.Value;
            }

            if (policy.IsReinvoked) { rounds.Done(invocation.Key); }
        }

        // As upstream, where whoever mutated counts as having changed something: all that ask for it are evaluated again, themselves included.
        if (hasMutated) { rounds.ObjectChanged(); }
        if (rounds.HasDue) { request.Rounds.RequireSecond(); }
        rounds.End(request.Object);

        PolicyRequest Shown(MatchedResource form) => new(services, request, form, value, old, authorizer, cancellationToken);
    }

    private async ValueTask<bool> MutateAsync(
        MutationInvocation invocation, (bool IsJsonPatch, PolicyExpression Expression) mutation, PolicyRequest shown, ShownObject value, MutationOutcome outcome)
    {
        try
        {
            var made = await new PolicyEvaluation(invocation.Policy.Code, shown, invocation.Param.Value).EvaluateAsync(mutation.Expression, new PolicyBudget()).ConfigureAwait(false);
            if (made.IsError) { throw new MutationFault(made.AsError().Message); }
            await applier.ApplyAsync(value, invocation.Match, shown.Request.Subresource, mutation.IsJsonPatch, made, shown.CancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (MutationFault fault)
        {
            outcome.Failed(invocation.Policy, invocation.Binding, fault.Message);
            return false;
        }
    }
}
