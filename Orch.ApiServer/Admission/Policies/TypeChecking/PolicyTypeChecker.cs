using System.Globalization;
using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Admission.Policies.TypeChecking;

/// <summary>Compiles the expressions of validating policies against the types of the kinds that they match.</summary>
/// <remarks>What it finds are warnings: a policy is evaluated on whatever comes. https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#type-checking</remarks>
internal sealed class PolicyTypeChecker(ServedTypes types)
{
    /// <summary>The warnings, in order of the expressions; empty without any.</summary>
    public IReadOnlyList<V1ExpressionWarning> Check(V1ValidatingAdmissionPolicy policy)
    {
        if (policy.Spec is not { } spec) { return []; }
        var codes = CodesOf(spec);
        var warnings = new List<V1ExpressionWarning>();
        for (var index = 0; index < (spec.Validations?.Count ?? 0); index++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"spec.validations[{index}]");
            Check(spec.Validations![index].Expression, $"{path}.expression", codes, warnings);
            Check(spec.Validations[index].MessageExpression, $"{path}.messageExpression", codes, warnings);
        }

        return warnings;
    }

    private static void Check(string? expression, string path, List<(GroupVersionKind Kind, PolicyCode Code)> codes, List<V1ExpressionWarning> warnings)
    {
        if (string.IsNullOrEmpty(expression)) { return; }
        var faults = new List<string>();
        foreach (var (kind, code) in codes)
        {
            var compilation = code.Environment.Compile(expression);
            if (!compilation.IsValid) { faults.Add($"{kind.Group}/{kind.Version}, Kind={kind.Kind}: {compilation.ErrorText()}\n"); }
        }

        if (faults.Count > 0) { warnings.Add(new V1ExpressionWarning { FieldRef = path, Warning = string.Join('\n', faults) }); }
    }

    private List<(GroupVersionKind Kind, PolicyCode Code)> CodesOf(V1ValidatingAdmissionPolicySpec spec)
    {
        // Parameters of a kind that is not served are not declared, and so whoever names them is warned.
        var parameters = spec.ParamKind is { } kind ? types.TypeOf(kind.ApiVersion, kind.Kind) : null;
        var codes = new List<(GroupVersionKind Kind, PolicyCode Code)>();
        foreach (var (matched, type) in types.TypesOf(spec.MatchConstraints))
        {
            var environment = PolicyTypes.Extend(
                PolicyTypes.Environment(hasParams: false, hasAuthorizer: false).Extend(builder => builder.AddVariable("object", type).AddVariable("oldObject", type)),
                parameters is not null, hasAuthorizer: true, parameters);
            var code = new PolicyCode(environment, parameters is not null, spec.Variables is { Count: > 0 });
            foreach (var variable in spec.Variables ?? []) { code.AddVariable(variable.Name, variable.Expression ?? string.Empty); }
            codes.Add((matched, code));
        }

        return codes;
    }
}
