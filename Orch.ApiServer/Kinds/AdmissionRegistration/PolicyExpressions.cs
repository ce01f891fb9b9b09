using Orch.ApiServer.Admission.Policies;
using Orch.ApiServer.Validation;
using Orch.Cel;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>Compiles the expressions of one policy or webhook, to find what is wrong with them.</summary>
/// <param name="hasParams">Whether expressions may name <c>params</c>.</param>
internal sealed class PolicyExpressions(bool hasParams)
{
    private static readonly CelEnvironment Plain = CelEnvironment.Kubernetes.Extend(static builder => builder
        .AddVariable("object", CelType.Dyn).AddVariable("oldObject", CelType.Dyn).AddVariable("request", PolicyTypes.Request).AddVariable("namespaceObject", PolicyTypes.Namespace));

    private static readonly CelEnvironment PlainWithParams = Plain.Extend(static builder => builder.AddVariable("params", CelType.Dyn));
    private readonly Dictionary<string, CelType> _variables = new(StringComparer.Ordinal);

    /// <summary>Compiles an expression that may ask the authorizer.</summary>
    /// <param name="shown">What a fault shows as the value.</param>
    public void Check(string expression, string shown, FieldPath path, FieldErrors errors, params IReadOnlyList<CelType> results)
        => Judge(Environment(hasParams ? PolicyTypes.WithParams : PolicyTypes.WithoutParams).Compile(expression), shown, path, errors, results);

    /// <summary>Compiles an expression that makes a message.</summary>
    public void CheckMessage(string expression, FieldPath path, FieldErrors errors)
        => Judge(Environment(hasParams ? PlainWithParams : Plain).Compile(expression), expression, path, errors, [CelType.String]);

    /// <summary>Compiles a variable and lets later expressions use it.</summary>
    public void Declare(string name, string expression, FieldPath path, FieldErrors errors)
    {
        var compilation = Environment(hasParams ? PolicyTypes.WithParams : PolicyTypes.WithoutParams).Compile(expression);
        if (!compilation.IsValid) { errors.Invalid(path, expression, $"compilation failed: {compilation.ErrorText()}"); }
        _variables[name] = compilation.ResultType;
    }

    private static void Judge(CelCompilation compilation, string shown, FieldPath path, FieldErrors errors, IReadOnlyList<CelType> results)
    {
        if (!compilation.IsValid) { errors.Invalid(path, shown, $"compilation failed: {compilation.ErrorText()}"); }
        else if (!results.Any(type => type.IsSame(compilation.ResultType)))
        {
            errors.Invalid(path, shown, results.Count == 1 ? $"must evaluate to {results[0]}" : $"must evaluate to one of [{string.Join(' ', results.Select(static type => type.Name))}]");
        }
    }

    private CelEnvironment Environment(CelEnvironment plain)
        => _variables.Count == 0 ? plain : plain.Extend(builder => builder.AddVariable("variables", CelObjectType.Of("kubernetes.variables", _variables)));
}
