using k8s.Models;

namespace Orch.ApiServer.Serving.Fairness;

/// <summary>The levels and schemas that hold even where the API has none: superusers pass, everybody else shares what there is.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#mandatory-configuration-objects</remarks>
internal static class MandatoryFlows
{
    public const string Exempt = "exempt";
    public const string CatchAll = "catch-all";
    public const int LastPrecedence = 10_000;

    public static V1PriorityLevelConfiguration ExemptLevel => new()
    {
        Metadata = new V1ObjectMeta { Name = Exempt },
        Spec = new V1PriorityLevelConfigurationSpec { Type = "Exempt", Exempt = new V1ExemptPriorityLevelConfiguration { NominalConcurrencyShares = 0, LendablePercent = 0 } },
    };

    public static V1PriorityLevelConfiguration CatchAllLevel => new()
    {
        Metadata = new V1ObjectMeta { Name = CatchAll },
        Spec = new V1PriorityLevelConfigurationSpec
        {
            Type = "Limited",
            Limited = new V1LimitedPriorityLevelConfiguration { NominalConcurrencyShares = 5, LendablePercent = 0, LimitResponse = new V1LimitResponse { Type = "Reject" } },
        },
    };

    public static V1FlowSchema ExemptSchema => Schema(Exempt, 1, Exempt, null, "system:masters");

    public static V1FlowSchema CatchAllSchema => Schema(CatchAll, LastPrecedence, CatchAll, "ByUser", "system:unauthenticated", "system:authenticated");

    private static V1FlowSchema Schema(string name, int precedence, string level, string? distinguisher, params string[] groups) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1FlowSchemaSpec
        {
            MatchingPrecedence = precedence,
            PriorityLevelConfiguration = new V1PriorityLevelConfigurationReference { Name = level },
            DistinguisherMethod = distinguisher is null ? null : new V1FlowDistinguisherMethod { Type = distinguisher },
            Rules =
            [
                new V1PolicyRulesWithSubjects
                {
                    Subjects = [.. groups.Select(static group => new Flowcontrolv1Subject { Kind = "Group", Group = new V1GroupSubject { Name = group } })],
                    ResourceRules = [new V1ResourcePolicyRule { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"], ClusterScope = true, Namespaces = ["*"] }],
                    NonResourceRules = [new V1NonResourcePolicyRule { Verbs = ["*"], NonResourceURLs = ["*"] }],
                },
            ],
        },
    };
}
