using k8s.Models;
using static Orch.ApiServer.Kinds.FlowControl.FlowControlNames;

namespace Orch.ApiServer.Kinds.FlowControl;

/// <summary>The priority levels and flow schemas that every cluster begins with.</summary>
/// <remarks>Mandatory ones always look like this; the others are suggestions that an administrator may take over.</remarks>
internal static class FlowControlObjects
{
    private const string ByUser = "ByUser";
    private const string ByNamespace = "ByNamespace";
    private const string ControllerManager = "system:kube-controller-manager";
    private const string Scheduler = "system:kube-scheduler";

    /// <summary>Levels that cannot be other than this.</summary>
    public static IReadOnlyList<V1PriorityLevelConfiguration> MandatoryLevels() =>
    [
        Level(Exempt, new V1PriorityLevelConfigurationSpec { Type = "Exempt", Exempt = new V1ExemptPriorityLevelConfiguration { NominalConcurrencyShares = 0, LendablePercent = 0 } }),
        Limited(CatchAll, 5, 0, new V1LimitResponse { Type = "Reject" }),
    ];

    /// <summary>Levels that are good to have.</summary>
    public static IReadOnlyList<V1PriorityLevelConfiguration> SuggestedLevels() =>
    [
        Limited("system", 30, 33, Queues(64, 6, 50)),
        Limited("node-high", 40, 25, Queues(64, 6, 50)),
        Limited("leader-election", 10, 0, Queues(16, 4, 50)),
        Limited("workload-high", 40, 50, Queues(128, 6, 50)),
        Limited("workload-low", 100, 90, Queues(128, 6, 50)),
        Limited("global-default", 20, 50, Queues(128, 6, 50)),
    ];

    /// <summary>Schemas that cannot be other than this.</summary>
    public static IReadOnlyList<V1FlowSchema> MandatorySchemas() =>
    [
        Schema(Exempt, Exempt, 1, null, Everything(Groups("system:masters"))),
        Schema(CatchAll, CatchAll, 10_000, ByUser, Everything(Groups("system:unauthenticated", "system:authenticated"))),
    ];

    /// <summary>Schemas that are good to have.</summary>
    public static IReadOnlyList<V1FlowSchema> SuggestedSchemas() =>
    [
        Schema("system-nodes", "system", 500, ByUser, Everything(Groups("system:nodes"))),
        Schema("system-node-high", "node-high", 400, ByUser, Rule(
            Groups("system:nodes"), Resource([All], "", ["nodes", "nodes/status"], isClusterScoped: true), Resource([All], "coordination.k8s.io", ["leases"]))),
        Schema("probes", Exempt, 2, null, new V1PolicyRulesWithSubjects
        {
            Subjects = Groups("system:unauthenticated", "system:authenticated"),
            NonResourceRules = [new V1NonResourcePolicyRule { Verbs = ["get"], NonResourceURLs = ["/healthz", "/readyz", "/livez"] }],
        }),
        Schema("system-leader-election", "leader-election", 100, ByUser, Rule(
            [.. Users(ControllerManager, Scheduler), .. SystemAccounts(All)], Resource(["get", "create", "update"], "coordination.k8s.io", ["leases"]))),
        Schema("endpoint-controller", "workload-high", 150, ByUser, Rule(
            [.. Users(ControllerManager), .. SystemAccounts("endpoint-controller", "endpointslicemirroring-controller")], Resource(["get", "create", "update"], "", ["endpoints"]))),
        Schema("workload-leader-election", "leader-election", 200, ByUser, Rule(
            SystemAccounts(All), Resource(["get", "create", "update"], "", ["endpoints", "configmaps"]), Resource(["get", "create", "update"], "coordination.k8s.io", ["leases"]))),
        Schema("kube-controller-manager", "workload-high", 800, ByNamespace, Everything(Users(ControllerManager))),
        Schema("kube-scheduler", "workload-high", 800, ByNamespace, Everything(Users(Scheduler))),
        Schema("kube-system-service-accounts", "workload-high", 900, ByNamespace, Everything(SystemAccounts(All))),
        Schema("service-accounts", "workload-low", 9000, ByUser, Everything(Groups("system:serviceaccounts"))),
        Schema("global-default", "global-default", 9900, ByUser, Everything(Groups("system:unauthenticated", "system:authenticated"))),
    ];

    private static V1ObjectMeta Metadata(string name) => new() { Name = name, Annotations = new Dictionary<string, string> { [AutoUpdate] = "true" } };

    private static V1PriorityLevelConfiguration Level(string name, V1PriorityLevelConfigurationSpec spec) => new() { Metadata = Metadata(name), Spec = spec };

    private static V1PriorityLevelConfiguration Limited(string name, int shares, int lendablePercent, V1LimitResponse response) => Level(name, new V1PriorityLevelConfigurationSpec
    {
        Type = "Limited",
        Limited = new V1LimitedPriorityLevelConfiguration { NominalConcurrencyShares = shares, LendablePercent = lendablePercent, LimitResponse = response },
    });

    private static V1LimitResponse Queues(int queues, int handSize, int limit)
        => new() { Type = "Queue", Queuing = new V1QueuingConfiguration { Queues = queues, HandSize = handSize, QueueLengthLimit = limit } };

    private static V1FlowSchema Schema(string name, string level, int precedence, string? distinguisher, V1PolicyRulesWithSubjects rule) => new()
    {
        Metadata = Metadata(name),
        Spec = new V1FlowSchemaSpec
        {
            PriorityLevelConfiguration = new V1PriorityLevelConfigurationReference { Name = level },
            MatchingPrecedence = precedence,
            DistinguisherMethod = distinguisher is null ? null : new V1FlowDistinguisherMethod { Type = distinguisher },
            Rules = [rule],
        },
    };

    private static V1PolicyRulesWithSubjects Rule(List<Flowcontrolv1Subject> subjects, params IList<V1ResourcePolicyRule> resources) => new() { Subjects = subjects, ResourceRules = resources };

    private static V1PolicyRulesWithSubjects Everything(List<Flowcontrolv1Subject> subjects) => new()
    {
        Subjects = subjects,
        ResourceRules = [Resource([All], All, [All], isClusterScoped: true)],
        NonResourceRules = [new V1NonResourcePolicyRule { Verbs = [All], NonResourceURLs = [All] }],
    };

    private static V1ResourcePolicyRule Resource(IList<string> verbs, string group, IList<string> resources, bool isClusterScoped = false)
        => new() { Verbs = verbs, ApiGroups = [group], Resources = resources, ClusterScope = isClusterScoped ? true : null, Namespaces = [All] };

    private static List<Flowcontrolv1Subject> Groups(params string[] names)
        => [.. names.Select(static name => new Flowcontrolv1Subject { Kind = "Group", Group = new V1GroupSubject { Name = name } })];

    private static List<Flowcontrolv1Subject> Users(params string[] names)
        => [.. names.Select(static name => new Flowcontrolv1Subject { Kind = "User", User = new V1UserSubject { Name = name } })];

    private static List<Flowcontrolv1Subject> SystemAccounts(params string[] names)
        => [.. names.Select(static name => new Flowcontrolv1Subject { Kind = "ServiceAccount", ServiceAccount = new V1ServiceAccountSubject { Name = name, NamespaceProperty = "kube-system" } })];
}
