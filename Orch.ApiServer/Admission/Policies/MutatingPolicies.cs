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
            request, new ShownObject(services.Resources, request.Resource) { Value = request.Object }, new ShownObject(services.Resources, request.Resource) { Value = request.OldObject }, rounds,
            new PolicyAuthorizer(services.Decider, request.User, cancellationToken));
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
        if (await MatchAsync(policy, null, policy.Matcher, target.Request, cancellationToken).ConfigureAwait(false) is not { } match) { return; }
        await target.Value.PrepareAsync(match.Resource, cancellationToken).ConfigureAwait(false);
        await target.Old.PrepareAsync(match.Resource, cancellationToken).ConfigureAwait(false);
        foreach (var binding in policy.Bindings)
        {
            var key = $"{policy.Name}/{binding.Name}";
            if (target.Request.Rounds.IsSecond && !target.Rounds.IsDue(key)) { continue; }
            if (await MatchAsync(policy, binding, binding.Matcher, target.Request, cancellationToken).ConfigureAwait(false) is null) { continue; }
            IReadOnlyList<CelValue> parameters;
            try
            {
                parameters = await PolicyParams.FindAsync(services.Resources, policy.ParamKind, binding.ParamRef, AdmissionTarget.NamespaceOf(target.Request), cancellationToken).ConfigureAwait(false);
            }
            catch (PolicyFault fault)
            {
                Fail(policy, fault.IsOfBinding ? binding : null, target.Request, fault.Message);
                continue;
            }

            var isWanted = false;
            foreach (var parameter in parameters) { isWanted |= await ApplyAsync(policy, binding, target, match, parameter, cancellationToken).ConfigureAwait(false); }
            if (isWanted && policy.IsReinvoked) { target.Rounds.Done(key); }
        }
    }

    private async ValueTask<MatchedResource?> MatchAsync(MutatingPolicy policy, PolicyBinding? binding, RequestMatcher matcher, AdmissionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await matcher.MatchAsync(request, services.Equivalents, services.Objects, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception)
        {
            Fail(policy, binding, request, PolicyFault.TextOf(binding is not null, exception.Message));
            return null;
        }
    }

    /// <summary>Whether the policy wanted the request; what it made is in the target then.</summary>
    private async ValueTask<bool> ApplyAsync(MutatingPolicy policy, PolicyBinding binding, Target target, MatchedResource match, CelValue parameter, CancellationToken cancellationToken)
    {
        // Each mutation sees what those before it made.
        PolicyRequest Shown() => new(services, target.Request, match, target.Value, target.Old, target.Authorizer, cancellationToken);

        var (holds, fault) = await new PolicyEvaluation(policy.Code, Shown(), parameter).HoldAsync().ConfigureAwait(false);
        if (holds is null) { Fail(policy, binding, target.Request, fault); }
        if (holds is not true) { return false; }
        var before = target.Value.As(match.Resource);
        foreach (var (isJsonPatch, expression) in policy.Mutations)
        {
            try
            {
                var made = await new PolicyEvaluation(policy.Code, Shown(), parameter).EvaluateAsync(expression, new PolicyBudget()).ConfigureAwait(false);
                if (made.IsError) { throw new MutationFault(made.AsError().Message); }
                await TakeAsync(target, match, isJsonPatch, made, cancellationToken).ConfigureAwait(false);
            }
            catch (MutationFault mutation)
            {
                Fail(policy, binding, target.Request, mutation.Message);
            }
        }

        if (!target.Value.As(match.Resource).Span.SequenceEqual(before.Span))
        {
            target.Rounds.ObjectChanged();
            target.Request.Rounds.RequireSecond();
            target.Request.Object = target.Value.Value;
        }

        return true;
    }

    private static void Fail(MutatingPolicy policy, PolicyBinding? binding, AdmissionRequest request, string message)
    {
        if (!policy.FailsOpen) { throw Denied(request, policy, binding, message); }
    }

    private async ValueTask TakeAsync(Target target, MatchedResource match, bool isJsonPatch, CelValue made, CancellationToken cancellationToken)
    {
        var live = JsonTree.Read(target.Value.As(match.Resource).Span);
        try
        {
            var changed = isJsonPatch ? Patch(live, made) : Merge(live, made, TypeOf(target, match), match);
            await target.Value.TakeAsync(JsonTree.Write(changed), match.Resource, cancellationToken).ConfigureAwait(false);
        }
        catch (PatchFault exception) when (exception.IsFailedTest)
        {
            // A patch whose test fails changes nothing, and that is no fault.
        }
        catch (PatchFault exception)
        {
            throw new MutationFault("JSONPath: " + exception.Message);
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
            if (list[index].Kind != CelKind.Map || list[index].AsMap() is not CelObject { Type.Name: "JSONPatch" } operation)
            {
                throw new MutationFault("type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch");
            }

            if (operation.TryGetField("value", out var value)) { Fit(value); }
        }

        return list.Count == 0 ? live : JsonPatch.Apply(live, JsonTreeWriter.ToTree(made));
    }

    private static object? Merge(object? live, in CelValue made, MergeType type, MatchedResource match)
    {
        if (made.Kind != CelKind.Map || made.AsMap().Type.Name != "Object") { throw new MutationFault($"type mismatch: ApplyConfiguration.expression should evaluate to Object, got {made.RuntimeType()}"); }
        Fit(made);
        var applied = (JsonMap)JsonTreeWriter.ToTree(made)!;
        if (AtomicParts.In(applied, type) is { } paths)
        {
            throw new MutationFault($"error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: {string.Join(", ", paths)}");
        }

        applied["apiVersion"] = match.Kind.ApiVersion;
        applied["kind"] = match.Kind.Kind;
        return TreeMerge.Merge(live, applied, type);
    }

    private static void Fit(in CelValue made)
    {
        if (MutationTypes.Mismatches(made) is { Length: > 0 } faults) { throw new MutationFault("type mismatch: " + faults); }
    }

    private sealed record Target(AdmissionRequest Request, ShownObject Value, ShownObject Old, PolicyRounds Rounds, PolicyAuthorizer Authorizer);

    private sealed class MutationFault(string message) : Exception(message);
}
