using Orch.ApiServer.Validation;
using Orch.Cel;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>Compiles the expressions of one policy or webhook, to find what is wrong with them.</summary>
/// <param name="hasParams">Whether expressions may name <c>params</c>.</param>
internal sealed class PolicyExpressions(bool hasParams)
{
    private static readonly CelType Names = CelType.Map(CelType.String, CelType.String);
    private static readonly CelObjectType Kind = Type("kubernetes.GroupVersionKind", ("group", CelType.String), ("version", CelType.String), ("kind", CelType.String));
    private static readonly CelObjectType Resource = Type("kubernetes.GroupVersionResource", ("group", CelType.String), ("version", CelType.String), ("resource", CelType.String));

    private static readonly CelObjectType User = Type(
        "kubernetes.UserInfo", ("username", CelType.String), ("uid", CelType.String), ("groups", CelType.List(CelType.String)), ("extra", CelType.Map(CelType.String, CelType.List(CelType.String))));

    private static readonly CelObjectType Request = Type(
        "kubernetes.AdmissionRequest",
        ("kind", Kind), ("resource", Resource), ("subResource", CelType.String), ("requestKind", Kind), ("requestResource", Resource), ("requestSubResource", CelType.String),
        ("name", CelType.String), ("namespace", CelType.String), ("operation", CelType.String), ("userInfo", User), ("dryRun", CelType.Bool), ("options", CelType.Dyn));

    private static readonly CelObjectType Namespace = Type(
        "kubernetes.Namespace",
        ("metadata", Type(
            "kubernetes.NamespaceMetadata", ("name", CelType.String), ("generateName", CelType.String), ("namespace", CelType.String), ("labels", Names), ("annotations", Names),
            ("UID", CelType.String), ("creationTimestamp", CelType.Timestamp), ("deletionGracePeriodSeconds", CelType.Int), ("deletionTimestamp", CelType.Timestamp),
            ("generation", CelType.Int), ("resourceVersion", CelType.String), ("finalizers", CelType.List(CelType.String)))),
        ("spec", Type("kubernetes.NamespaceSpec", ("finalizers", CelType.List(CelType.String)))),
        ("status", Type("kubernetes.NamespaceStatus", ("phase", CelType.String))));

    private static readonly CelEnvironment Plain = CelEnvironment.Kubernetes.Extend(static builder => builder
        .AddVariable("object", CelType.Dyn).AddVariable("oldObject", CelType.Dyn).AddVariable("request", Request).AddVariable("namespaceObject", Namespace));

    private static readonly CelEnvironment PlainWithParams = Plain.Extend(static builder => builder.AddVariable("params", CelType.Dyn));
    private static readonly CelEnvironment Authorized = WithAuthorizer(Plain);
    private static readonly CelEnvironment AuthorizedWithParams = WithAuthorizer(PlainWithParams);
    private readonly Dictionary<string, CelType> _variables = new(StringComparer.Ordinal);

    /// <summary>Compiles an expression that may ask the authorizer.</summary>
    /// <param name="shown">What a fault shows as the value.</param>
    public void Check(string expression, string shown, FieldPath path, FieldErrors errors, params IReadOnlyList<CelType> results)
        => Judge(Environment(hasParams ? AuthorizedWithParams : Authorized).Compile(expression), shown, path, errors, results);

    /// <summary>Compiles an expression that makes a message.</summary>
    public void CheckMessage(string expression, FieldPath path, FieldErrors errors)
        => Judge(Environment(hasParams ? PlainWithParams : Plain).Compile(expression), expression, path, errors, [CelType.String]);

    /// <summary>Compiles a variable and lets later expressions use it.</summary>
    public void Declare(string name, string expression, FieldPath path, FieldErrors errors)
    {
        var compilation = Environment(hasParams ? AuthorizedWithParams : Authorized).Compile(expression);
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

    private static CelEnvironment WithAuthorizer(CelEnvironment environment) => environment.Extend(static builder => builder
        .AddVariable("authorizer", CelAuthorizer.Type).AddVariable("authorizer.requestResource", CelAuthorizer.ResourceCheckType));

    private static CelObjectType Type(string name, params (string Name, CelType Type)[] fields)
        => CelObjectType.Of(name, fields.Select(static field => KeyValuePair.Create(field.Name, field.Type)));

    private CelEnvironment Environment(CelEnvironment plain)
        => _variables.Count == 0 ? plain : plain.Extend(builder => builder.AddVariable("variables", CelObjectType.Of("kubernetes.variables", _variables)));
}
