using Orch.Cel.Costs;

namespace Orch.Cel.Libraries;

/// <summary>Kubernetes' functions that ask the authorizer.</summary>
internal static class AuthorizerLibrary
{
    private const string Authorizer = "kubernetes.authorization.Authorizer";
    private const string PathCheck = "kubernetes.authorization.PathCheck";
    private const string GroupCheck = "kubernetes.authorization.GroupCheck";
    private const string ResourceCheck = "kubernetes.authorization.ResourceCheck";
    private const string Decision = "kubernetes.authorization.Decision";

    // Two checks fit into the budget of one evaluation.
    private const long CheckCost = 350_000;

    public static List<CelOverload> Overloads() =>
    [
        CelOverload.Create("path", $".({Authorizer}, string) {PathCheck}",
            (in CelValue value, in CelValue path) => path.AsString().Length == 0 ? CelValue.Fault("path must not be empty") : With(value, PathCheck, Of(value).Request with { Path = path.AsString() })),
        CelOverload.Create("group", $".({Authorizer}, string) {GroupCheck}",
            (in CelValue value, in CelValue group) => With(value, GroupCheck, Of(value).Request with { Group = group.AsString() })),
        CelOverload.Create("serviceAccount", $".({Authorizer}, string, string) {Authorizer}", (ReadOnlySpan<CelValue> values) => ServiceAccount(values[0], values[1].AsString(), values[2].AsString())),
        CelOverload.Create("resource", $".({GroupCheck}, string) {ResourceCheck}",
            (in CelValue value, in CelValue resource) => resource.AsString().Length == 0
                ? CelValue.Fault("resource must not be empty")
                : With(value, ResourceCheck, Of(value).Request with { Resource = resource.AsString() })),
        CelOverload.Create("subresource", $".({ResourceCheck}, string) {ResourceCheck}",
            (in CelValue value, in CelValue subresource) => With(value, ResourceCheck, Of(value).Request with { Subresource = subresource.AsString() })),
        CelOverload.Create("namespace", $".({ResourceCheck}, string) {ResourceCheck}",
            (in CelValue value, in CelValue name) => With(value, ResourceCheck, Of(value).Request with { Namespace = name.AsString() })),
        CelOverload.Create("name", $".({ResourceCheck}, string) {ResourceCheck}",
            (in CelValue value, in CelValue name) => With(value, ResourceCheck, Of(value).Request with { Name = name.AsString() })),
        CelOverload.Create("fieldSelector", $".({ResourceCheck}, string) {ResourceCheck}",
            (in CelValue value, in CelValue selector) => With(value, ResourceCheck, Of(value).Request with { FieldSelector = selector.AsString() })) with { Cost = CostModel.Selector },
        CelOverload.Create("labelSelector", $".({ResourceCheck}, string) {ResourceCheck}",
            (in CelValue value, in CelValue selector) => With(value, ResourceCheck, Of(value).Request with { LabelSelector = selector.AsString() })) with { Cost = CostModel.Selector },
        CelOverload.Create("check", $".({ResourceCheck}, string) {Decision}", Check) with { FixedCost = CheckCost },
        CelOverload.Create("check", $".({PathCheck}, string) {Decision}", Check) with { FixedCost = CheckCost },
        CelOverload.Create("allowed", $".({Decision}) bool", (in CelValue value) => CelValue.FromBool(Decided(value).IsAllowed)),
        CelOverload.Create("reason", $".({Decision}) string", (in CelValue value) => CelValue.FromString(Decided(value).Reason)),
        CelOverload.Create("errored", $".({Decision}) bool", (in CelValue value) => CelValue.FromBool(Decided(value).Error is not null)),
        CelOverload.Create("error", $".({Decision}) string", (in CelValue value) => CelValue.FromString(Decided(value).Error ?? string.Empty)),
    ];

    private static AuthorizerValue Of(in CelValue value) => (AuthorizerValue)value.AsOpaque();

    private static CelAuthorizationDecision Decided(in CelValue value) => ((DecisionValue)value.AsOpaque()).Decision;

    private static CelValue With(in CelValue value, string type, CelAuthorizationRequest request)
        => CelValue.FromOpaque(new AuthorizerValue(CelType.Opaque(type), Of(value).Authorizer, request));

    private static CelValue ServiceAccount(in CelValue value, string @namespace, string name)
    {
        if (Names.Dns1123Subdomain(name) is [var first, ..]) { return CelValue.Fault($"Invalid service account name: {first}"); }
        if (Names.Dns1123Label(@namespace) is [var wrong, ..]) { return CelValue.Fault($"Invalid service account namespace: {wrong}"); }
        return With(value, Authorizer, Of(value).Request with { ServiceAccount = (@namespace, name) });
    }

    private static CelValue Check(in CelValue value, in CelValue verb)
    {
        var decision = Of(value).Authorizer.Authorize(Of(value).Request with { Verb = verb.AsString() });
        return ReferenceEquals(decision, CelAuthorizationDecision.Pending) ? CelValue.Fault(decision.Error!) : CelValue.FromOpaque(new DecisionValue(decision));
    }
}
