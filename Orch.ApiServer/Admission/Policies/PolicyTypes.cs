using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>The types of what expressions about a request may use.</summary>
internal static class PolicyTypes
{
    private static readonly CelType Text = CelType.String;
    private static readonly CelType Texts = CelType.List(CelType.String);

    private static readonly CelObjectType Kind = CelObjectType.Of("kubernetes.GroupVersionKind", [new("group", Text), new("version", Text), new("kind", Text)]);

    private static readonly CelObjectType Resource = CelObjectType.Of("kubernetes.GroupVersionResource", [new("group", Text), new("version", Text), new("resource", Text)]);

    private static readonly CelObjectType User = CelObjectType.Of(
        "kubernetes.UserInfo", [new("username", Text), new("uid", Text), new("groups", Texts), new("extra", CelType.Map(Text, Texts))]);

    private static readonly CelObjectType Condition = CelObjectType.Of(
        "kubernetes.NamespaceCondition",
        [new("status", Text), new("type", Text), new("lastTransitionTime", CelType.Timestamp), new("message", Text), new("reason", Text)]);

    /// <summary>Of <c>request</c>.</summary>
    public static CelObjectType Request { get; } = CelObjectType.Of(
        "kubernetes.AdmissionRequest",
        [
            new("kind", Kind), new("resource", Resource), new("subResource", Text), new("requestKind", Kind), new("requestResource", Resource), new("requestSubResource", Text),
            new("name", Text), new("namespace", Text), new("operation", Text), new("userInfo", User), new("dryRun", CelType.Bool), new("options", CelType.Dyn),
        ]);

    /// <summary>Of <c>namespaceObject</c>.</summary>
    public static CelObjectType Namespace { get; } = CelObjectType.Of(
        "kubernetes.Namespace",
        [
            new("metadata", CelObjectType.Of(
                "kubernetes.NamespaceMetadata",
                [
                    new("name", Text), new("generateName", Text), new("namespace", Text), new("labels", CelType.Map(Text, Text)), new("annotations", CelType.Map(Text, Text)), new("uid", Text),
                    new("creationTimestamp", CelType.Timestamp), new("deletionGracePeriodSeconds", CelType.Int), new("deletionTimestamp", CelType.Timestamp), new("generation", CelType.Int),
                    new("resourceVersion", Text), new("finalizers", Texts),
                ])),
            new("spec", CelObjectType.Of("kubernetes.NamespaceSpec", [new("finalizers", Texts)])),
            new("status", CelObjectType.Of("kubernetes.NamespaceStatus", [new("phase", Text), new("conditions", CelType.List(Condition))])),
        ]);

    private static readonly CelEnvironment Plain = CelEnvironment.Kubernetes.Extend(static builder => builder
        .AddVariable("object", CelType.Dyn).AddVariable("oldObject", CelType.Dyn).AddVariable("request", Request).AddVariable("namespaceObject", Namespace));

    private static readonly CelEnvironment PlainWithParams = Extend(Plain, hasParams: true, hasAuthorizer: false);
    private static readonly CelEnvironment Authorizing = Extend(Plain, hasParams: false, hasAuthorizer: true);
    private static readonly CelEnvironment AuthorizingWithParams = Extend(Plain, hasParams: true, hasAuthorizer: true);

    /// <summary>What expressions about a request may use, beside variables of their own.</summary>
    /// <param name="hasParams">Whether <c>params</c> is there.</param>
    /// <param name="hasAuthorizer">Whether <c>authorizer</c> is there; messages cannot ask it.</param>
    public static CelEnvironment Environment(bool hasParams, bool hasAuthorizer = true) => (hasParams, hasAuthorizer) switch
    {
        (false, false) => Plain,
        (true, false) => PlainWithParams,
        (false, true) => Authorizing,
        (true, true) => AuthorizingWithParams,
    };

    /// <summary>Adds what not all expressions have.</summary>
    /// <param name="environment">Has object, oldObject, request and namespaceObject.</param>
    /// <param name="paramType">What parameters are; dyn when that is not known.</param>
    public static CelEnvironment Extend(CelEnvironment environment, bool hasParams, bool hasAuthorizer, CelType? paramType = null) => environment.Extend(builder =>
    {
        if (hasAuthorizer) { builder.AddVariable("authorizer", CelAuthorizer.Type).AddVariable("authorizer.requestResource", CelAuthorizer.ResourceCheckType); }
        if (hasParams) { builder.AddVariable("params", paramType ?? CelType.Dyn); }
    });
}
