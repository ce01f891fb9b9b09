using k8s.Models;
using Orch.ApiServer.Kinds.FlowControl;
using static Orch.ApiServer.Tests.Kinds.RuleCases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of flow schemas and priority levels, each case with exactly the faults that upstream finds.</summary>
public sealed class FlowControlRulesTests
{
    private const string Everyone = "subjects: [{kind: Group, group: {name: g}}]";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["schema"] = (Schema("matchingPrecedence: 50, priorityLevelConfiguration: {name: l}, rules: [{" + Everyone + ", resourceRules: [{verbs: [get], apiGroups: [''], resources: [pods], namespaces: [a]}]}]"), ""),
        ["schema of nothing"] = (Schema("rules: [{}]"), "spec.priorityLevelConfiguration.name: Required value: must reference a priority level\nspec.rules[0].subjects: Required value: subjects must contain at least one value\nspec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty"),
        ["schema's precedence"] = (Schema("matchingPrecedence: -1, distinguisherMethod: {type: Odd}, priorityLevelConfiguration: {name: L}"),
            "spec.matchingPrecedence: Invalid value: -1: must be a positive value\nspec.distinguisherMethod.type: Unsupported value: {\"Type\":\"Odd\"}: supported values: \"ByNamespace\", \"ByUser\"\nspec.priorityLevelConfiguration.name: Invalid value: \"L\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["schema's precedence over all"] = (Schema("matchingPrecedence: 10001, priorityLevelConfiguration: {name: l}"), "spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000"),
        ["schema's precedence of the exempt"] = (Schema("matchingPrecedence: 1, priorityLevelConfiguration: {name: l}"), "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"),
        ["schema's subjects"] = (Schema("priorityLevelConfiguration: {name: l}, rules: [{nonResourceRules: [{verbs: ['*'], nonResourceURLs: ['*']}], subjects: [{kind: User}, {kind: User, user: {name: ''}, group: {name: a}}, {kind: Group, user: {name: a}}, {kind: ServiceAccount}, {kind: ServiceAccount, serviceAccount: {}, user: {name: a}, group: {name: a}}, {kind: Robot}]}]"),
            "spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'\nspec.rules[0].subjects[1].user.name: Required value\nspec.rules[0].subjects[1].group: Forbidden: group is forbidden when subject kind is not 'Group'\nspec.rules[0].subjects[2].group: Required value: group is required when subject kind is 'Group'\nspec.rules[0].subjects[2].user: Forbidden: user is forbidden when subject kind is not 'User'\nspec.rules[0].subjects[3].serviceAccount: Required value: serviceAccount is required when subject kind is 'ServiceAccount'\nspec.rules[0].subjects[4].serviceAccount.name: Required value\nspec.rules[0].subjects[4].serviceAccount.namespace: Required value: must specify namespace for service account\nspec.rules[0].subjects[4].user: Forbidden: user is forbidden when subject kind is not 'User'\nspec.rules[0].subjects[4].group: Forbidden: group is forbidden when subject kind is not 'Group'\nspec.rules[0].subjects[5].kind: Unsupported value: \"Robot\": supported values: \"Group\", \"ServiceAccount\", \"User\""),
        ["schema's resources"] = (Schema("priorityLevelConfiguration: {name: l}, rules: [{" + Everyone + ", resourceRules: [{}, {verbs: ['*', get], apiGroups: ['*', a], resources: ['*', a], namespaces: ['*', a]}, {verbs: [jump], apiGroups: [a], resources: [a], namespaces: [A]}]}]"),
            "spec.rules[0].resourceRules[0].verbs: Required value: verbs must contain at least one value\nspec.rules[0].resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group\nspec.rules[0].resourceRules[0].resources: Required value: resource rules must supply at least one resource\nspec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace\nspec.rules[0].resourceRules[1].verbs: Invalid value: [\"*\",\"get\"]: if '*' is present, must not specify other verbs\nspec.rules[0].resourceRules[1].apiGroups: Invalid value: [\"*\",\"a\"]: if '*' is present, must not specify other api groups\nspec.rules[0].resourceRules[1].resources: Invalid value: [\"*\",\"a\"]: if '*' is present, must not specify other resources\nspec.rules[0].resourceRules[1].namespaces: Invalid value: [\"*\",\"a\"]: if '*' is present, must not specify other namespaces\nspec.rules[0].resourceRules[2].verbs: Unsupported value: [\"jump\"]: supported values: \"create\", \"delete\", \"deletecollection\", \"get\", \"list\", \"patch\", \"proxy\", \"update\", \"watch\"\nspec.rules[0].resourceRules[2].namespaces[0]: Invalid value: \"A\": each member of this list must be '*' or a DNS-1123 label; a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        ["schema's paths"] = (Schema("priorityLevelConfiguration: {name: l}, rules: [{" + Everyone + ", nonResourceRules: [{verbs: [get]}, {verbs: [get], nonResourceURLs: ['*', /a]}, {verbs: [get], nonResourceURLs: ['', a, /a b, //a, /a*, /*/*, /, /a/*]}]}]"),
            "spec.rules[0].nonResourceRules[0].nonResourceURLs: Required value: nonResourceURLs must contain at least one value\nspec.rules[0].nonResourceRules[1].nonResourceURLs: Invalid value: [\"*\",\"/a\"]: if '*' is present, must not specify other non-resource URLs\nspec.rules[0].nonResourceRules[2].nonResourceURLs[0]: Invalid value: \"\": must not be empty\nspec.rules[0].nonResourceRules[2].nonResourceURLs[1]: Invalid value: \"a\": must start with slash\nspec.rules[0].nonResourceRules[2].nonResourceURLs[2]: Invalid value: \"/a b\": must not contain white-space\nspec.rules[0].nonResourceRules[2].nonResourceURLs[3]: Invalid value: \"//a\": must not contain double slash\nspec.rules[0].nonResourceRules[2].nonResourceURLs[4]: Invalid value: \"/a*\": wildcard can only do suffix matching\nspec.rules[0].nonResourceRules[2].nonResourceURLs[5]: Invalid value: \"/*/*\": wildcard can only do suffix matching"),
        ["schema's conditions"] = (Status<V1FlowSchema>("{metadata: {name: s}, spec: {priorityLevelConfiguration: {name: l}}}", schema => schema.Status.Conditions = [new V1FlowSchemaCondition(), new V1FlowSchemaCondition { Type = "a" }, new V1FlowSchemaCondition { Type = "a" }]), "status.conditions[0].type: Required value: must not be empty\nstatus.conditions[2].type: Duplicate value: \"a\""),

        ["level"] = (Level("type: Limited, limited: {limitResponse: {type: Queue, queuing: {}}}"), ""),
        ["level of nothing"] = (Level("{}"), "spec.type: Unsupported value: \"\": supported values: \"Exempt\", \"Limited\""),
        ["level exempt by another name"] = (Level("type: Exempt, limited: {limitResponse: {type: Reject}}, exempt: {nominalConcurrencyShares: -1, lendablePercent: 101}"), "spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'\nspec.limited: Forbidden: must be nil if the type is not Limited\nspec.exempt.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer\nspec.exempt.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive"),
        ["level without limits"] = (Level("type: Limited, exempt: {}"), "spec.exempt: Forbidden: must be nil if the type is Limited\nspec.limited: Required value: must not be empty when type is Limited"),
        ["level's shares"] = (Level("type: Limited, limited: {nominalConcurrencyShares: -1, lendablePercent: -1, borrowingLimitPercent: -1, limitResponse: {type: Reject, queuing: {}}}"), "spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer\nspec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited\nspec.limited.lendablePercent: Invalid value: -1: must be between 0 and 100, inclusive\nspec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer"),
        ["level's jail"] = (Level("type: Limited, limited: {nominalConcurrencyShares: 0, limitResponse: {type: Reject}}"), ""),
        ["level's response"] = (Level("type: Limited, limited: {}"), "spec.limited.limitResponse.type: Unsupported value: \"\": supported values: \"Queue\", \"Reject\""),
        ["level without queues"] = (Level("type: Limited, limited: {limitResponse: {type: Queue}}"), "spec.limited.limitResponse.queuing: Required value: must not be empty if limited.limitResponse.type is Limited"),
        ["level's negative queues"] = (Level("type: Limited, limited: {limitResponse: {type: Queue, queuing: {queues: -1, handSize: -1, queueLengthLimit: -1}}}"), "spec.limited.limitResponse.queuing.queueLengthLimit: Invalid value: -1: must be positive\nspec.limited.limitResponse.queuing.queues: Invalid value: -1: must be positive\nspec.limited.limitResponse.queuing.handSize: Invalid value: -1: must be positive"),
        ["level's hand"] = (Level("type: Limited, limited: {limitResponse: {type: Queue, queuing: {queues: 7, handSize: 8}}}"), "spec.limited.limitResponse.queuing.handSize: Invalid value: 8: should not be greater than queues (7)"),
        ["level's entropy"] = (Level("type: Limited, limited: {limitResponse: {type: Queue, queuing: {queues: 512, handSize: 7}}}"), "spec.limited.limitResponse.queuing.handSize: Invalid value: 7: required entropy bits of deckSize 512 and handSize 7 should not be greater than 60"),
        ["level's many queues"] = (Level("type: Limited, limited: {limitResponse: {type: Queue, queuing: {queues: 10000001, handSize: 1}}}"), "spec.limited.limitResponse.queuing.queues: Invalid value: 10000001: must not be greater than 10000000"),
        ["level's old annotation"] = (Create<V1PriorityLevelConfiguration>("{metadata: {name: l, annotations: {flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares: ''}}, spec: {type: Limited, limited: {limitResponse: {type: Reject}}}}"), "metadata.annotations: Forbidden: annotation 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares' is forbidden in flowcontrol.apiserver.k8s.io/v1"),
        ["exempt level lending"] = (() => Declared.UpdateFaults(Declared.Created(FlowControlObjects.MandatoryLevels()[0]), level => level.Spec.Exempt.LendablePercent = 50), ""),
    };

    public static TheoryData<string> Cases => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    [Fact]
    public void BootstrapObjects_AreValid()
    {
        foreach (var level in FlowControlObjects.MandatoryLevels().Concat(FlowControlObjects.SuggestedLevels())) { Assert.Equal("", Declared.CreateFaults(level)); }
        foreach (var schema in FlowControlObjects.MandatorySchemas().Concat(FlowControlObjects.SuggestedSchemas())) { Assert.Equal("", Declared.CreateFaults(schema)); }
    }

    [Fact]
    public void BootstrapObjects_AreUpstreams()
    {
        Assert.Equal(
            [
                "exempt Exempt 0 0",
                "catch-all Limited 5 0 Reject",
                "system Limited 30 33 Queue 64 6 50",
                "node-high Limited 40 25 Queue 64 6 50",
                "leader-election Limited 10 0 Queue 16 4 50",
                "workload-high Limited 40 50 Queue 128 6 50",
                "workload-low Limited 100 90 Queue 128 6 50",
                "global-default Limited 20 50 Queue 128 6 50",
            ],
            FlowControlObjects.MandatoryLevels().Concat(FlowControlObjects.SuggestedLevels()).Select(static item => Text(item)));
        Assert.Equal(
            [
                "exempt exempt 1 - | system:masters | * */* * cluster | * *",
                "catch-all catch-all 10000 ByUser | system:unauthenticated system:authenticated | * */* * cluster | * *",
                "system-nodes system 500 ByUser | system:nodes | * */* * cluster | * *",
                "system-node-high node-high 400 ByUser | system:nodes | * /nodes,nodes/status * cluster, * coordination.k8s.io/leases * |",
                "probes exempt 2 - | system:unauthenticated system:authenticated | | get /healthz,/readyz,/livez",
                "system-leader-election leader-election 100 ByUser | system:kube-controller-manager system:kube-scheduler kube-system/* | get,create,update coordination.k8s.io/leases * |",
                "endpoint-controller workload-high 150 ByUser | system:kube-controller-manager kube-system/endpoint-controller kube-system/endpointslicemirroring-controller | get,create,update /endpoints * |",
                "workload-leader-election leader-election 200 ByUser | kube-system/* | get,create,update /endpoints,configmaps *, get,create,update coordination.k8s.io/leases * |",
                "kube-controller-manager workload-high 800 ByNamespace | system:kube-controller-manager | * */* * cluster | * *",
                "kube-scheduler workload-high 800 ByNamespace | system:kube-scheduler | * */* * cluster | * *",
                "kube-system-service-accounts workload-high 900 ByNamespace | kube-system/* | * */* * cluster | * *",
                "service-accounts workload-low 9000 ByUser | system:serviceaccounts | * */* * cluster | * *",
                "global-default global-default 9900 ByUser | system:unauthenticated system:authenticated | * */* * cluster | * *",
            ],
            FlowControlObjects.MandatorySchemas().Concat(FlowControlObjects.SuggestedSchemas()).Select(static item => Text(item)));

        static string Text(object item) => item switch
        {
            V1PriorityLevelConfiguration { Spec.Exempt: { } exempt } level => $"{level.Metadata.Name} {level.Spec.Type} {exempt.NominalConcurrencyShares} {exempt.LendablePercent}",
            V1PriorityLevelConfiguration { Spec.Limited: { } limited } level => ($"{level.Metadata.Name} {level.Spec.Type} {limited.NominalConcurrencyShares} {limited.LendablePercent} {limited.LimitResponse.Type} "
                + (limited.LimitResponse.Queuing is { } queues ? $"{queues.Queues} {queues.HandSize} {queues.QueueLengthLimit}" : string.Empty)).TrimEnd(),
            V1FlowSchema { Spec: { } spec } schema => $"{schema.Metadata.Name} {spec.PriorityLevelConfiguration.Name} {spec.MatchingPrecedence} {spec.DistinguisherMethod?.Type ?? "-"}" + string.Concat(spec.Rules.Select(static rule =>
                $" | {string.Join(' ', rule.Subjects.Select(static subject => subject.Group?.Name ?? subject.User?.Name ?? $"{subject.ServiceAccount.NamespaceProperty}/{subject.ServiceAccount.Name}"))} |"
                + string.Join(',', (rule.ResourceRules ?? []).Select(static part => $" {string.Join(',', part.Verbs)} {string.Join(',', part.ApiGroups)}/{string.Join(',', part.Resources)} {string.Join(',', part.Namespaces)}{(part.ClusterScope == true ? " cluster" : string.Empty)}"))
                + " |" + string.Concat((rule.NonResourceRules ?? []).Select(static part => $" {string.Join(',', part.Verbs)} {string.Join(',', part.NonResourceURLs)}")))),
            _ => "?",
        };
    }

    [Fact]
    public void MandatoryObjects_WithAnotherSpec_AreRefused()
    {
        var schema = Declared.Created(FlowControlObjects.MandatorySchemas()[1]);
        Assert.EndsWith(": spec of 'catch-all' must equal the fixed value", Declared.UpdateFaults(schema, item => item.Spec.MatchingPrecedence = 9999), StringComparison.Ordinal);
        Assert.Equal("", Declared.UpdateFaults(schema, item => item.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" }));

        var level = Declared.Created(FlowControlObjects.MandatoryLevels()[1]);
        Assert.EndsWith(": spec of 'catch-all' must equal the fixed value", Declared.UpdateFaults(level, item => item.Spec.Limited.NominalConcurrencyShares = 6), StringComparison.Ordinal);
        var exempt = Declared.Created(FlowControlObjects.MandatoryLevels()[0]);
        Assert.EndsWith("spec of 'exempt' except the 'spec.exempt' field must equal the fixed value", Declared.UpdateFaults(exempt, item => item.Spec.Limited = new V1LimitedPriorityLevelConfiguration()), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_ShowTheLevelAndItsQueues()
    {
        var cells = Declared.Cells(Declared.FromYaml<V1FlowSchema>("{spec: {matchingPrecedence: 5, priorityLevelConfiguration: {name: l}, distinguisherMethod: {type: ByUser}}, status: {conditions: [{type: Dangling, status: 'False'}]}}"), DateTimeOffset.UnixEpoch);
        Assert.Equal(("l", "5", "ByUser", "False"), (cells["PriorityLevel"], cells["MatchingPrecedence"], cells["DistinguisherMethod"], cells["MissingPL"]));
        Assert.Equal("?", Declared.Cells(new V1FlowSchema(), DateTimeOffset.UnixEpoch)["MissingPL"]);

        cells = Declared.Cells(Declared.Created<V1PriorityLevelConfiguration>("{metadata: {name: l}, spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {}}}}}"), DateTimeOffset.UnixEpoch);
        Assert.Equal(("Limited", "30", "64", "8", "50"), (cells["Type"], cells["NominalConcurrencyShares"], cells["Queues"], cells["HandSize"], cells["QueueLengthLimit"]));
        Assert.Equal("<none>", Declared.Cells(FlowControlObjects.MandatoryLevels()[0], DateTimeOffset.UnixEpoch)["Queues"]);
    }

    private static Func<string> Schema(string spec) => Create<V1FlowSchema>($"{{metadata: {{name: s}}, spec: {{{spec}}}}}");

    private static Func<string> Level(string spec) => Create<V1PriorityLevelConfiguration>($"{{metadata: {{name: l}}, spec: {(spec == "{}" ? spec : $"{{{spec}}}")}}}");
}
