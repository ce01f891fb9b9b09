using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.Cases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of limit ranges and quotas, each case with exactly the faults that upstream finds.</summary>
public sealed class QuotaRulesTests
{
    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["limits"] = (Create<V1LimitRange>(Limits("{type: Container, min: {cpu: 100m}, max: {cpu: 1}, default: {cpu: 500m}, defaultRequest: {cpu: 200m}, maxLimitRequestRatio: {cpu: 5}}")), ""),
        ["limit type"] = (Create<V1LimitRange>(Limits("{type: Boat, max: {cpu: 1}}")), "spec.limits[0].type: Invalid value: \"Boat\": must be a standard limit type or fully qualified"),
        ["limit type twice"] = (Create<V1LimitRange>(Limits("{type: Pod, max: {cpu: 1}}, {type: Pod, min: {cpu: 1}}")), "spec.limits[1].type: Duplicate value: \"Pod\""),
        ["limit of a pod's defaults"] = (Create<V1LimitRange>(Limits("{type: Pod, default: {cpu: 1}, defaultRequest: {cpu: 1}}")), "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'\nspec.limits[0].defaultRequest: Forbidden: may not be specified when `type` is 'Pod'"),
        ["limit of storage without storage"] = (Create<V1LimitRange>(Limits("{type: PersistentVolumeClaim}")), "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided"),
        ["limit of something"] = (Create<V1LimitRange>(Limits("{type: Container, max: {wishes: 3}}")),
            "spec.limits[0].max[wishes]: Invalid value: \"wishes\": must be a standard resource type or fully qualified\n"
            + "spec.limits[0].max[wishes]: Invalid value: \"wishes\": must be a standard resource for containers\n"
            + "spec.limits[0].default[wishes]: Invalid value: \"wishes\": must be a standard resource type or fully qualified\n"
            + "spec.limits[0].default[wishes]: Invalid value: \"wishes\": must be a standard resource for containers\n"
            + "spec.limits[0].defaultRequest[wishes]: Invalid value: \"wishes\": must be a standard resource type or fully qualified\n"
            + "spec.limits[0].defaultRequest[wishes]: Invalid value: \"wishes\": must be a standard resource for containers"),
        ["limit of something in a claim"] = (Create<V1LimitRange>(Limits("{type: PersistentVolumeClaim, max: {storage: 1Gi, wishes: 3}}")), "spec.limits[0].max[wishes]: Invalid value: \"wishes\": must be a standard resource type or fully qualified"),
        ["limit with the least above the most"] = (Create<V1LimitRange>(Limits("{type: Pod, min: {cpu: 2}, max: {cpu: 1}}")), "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1"),
        ["limit with defaults outside"] = (Create<V1LimitRange>(Limits("{type: Container, min: {cpu: 2}, max: {cpu: 4}, default: {cpu: 5}, defaultRequest: {cpu: 1}}")),
            "spec.limits[0].defaultRequest[cpu]: Invalid value: \"1\": min value 2 is greater than default request value 1\nspec.limits[0].default[cpu]: Invalid value: \"4\": default value 5 is greater than max value 4"),
        ["limit with a request above the limit"] = (Create<V1LimitRange>(Limits("{type: Container, default: {cpu: 1}, defaultRequest: {cpu: 2}}")), "spec.limits[0].defaultRequest[cpu]: Invalid value: \"2\": default request value 2 is greater than default limit value 1"),
        ["limit ratio"] = (Create<V1LimitRange>(Limits("{type: Pod, min: {cpu: 1}, max: {cpu: 2}, maxLimitRequestRatio: {cpu: 3, memory: 500m}}")),
            "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"3\": ratio 3 is greater than max/min = 2.000000\nspec.limits[0].maxLimitRequestRatio[memory]: Invalid value: \"500m\": ratio 500m is less than 1"),
        ["limit of what is not shared"] = (Create<V1LimitRange>(Limits("{type: Container, default: {a.io/gpu: 2}, defaultRequest: {a.io/gpu: 1}}")), "spec.limits[0].defaultRequest[a.io/gpu]: Invalid value: \"1\": default value 2 must equal to defaultRequest value 1 in a.io/gpu"),

        ["quota"] = (Create<V1ResourceQuota>(Quota("hard: {pods: 3, cpu: 1500m, requests.storage: 1Gi, services.nodeports: 1, requests.a.io/gpu: 2, count/jobs.batch: 5, requests.hugepages-2Mi: 2Mi}")), ""),
        ["quota of something"] = (Create<V1ResourceQuota>(Quota("hard: {wishes: 3}")), "spec.hard[wishes]: Invalid value: \"wishes\": must be a standard resource type or fully qualified\nspec.hard[wishes]: Invalid value: \"wishes\": must be a standard resource for quota"),
        ["quota of storage"] = (Create<V1ResourceQuota>(Quota("hard: {storage: 3}")), "spec.hard[storage]: Invalid value: \"storage\": must be a standard resource for quota"),
        ["quota of half a pod"] = (Create<V1ResourceQuota>(Quota("hard: {pods: 500m}")), "spec.hard[pods]: Invalid value: \"500m\": must be an integer"),
        ["quota of less than nothing"] = (Create<V1ResourceQuota>(Quota("hard: {cpu: -1}")), "spec.hard[cpu]: Invalid value: \"-1\": must be greater than or equal to 0"),
        ["quota scope"] = (Create<V1ResourceQuota>(Quota("scopes: [Sundays]")), "spec.scopes: Invalid value: [\"Sundays\"]: unsupported scope"),
        ["quota scope of the wrong resource"] = (Create<V1ResourceQuota>(Quota("hard: {cpu: 1}, scopes: [BestEffort]")), "spec.scopes: Invalid value: [\"BestEffort\"]: unsupported scope applied to resource"),
        ["quota scopes at odds"] = (Create<V1ResourceQuota>(Quota("hard: {pods: 1}, scopes: [Terminating, NotTerminating]")), "spec.scopes: Invalid value: [\"Terminating\",\"NotTerminating\"]: conflicting scopes"),
        ["quota of claims by attributes"] = (Create<V1ResourceQuota>(Quota("hard: {persistentvolumeclaims: 1}, scopeSelector: {matchExpressions: [{scopeName: VolumeAttributesClass, operator: In, values: [gold]}]}")), ""),
        ["quota selector"] = (Create<V1ResourceQuota>(Quota("hard: {pods: 1}, scopeSelector: {matchExpressions: [{scopeName: BestEffort, operator: In, values: [a]}, {scopeName: PriorityClass, operator: In}, {scopeName: PriorityClass, operator: Exists, values: [a]}, {scopeName: PriorityClass, operator: Near}]}")),
            "spec.scopeSelector.matchExpressions.operator: Invalid value: \"In\": must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity\n"
            + "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector\n"
            + "spec.scopeSelector.matchExpressions.values: Invalid value: [\"a\"]: must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector\n"
            + "spec.scopeSelector.matchExpressions.operator: Invalid value: \"Near\": not a valid selector operator"),
        ["quota's scopes changed"] = (Update<V1ResourceQuota>(Quota("hard: {pods: 1}, scopes: [BestEffort]"), quota => quota.Spec.Scopes = ["NotBestEffort"]), "spec.scopes: Invalid value: [\"NotBestEffort\"]: field is immutable"),
        ["quota raised"] = (Update<V1ResourceQuota>(Quota("hard: {pods: 1}"), quota => quota.Spec.Hard["pods"] = new ResourceQuantity("5")), ""),
        ["quota reports nonsense"] = (Status<V1ResourceQuota>(Quota("hard: {pods: 1}"), quota => quota.Status = new V1ResourceQuotaStatus { Used = new Dictionary<string, ResourceQuantity> { ["pods"] = new("-1") } }), "status.used[pods]: Invalid value: \"-1\": must be greater than or equal to 0"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    [Fact]
    public void LimitRange_OfContainers_FillsDefaultsFromTheMostAndTheLeast()
    {
        var limit = Declared.Created<V1LimitRange>(Limits("{type: Container, max: {cpu: 1}, min: {memory: 1Mi}}")).Spec.Limits[0];

        Assert.Equal("1", limit.DefaultProperty["cpu"].ToString());
        Assert.Equal(("1", "1Mi"), (limit.DefaultRequest["cpu"].ToString(), limit.DefaultRequest["memory"].ToString()));
    }

    [Fact]
    public void LimitRange_WithoutName_IsGivenOne()
        => Assert.True(Guid.TryParse(Declared.Created<V1LimitRange>("{metadata: {}, spec: {limits: []}}").Metadata.Name, out _));

    private static string Limits(string items) => $"{{metadata: {{name: l}}, spec: {{limits: [{items}]}}}}";

    private static string Quota(string spec) => $"{{metadata: {{name: q}}, spec: {{{spec}}}}}";
}
