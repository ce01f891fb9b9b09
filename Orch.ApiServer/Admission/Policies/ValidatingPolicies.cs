using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Admission.Webhooks;
using Orch.ApiServer.Errors;
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
        foreach (var policy in _policies.All)
        {
            if (await MatchAsync(policy, policy.Matcher, null, request, outcome, cancellationToken).ConfigureAwait(false) is not { } match) { continue; }
            // Policies that see the same form share what is made of it.
            if (shown is null || shown.Match != match) { shown = new PolicyRequest(services, request, match, value, old, cancellationToken); }
            foreach (var binding in policy.Bindings)
            {
                if (await MatchAsync(policy, binding.Matcher, binding, request, outcome, cancellationToken).ConfigureAwait(false) is null) { continue; }
                Evaluate(policy, binding, shown, outcome);
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
            if (!policy.FailsOpen) { outcome.Deny(policy, binding, (binding is null ? "failed to configure policy: " : "failed to configure binding: ") + exception.Message, null); }
            return null;
        }
    }

    private void Evaluate(ValidatingPolicy policy, PolicyBinding binding, PolicyRequest request, Outcome outcome)
    {
        IReadOnlyList<CelValue> parameters;
        try
        {
            parameters = PolicyParams.Find(services.Resources, policy.ParamKind, binding.ParamRef, AdmissionTarget.NamespaceOf(request.Request));
        }
        catch (PolicyFault fault)
        {
            if (!policy.FailsOpen) { outcome.Deny(policy, fault.IsOfBinding ? binding : null, fault.Message, null); }
            return;
        }

        foreach (var parameter in parameters)
        {
            var (holds, condition) = PolicyEvaluation.Hold(policy.Code, request, parameter);
            if (holds is false) { continue; }
            if (holds is null)
            {
                if (!policy.FailsOpen) { outcome.Fail(policy, binding, 0, condition, null); }
                continue;
            }

            Validate(policy, binding, new PolicyEvaluation(policy.Code, request, parameter, new PolicyBudget()), outcome);
        }
    }

    private static void Validate(ValidatingPolicy policy, PolicyBinding binding, PolicyEvaluation evaluation, Outcome outcome)
    {
        for (var index = 0; index < policy.Validations.Count; index++)
        {
            var (validation, expression, message) = policy.Validations[index];
            var value = evaluation.Evaluate(expression);
            if (value.IsError)
            {
                if (!policy.FailsOpen) { outcome.Fail(policy, binding, index, value.AsError().Message, null); }
                continue;
            }

            if (!value.IsTrue) { outcome.Fail(policy, binding, index, MessageOf(validation, message, evaluation), validation.Reason); }
        }

        foreach (var (key, expression) in policy.Annotations)
        {
            var value = evaluation.Evaluate(expression);
            if (value.IsError)
            {
                if (!policy.FailsOpen) { outcome.Fail(policy, binding, 0, value.AsError().Message, null); }
            }
            else if (value.Kind == CelKind.String)
            {
                outcome.Annotate($"{policy.Name}/{key}", value.AsString());
            }
        }
    }

    // The message of an expression counts only when it is one line of a sensible length.
    private static string MessageOf(V1Validation validation, PolicyExpression? expression, PolicyEvaluation evaluation)
    {
        const int MaxLength = 5 * 1024;
        if (expression is not null && evaluation.Evaluate(expression) is { Kind: CelKind.String } value)
        {
            var text = value.AsString().Trim();
            if (text.Length > 0 && System.Text.Encoding.UTF8.GetByteCount(text) <= MaxLength && !text.Contains('\n', StringComparison.Ordinal)) { return text; }
        }

        return string.IsNullOrEmpty(validation.Message) ? $"failed expression: {validation.Expression.Trim()}" : validation.Message.Trim();
    }

    /// <summary>What all policies together say to one request.</summary>
    private sealed class Outcome(AdmissionRequest request)
    {
        private readonly List<Failure> _audited = [];
        private readonly Dictionary<string, List<string>> _annotations = new(StringComparer.Ordinal);
        private ApiException? _denial;

        public void Fail(ValidatingPolicy policy, PolicyBinding binding, int index, string message, string? reason)
        {
            foreach (var action in binding.Actions)
            {
                switch (action)
                {
                    case "Deny": Deny(policy, binding, message, reason); break;
                    case "Warn": request.Warnings.Add($"Validation failed for ValidatingAdmissionPolicy '{policy.Name}' with binding '{binding.Name}': {message}"); break;
                    case "Audit": _audited.Add(new Failure(message, policy.Name, binding.Name, index, binding.Actions)); break;
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
            if (!_annotations.TryGetValue(key, out var values)) { _annotations[key] = values = []; }
            if (!values.Contains(value)) { values.Add(value); }
        }

        public void Publish()
        {
            foreach (var (key, values) in _annotations) { request.AuditAnnotations.TryAdd(key, string.Join(", ", values)); }
            if (_audited.Count > 0) { request.AuditAnnotations.TryAdd(FailureAnnotation, JsonSerializer.Serialize(_audited, ApiJson.Options)); }
            if (_denial is not null) { throw _denial; }
        }

        private sealed record Failure(string Message, string Policy, string Binding, int ExpressionIndex, IReadOnlyList<string> ValidationActions);
    }
}
