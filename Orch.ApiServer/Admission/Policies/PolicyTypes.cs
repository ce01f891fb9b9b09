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
            new("status", CelObjectType.Of("kubernetes.NamespaceStatus", [new("phase", Text)])),
        ]);

    /// <summary>What match conditions use.</summary>
    public static CelEnvironment Conditions { get; } = CelEnvironment.Kubernetes.Extend(static builder => builder
        .AddVariable("object", CelType.Dyn).AddVariable("oldObject", CelType.Dyn).AddVariable("request", Request)
        .AddVariable("authorizer", CelAuthorizer.Type).AddVariable("authorizer.requestResource", CelAuthorizer.ResourceCheckType));

    /// <summary>What policies without parameters use beside their own variables.</summary>
    public static CelEnvironment WithoutParams { get; } = Conditions.Extend(static builder => builder.AddVariable("namespaceObject", Namespace));

    /// <summary>What policies with parameters use beside their own variables.</summary>
    public static CelEnvironment WithParams { get; } = WithoutParams.Extend(static builder => builder.AddVariable("params", CelType.Dyn));
}
