using Orch.Cel;

namespace Orch.ApiServer.Admission.Webhooks.Conditions;

/// <summary>What match conditions may name: <c>object</c>, <c>oldObject</c>, <c>request</c> and <c>authorizer</c>.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-matchconditions</remarks>
internal static class ConditionEnvironment
{
    public const string Object = "object";
    public const string OldObject = "oldObject";
    public const string Request = "request";
    public const string Authorizer = "authorizer";
    public const string RequestResource = "authorizer.requestResource";

    private static readonly CelObjectType Kind = Type("kubernetes.GroupVersionKind", ("group", CelType.String), ("version", CelType.String), ("kind", CelType.String));

    private static readonly CelObjectType Resource = Type("kubernetes.GroupVersionResource", ("group", CelType.String), ("version", CelType.String), ("resource", CelType.String));

    private static readonly CelObjectType User = Type(
        "kubernetes.UserInfo", ("username", CelType.String), ("uid", CelType.String), ("groups", CelType.List(CelType.String)), ("extra", CelType.Map(CelType.String, CelType.List(CelType.String))));

    /// <summary>The type of <c>request</c>.</summary>
    public static CelObjectType RequestType { get; } = Type(
        "kubernetes.AdmissionRequest",
        ("kind", Kind), ("resource", Resource), ("subResource", CelType.String), ("requestKind", Kind), ("requestResource", Resource), ("requestSubResource", CelType.String),
        ("name", CelType.String), ("namespace", CelType.String), ("operation", CelType.String), ("userInfo", User), ("dryRun", CelType.Bool), ("options", CelType.Dyn));

    /// <summary>With all variables declared.</summary>
    public static CelEnvironment Instance { get; } = CelEnvironment.Kubernetes.Extend(static builder => builder
        .AddVariable(Object, CelType.Dyn)
        .AddVariable(OldObject, CelType.Dyn)
        .AddVariable(Request, RequestType)
        .AddVariable(Authorizer, CelAuthorizer.Type)
        .AddVariable(RequestResource, CelAuthorizer.ResourceCheckType));

    private static CelObjectType Type(string name, params (string Name, CelType Type)[] fields)
        => CelObjectType.Of(name, fields.Select(static field => KeyValuePair.Create(field.Name, field.Type)));
}
