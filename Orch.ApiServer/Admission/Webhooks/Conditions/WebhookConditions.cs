using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Security.Reviews;
using Orch.Cel;
using Orch.Cel.Json;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Admission.Webhooks.Conditions;

/// <summary>A webhook's match conditions: compiled once, evaluated within one budget.</summary>
internal sealed class WebhookConditions : IMatchConditions
{
    // A quarter of what a request may cost in all.
    private const long Budget = 2_500_000;
    private readonly AuthorizationDecider _decide;
    private readonly (string Expression, CelProgram? Program, string? Fault)[] _conditions;

    public WebhookConditions(WebhookDefinition webhook, AuthorizationDecider decide)
    {
        _decide = decide;
        _conditions = [.. webhook.Conditions.Select(Compile)];
    }

    /// <inheritdoc />
    public ValueTask<bool> HoldAsync(AdmissionRequest request, MatchedResource match, ShownObject value, ShownObject old, CancellationToken cancellationToken)
    {
        var bindings = Bind(request, match, value, old, cancellationToken);
        var faults = new List<string>();
        var left = Budget;
        foreach (var (expression, program, fault) in _conditions)
        {
            if (program is null) { faults.Add(fault!); continue; }
            var result = program.Evaluate(bindings, Math.Min(CelProgram.KubernetesCallLimit, left), cancellationToken);
            left -= result.Cost;
            if (result.Error is { } error)
            {
                faults.Add(error.IsCostLimitExceeded && left <= 0
                    ? "validation failed due to running out of cost budget, no further validation rules will be run"
                    : $"expression '{expression}' resulted in error: {error.Message}");
                if (left <= 0) { break; }
            }
            else if (!result.Value.IsTrue)
            {
                // One that is false settles it, whatever the others would be.
                return ValueTask.FromResult(false);
            }
        }

        return faults.Count == 0 ? ValueTask.FromResult(true) : throw new MatchConditionException(AdmissionRefusal.Join(faults));
    }

    private static (string Expression, CelProgram? Program, string? Fault) Compile(V1MatchCondition condition)
    {
        var compilation = ConditionEnvironment.Instance.Compile(condition.Expression, CelType.Bool);
        return compilation.IsValid
            ? (condition.Expression, compilation.ToProgram(), null)
            : (condition.Expression, null, $"compilation error: compilation failed: {compilation.ErrorText()}");
    }

    private static CelValue Read(ReadOnlyMemory<byte> json, CelType type)
        => json.IsEmpty ? default : CelJsonElement.Reader.ToValue(JsonSerializer.Deserialize<JsonElement>(json.Span, ApiJson.Options), type);

    private CelBindings Bind(AdmissionRequest request, MatchedResource match, ShownObject value, ShownObject old, CancellationToken cancellationToken)
    {
        var authorizer = new RequestAuthorizer(_decide, request.User, cancellationToken);
        return new CelBindings(ConditionEnvironment.Instance)
            .SetLazy(ConditionEnvironment.Object, () => Read(value.As(match.Resource), CelType.Dyn))
            .SetLazy(ConditionEnvironment.OldObject, () => Read(old.As(match.Resource), CelType.Dyn))
            .SetLazy(ConditionEnvironment.Request, () => Read(ReviewWriter.WriteRequest(request, match), ConditionEnvironment.RequestType))
            .SetLazy(ConditionEnvironment.Authorizer, () => CelAuthorizer.Value(authorizer))
            .SetLazy(ConditionEnvironment.RequestResource, () => CelAuthorizer.ResourceCheck(authorizer, RequestAuthorizer.OfRequest(request, match.Resource)));
    }
}
