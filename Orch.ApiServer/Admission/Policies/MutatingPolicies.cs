using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Admission.Webhooks;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Expressions;
using Orch.ApiServer.Json;
using Orch.ApiServer.Patching;
using Orch.Cel;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Evaluates mutating admission policies, one after the other, and applies what they make.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/</remarks>
internal sealed class MutatingPolicies(PolicyServices services, ModelMergeTypes types) : IMutatingAdmission
{
    private readonly PolicySet<V1MutatingAdmissionPolicy, V1MutatingAdmissionPolicyBinding, MutatingPolicy> _policies = new(
        services.Objects,
        static binding => binding.Spec?.PolicyName,
        static binding => new PolicyBinding(binding.Metadata.Name, new RequestMatcher(MatchCriteria.From(binding.Spec.MatchResources)), binding.Spec.ParamRef, []),
        static (policy, bindings) => new MutatingPolicy(policy, bindings));

    public string Name => "MutatingAdmissionPolicy";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation != AdmissionOperation.Delete && _policies.MayHandle(operation, resource, subresource);

    public async ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is null) { return; }
        var rounds = request.Rounds.NotesOf<PolicyRounds>(Name);
        if (request.Rounds.IsSecond && !rounds.BeginSecond(request.Object)) { return; }
        var target = new Target(
            request, new ShownObject(services.Resources, request.Resource) { Value = request.Object }, new ShownObject(services.Resources, request.Resource) { Value = request.OldObject }, rounds);
        foreach (var policy in _policies.All)
        {
            await ApplyAsync(policy, target, cancellationToken).ConfigureAwait(false);
        }

        rounds.End(request.Object);
    }

    private static ApiException Denied(AdmissionRequest request, MutatingPolicy policy, PolicyBinding? binding, string message)
    {
        var status = AdmissionRefusal.Forbidden(request, string.Empty).Status;
        status.Message = binding is null ? $"policy '{policy.Name}' denied request: {message}" : $"policy '{policy.Name}' with binding '{binding.Name}' denied request: {message}";
        status.Details ??= new V1StatusDetails();
        status.Details.Causes = [.. status.Details.Causes ?? [], new V1StatusCause { Message = status.Message }];
        return new ApiException(status);
    }

    private async ValueTask ApplyAsync(MutatingPolicy policy, Target target, CancellationToken cancellationToken)
    {
        PolicyBinding? binding = null;
        try
        {
            if (await policy.Matcher.MatchAsync(target.Request, services.Equivalents, services.Objects, cancellationToken).ConfigureAwait(false) is not { } match) { return; }
            foreach (var item in policy.Bindings)
            {
                binding = item;
                var key = $"{policy.Name}/{item.Name}";
                if (target.Request.Rounds.IsSecond && !target.Rounds.IsDue(key)) { continue; }
                if (await item.Matcher.MatchAsync(target.Request, services.Equivalents, services.Objects, cancellationToken).ConfigureAwait(false) is null) { continue; }
                var isWanted = false;
                foreach (var parameter in PolicyParams.Find(services.Resources, policy.ParamKind, item.ParamRef, AdmissionTarget.NamespaceOf(target.Request)))
                {
                    isWanted |= Apply(policy, target, match, parameter, cancellationToken);
                }

                if (isWanted && policy.IsReinvoked) { target.Rounds.Done(key); }
            }
        }
        catch (PolicyFault fault)
        {
            if (!policy.FailsOpen) { throw Denied(target.Request, policy, fault.IsOfBinding ? binding : null, fault.Message); }
        }
        catch (MutationFault fault)
        {
            if (!policy.FailsOpen) { throw Denied(target.Request, policy, binding, fault.Message); }
        }
    }

    /// <summary>Whether the policy wanted the request; what it made is in the target then.</summary>
    private bool Apply(MutatingPolicy policy, Target target, MatchedResource match, CelValue parameter, CancellationToken cancellationToken)
    {
        var (holds, fault) = PolicyEvaluation.Hold(policy.Code, new PolicyRequest(services, target.Request, match, target.Value, target.Old, cancellationToken), parameter);
        if (holds is null) { throw new MutationFault(fault); }
        if (holds is false) { return false; }
        var before = target.Value.As(match.Resource);
        var budget = new PolicyBudget();
        foreach (var (isJsonPatch, expression) in policy.Mutations)
        {
            // Each mutation sees what those before it made.
            var shown = new PolicyRequest(services, target.Request, match, target.Value, target.Old, cancellationToken);
            var made = new PolicyEvaluation(policy.Code, shown, parameter, budget).Evaluate(expression);
            if (made.IsError) { throw new MutationFault(made.AsError().Message); }
            Take(target, match, isJsonPatch, made);
        }

        if (!target.Value.As(match.Resource).Span.SequenceEqual(before.Span))
        {
            target.Rounds.ObjectChanged();
            target.Request.Rounds.RequireSecond();
            target.Request.Object = target.Value.Value;
        }

        return true;
    }

    private void Take(Target target, MatchedResource match, bool isJsonPatch, in CelValue made)
    {
        var live = JsonTree.Read(target.Value.As(match.Resource).Span);
        try
        {
            var changed = isJsonPatch ? Patch(live, made) : Merge(live, made, TypeOf(target, match), match);
            target.Value.Take(JsonTree.Write(changed), match.Resource);
        }
        catch (PatchFault exception)
        {
            throw new MutationFault("JSON Patch: " + exception.Message);
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new MutationFault(exception.Message);
        }
    }

    private MergeType TypeOf(Target target, MatchedResource match)
        => services.Resources.Find(match.Resource)?.Declaration is { } declaration && target.Request.Subresource is "" or "status"
            ? types.Of(declaration)
            : types.Of(target.Value.Value!.GetType());

    private static object? Patch(object? live, in CelValue made)
    {
        if (made.Kind != CelKind.List) { throw new MutationFault("type mismatch: JSONPatchType.expression should evaluate to array"); }
        var list = made.AsList();
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index].Kind != CelKind.Map || list[index].AsMap().Type.Name != "JSONPatch")
            {
                throw new MutationFault("type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch");
            }
        }

        return list.Count == 0 ? live : JsonPatch.Apply(live, JsonTreeWriter.ToTree(made));
    }

    private static object? Merge(object? live, in CelValue made, MergeType type, MatchedResource match)
    {
        if (made.Kind != CelKind.Map || made.AsMap().Type.Name != "Object") { throw new MutationFault($"type mismatch: ApplyConfiguration.expression should evaluate to Object, got {made.RuntimeType()}"); }
        var applied = (JsonMap)JsonTreeWriter.ToTree(made)!;
        if (AtomicParts.FirstIn(applied, type) is { } path) { throw new MutationFault($"invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: {path}"); }
        applied["apiVersion"] = match.Kind.ApiVersion;
        applied["kind"] = match.Kind.Kind;
        return TreeMerge.Merge(live, applied, type);
    }

    private sealed record Target(AdmissionRequest Request, ShownObject Value, ShownObject Old, PolicyRounds Rounds);

    private sealed class MutationFault(string message) : Exception(message);
}
