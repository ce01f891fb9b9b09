using System.Text;
using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Admission.Webhooks;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Registry;
using Orch.Cel;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Evaluates validating admission policies.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/</remarks>
internal sealed class ValidatingPolicies(PolicyServices services) : IValidatingAdmission
{
    private const string FailureAnnotation = "validation.policy.admission.k8s.io/validation_failure";

    private readonly PolicySet<V1ValidatingAdmissionPolicy, V1ValidatingAdmissionPolicyBinding, ValidatingPolicy> _policies = new(
        services.Objects,
        static binding => binding.Spec?.PolicyName,
        static binding => new PolicyBinding(
            binding.Metadata.Name, new RequestMatcher(MatchCriteria.From(binding.Spec.MatchResources)), binding.Spec.ParamRef, [.. binding.Spec.ValidationActions ?? []]),
        static (policy, bindings) => new ValidatingPolicy(policy, bindings));

    public string Name => "ValidatingAdmissionPolicy";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource) => _policies.MayHandle(operation, resource, subresource);

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var outcome = new Outcome(request);
        ShownObject value = new(services.Resources, request.Resource) { Value = request.Object };
        ShownObject old = new(services.Resources, request.Resource) { Value = request.OldObject };
        PolicyRequest? shown = null;
        PolicyAuthorizer? authorizer = null;
        foreach (var policy in _policies.All)
        {
            if (await MatchAsync(policy, policy.Matcher, null, request, outcome, cancellationToken).ConfigureAwait(false) is not { } match) { continue; }
            if (!TryFindParams(policy, outcome, out var parameters)) { continue; }
            // Policies that see the same form share what is made of it.
            if (shown is null || shown.Match != match)
            {
                await value.PrepareAsync(match.Resource, cancellationToken).ConfigureAwait(false);
                await old.PrepareAsync(match.Resource, cancellationToken).ConfigureAwait(false);
                authorizer ??= new PolicyAuthorizer(services.Decider, request.User, cancellationToken);
                shown = new PolicyRequest(services, request, match, value, old, authorizer, cancellationToken);
            }

            foreach (var binding in policy.Bindings)
            {
                if (await MatchAsync(policy, binding.Matcher, binding, request, outcome, cancellationToken).ConfigureAwait(false) is null) { continue; }
                await EvaluateAsync(policy, binding, parameters, shown, outcome).ConfigureAwait(false);
            }
        }

        outcome.Publish();
    }

    private async ValueTask<MatchedResource?> MatchAsync(
        ValidatingPolicy policy, RequestMatcher matcher, PolicyBinding? binding, AdmissionRequest request, Outcome outcome, CancellationToken cancellationToken)
    {
        try
        {
            return await matcher.MatchAsync(request, services.Equivalents, services.Objects, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception)
        {
            if (!policy.FailsOpen) { outcome.Deny(policy, binding, PolicyFault.TextOf(binding is not null, exception.Message), null); }
            return null;
        }
    }

    private bool TryFindParams(ValidatingPolicy policy, Outcome outcome, out ServedResource? resource)
    {
        try
        {
            resource = PolicyParams.ResourceOf(services.Resources, policy.ParamKind);
            return true;
        }
        catch (PolicyFault fault)
        {
            if (!policy.FailsOpen) { outcome.Deny(policy, null, fault.Message, null); }
            resource = null;
            return false;
        }
    }

    private static async ValueTask EvaluateAsync(ValidatingPolicy policy, PolicyBinding binding, ServedResource? resource, PolicyRequest request, Outcome outcome)
    {
        IReadOnlyList<PolicyParam> parameters;
        try
        {
            parameters = await PolicyParams.FindAsync(resource, binding.ParamRef, AdmissionTarget.NamespaceOf(request.Request), request.CancellationToken).ConfigureAwait(false);
        }
        catch (PolicyFault fault)
        {
            if (!policy.FailsOpen) { outcome.Deny(policy, binding, fault.Message, null); }
            return;
        }

        foreach (var parameter in parameters)
        {
            var evaluation = new PolicyEvaluation(policy.Code, request, parameter.Value);
            var (holds, condition) = await evaluation.HoldAsync().ConfigureAwait(false);
            if (holds is true) { await ValidateAsync(policy, binding, evaluation, outcome).ConfigureAwait(false); }
            else if (holds is null && !policy.FailsOpen) { outcome.Fail(policy, binding, 0, condition, null); }
        }
    }

    private static async ValueTask ValidateAsync(ValidatingPolicy policy, PolicyBinding binding, PolicyEvaluation evaluation, Outcome outcome)
    {
        var annotations = policy.Annotations.Count == 0 ? [] : new CelValue[policy.Annotations.Count];
        foreach (var failure in await ValidationRun.EvaluateAsync(policy, evaluation, annotations).ConfigureAwait(false))
        {
            outcome.Fail(policy, binding, failure.Index, failure.Message, failure.Reason);
        }

        for (var index = 0; index < annotations.Length; index++)
        {
            // A fault denies whatever the binding does with failed validations.
            if (annotations[index].IsError && !policy.FailsOpen) { outcome.Deny(policy, binding, annotations[index].AsError().Message, null); }
            if (annotations[index].Kind == CelKind.String) { outcome.Annotate($"{policy.Name}/{policy.Annotations[index].Key}", annotations[index].AsString().Trim()); }
        }
    }

    /// <summary>What all policies together say to one request.</summary>
    private sealed class Outcome(AdmissionRequest request)
    {
        private const int MaxAnnotationBytes = 10 * 1024;
        private readonly Dictionary<string, List<string>> _annotations = new(StringComparer.Ordinal);
        private ApiException? _denial;
        private Failure[]? _audited;

        public void Fail(ValidatingPolicy policy, PolicyBinding binding, int index, string message, string? reason)
        {
            foreach (var action in binding.Actions)
            {
                switch (action)
                {
                    case "Deny": Deny(policy, binding, message, reason); break;
                    case "Warn": request.Warnings.Add($"Validation failed for ValidatingAdmissionPolicy '{policy.Name}' with binding '{binding.Name}': {message}"); break;
                    // As upstream, whose annotations keep their first value: a list of one.
                    case "Audit": _audited ??= [new Failure(message, policy.Name, binding.Name, index, binding.Actions)]; break;
                }
            }
        }

        /// <summary>The first denial is the one that the client sees.</summary>
        public void Deny(ValidatingPolicy policy, PolicyBinding? binding, string message, string? reason)
        {
            if (_denial is not null) { return; }
            var text = binding is null
                ? $"ValidatingAdmissionPolicy '{policy.Name}' denied request: {message}"
                : $"ValidatingAdmissionPolicy '{policy.Name}' with binding '{binding.Name}' denied request: {message}";
            var status = AdmissionRefusal.Forbidden(request, text).Status;
            status.Reason = string.IsNullOrEmpty(reason) ? StatusReasons.Invalid : reason;
            status.Code = status.Reason switch
            {
                StatusReasons.Forbidden => 403,
                StatusReasons.Unauthorized => 401,
                StatusReasons.RequestEntityTooLarge => 413,
                _ => 422,
            };
            status.Details ??= new V1StatusDetails();
            status.Details.Causes = [.. status.Details.Causes ?? [], new V1StatusCause { Message = text }];
            _denial = new ApiException(status);
        }

        public void Annotate(string key, string value)
        {
            if (value.Length == 0) { return; }
            if (Encoding.UTF8.GetByteCount(value) > MaxAnnotationBytes) { value = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value).AsSpan(0, MaxAnnotationBytes)); }
            if (!_annotations.TryGetValue(key, out var values)) { _annotations[key] = values = []; }
            if (!values.Contains(value)) { values.Add(value); }
        }

        public void Publish()
        {
            foreach (var (key, values) in _annotations) { request.AuditAnnotations.TryAdd(key, string.Join(", ", values)); }
            if (_audited is not null) { request.AuditAnnotations.TryAdd(FailureAnnotation, JsonSerializer.Serialize(_audited, ApiJson.Options)); }
            if (_denial is not null) { throw _denial; }
        }

        private sealed record Failure(string Message, string Policy, string Binding, int ExpressionIndex, IReadOnlyList<string> ValidationActions);
    }
}
