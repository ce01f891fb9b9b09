using k8s.Models;
using Orch.Quotas;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.Abstractions.Tests.Quotas;

public sealed class QuotaEvaluatorTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"spec":{"containers":[{"name":"c"}]}}""", "count/pods=1,pods=1")]
    [InlineData("""{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"100m","example.com/gpu":"2","hugepages-2Mi":"4Mi"},"limits":{"cpu":"1","memory":"1Gi"}}}]}}""",
        "count/pods=1,cpu=100m,hugepages-2Mi=4Mi,limits.cpu=1,limits.memory=1Gi,pods=1,requests.cpu=100m,requests.example.com/gpu=2,requests.hugepages-2Mi=4Mi")]
    [InlineData("""{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"100m"}}}],"initContainers":[{"name":"i","resources":{"requests":{"cpu":"1"}}}],"overhead":{"cpu":"50m"}}}""",
        "count/pods=1,cpu=1050m,pods=1,requests.cpu=1050m")]
    [InlineData("""{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"1"}}}]},"status":{"phase":"Succeeded"}}""", "count/pods=1")]
    [InlineData("""{"metadata":{"deletionTimestamp":"2026-01-01T00:00:00Z","deletionGracePeriodSeconds":30},"spec":{"containers":[{"name":"c"}]}}""", "count/pods=1")]
    [InlineData("""{"metadata":{"deletionTimestamp":"2026-01-01T23:59:50Z","deletionGracePeriodSeconds":30},"spec":{"containers":[{"name":"c"}]}}""", "count/pods=1,pods=1")]
    public void Pod_CostsWhatItAsksFor(string pod, string expected)
        => Assert.Equal(expected, QuotaAmounts.Format(Of("", "pods").UsageOf(Parse<V1Pod>(pod), Now)));

    [Theory]
    [InlineData("""{"spec":{"type":"ClusterIP","ports":[{"port":1}]}}""", "count/services=1,services=1,services.loadbalancers=0,services.nodeports=0")]
    [InlineData("""{"spec":{"type":"NodePort","ports":[{"port":1},{"port":2}]}}""", "count/services=1,services=1,services.loadbalancers=0,services.nodeports=2")]
    [InlineData("""{"spec":{"type":"LoadBalancer","ports":[{"port":1},{"port":2}]}}""", "count/services=1,services=1,services.loadbalancers=1,services.nodeports=2")]
    [InlineData("""{"spec":{"type":"LoadBalancer","allocateLoadBalancerNodePorts":false,"ports":[{"port":1,"nodePort":30000},{"port":2}]}}""", "count/services=1,services=1,services.loadbalancers=1,services.nodeports=1")]
    public void Service_CostsItsPorts(string service, string expected)
        => Assert.Equal(expected, QuotaAmounts.Format(Of("", "services").UsageOf(Parse<V1Service>(service), Now)));

    [Theory]
    [InlineData("""{"spec":{"resources":{"requests":{"storage":"1Gi"}}}}""", "count/persistentvolumeclaims=1,persistentvolumeclaims=1,requests.storage=1Gi")]
    [InlineData("""{"spec":{"storageClassName":"gold","resources":{"requests":{"storage":"1500m"}}}}""",
        "count/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/requests.storage=2,persistentvolumeclaims=1,requests.storage=2")]
    [InlineData("""{"spec":{"resources":{"requests":{"storage":"1Gi"}}},"status":{"allocatedResources":{"storage":"3Gi"}}}""", "count/persistentvolumeclaims=1,persistentvolumeclaims=1,requests.storage=3Gi")]
    public void Claim_CostsItsStorage(string claim, string expected)
        => Assert.Equal(expected, QuotaAmounts.Format(Of("", "persistentvolumeclaims").UsageOf(Parse<V1PersistentVolumeClaim>(claim), Now)));

    // The cases of upstream's evaluator.
    [Theory]
    [InlineData("{}", "count/resourceclaims.resource.k8s.io=1")]
    [InlineData("""{"spec":{"devices":{"requests":[{"name":"a","exactly":{"deviceClassName":"gpu","allocationMode":"ExactCount","count":1}}]}}}""", "count/resourceclaims.resource.k8s.io=1,gpu.deviceclass.resource.k8s.io/devices=1")]
    [InlineData("""{"spec":{"devices":{"requests":[{"name":"a","exactly":{"deviceClassName":"gpu","allocationMode":"ExactCount","count":5}}]}}}""", "count/resourceclaims.resource.k8s.io=1,gpu.deviceclass.resource.k8s.io/devices=5")]
    [InlineData("""{"spec":{"devices":{"requests":[{"name":"a","exactly":{"deviceClassName":"gpu","allocationMode":"All"}}]}}}""", "count/resourceclaims.resource.k8s.io=1,gpu.deviceclass.resource.k8s.io/devices=32")]
    [InlineData("""{"spec":{"devices":{"requests":[{"name":"a","exactly":{"deviceClassName":"gpu","allocationMode":"Later","count":1}}]}}}""", "count/resourceclaims.resource.k8s.io=1,gpu.deviceclass.resource.k8s.io/devices=32")]
    [InlineData("""{"spec":{"devices":{"requests":[{"name":"a","exactly":{"deviceClassName":"gpu","allocationMode":"ExactCount","count":1,"adminAccess":true}},{"name":"b","exactly":{"deviceClassName":"nic","allocationMode":"ExactCount","count":2}},{"name":"c","exactly":{"deviceClassName":"gpu","allocationMode":"ExactCount","count":3}}]}}}""",
        "count/resourceclaims.resource.k8s.io=1,gpu.deviceclass.resource.k8s.io/devices=4,nic.deviceclass.resource.k8s.io/devices=2")]
    [InlineData("""{"spec":{"devices":{"requests":[{"name":"a","firstAvailable":[{"name":"x","deviceClassName":"gpu","allocationMode":"ExactCount","count":2},{"name":"y","deviceClassName":"gpu","allocationMode":"ExactCount","count":1},{"name":"z","deviceClassName":"nic","allocationMode":"All"}]}]}}}""",
        "count/resourceclaims.resource.k8s.io=1,gpu.deviceclass.resource.k8s.io/devices=2,nic.deviceclass.resource.k8s.io/devices=32")]
    [InlineData("""{"spec":{"devices":{"requests":[{"name":"a","exactly":{"deviceClassName":"gpu","allocationMode":"ExactCount","count":9223372036854775807}},{"name":"b","exactly":{"deviceClassName":"gpu","allocationMode":"ExactCount","count":9223372036854775807}}]}}}""",
        "count/resourceclaims.resource.k8s.io=1,gpu.deviceclass.resource.k8s.io/devices=9223372036854775807")]
    public void ClaimOfDevices_CostsThemByTheirClass(string claim, string expected)
        => Assert.Equal(expected, QuotaAmounts.Format(Of("resource.k8s.io", "resourceclaims").UsageOf(Parse<Resourcev1ResourceClaim>(claim), Now)));

    [Theory]
    [InlineData("apps", "deployments", "count/deployments.apps=1")]
    [InlineData("", "configmaps", "configmaps=1,count/configmaps=1")]
    [InlineData("example.com", "widgets", "count/widgets.example.com=1")]
    public void Others_AreCounted(string group, string resource, string expected)
        => Assert.Equal(expected, QuotaAmounts.Format(Of(group, resource).UsageOf(new V1ConfigMap(), Now)));

    [Theory]
    [InlineData("Terminating", "Exists", "", """{"activeDeadlineSeconds":5}""", true)]
    [InlineData("Terminating", "Exists", "", "{}", false)]
    [InlineData("NotTerminating", "Exists", "", "{}", true)]
    [InlineData("BestEffort", "Exists", "", """{"containers":[{"name":"c"}]}""", true)]
    [InlineData("BestEffort", "Exists", "", """{"containers":[{"name":"c","resources":{"limits":{"cpu":"1"}}}]}""", false)]
    [InlineData("NotBestEffort", "Exists", "", """{"containers":[{"name":"c","resources":{"limits":{"cpu":"1"}}}]}""", true)]
    [InlineData("PriorityClass", "Exists", "", """{"priorityClassName":"high"}""", true)]
    [InlineData("PriorityClass", "DoesNotExist", "", """{"priorityClassName":"high"}""", false)]
    [InlineData("PriorityClass", "In", "high,low", """{"priorityClassName":"high"}""", true)]
    [InlineData("PriorityClass", "In", "low", "{}", false)]
    [InlineData("PriorityClass", "NotIn", "high", """{"priorityClassName":"high"}""", false)]
    [InlineData("PriorityClass", "NotIn", "high", "{}", true)]
    [InlineData("CrossNamespacePodAffinity", "Exists", "", """{"affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"podAffinityTerm":{"topologyKey":"k","namespaceSelector":{}}}]}}}""", true)]
    [InlineData("CrossNamespacePodAffinity", "Exists", "", """{"affinity":{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"k"}]}}}""", false)]
    [InlineData("Unknown", "Exists", "", "{}", false)]
    public void Scope_PicksPods(string scope, string operation, string values, string spec, bool expected)
    {
        var requirement = new V1ScopedResourceSelectorRequirement { ScopeName = scope, OperatorProperty = operation, Values = values.Split(',', StringSplitOptions.RemoveEmptyEntries) };
        var pod = new V1Pod { Spec = Parse<V1PodSpec>(spec) };

        Assert.Equal(expected, Of("", "pods").IsInScope(requirement, pod));
    }

    [Theory]
    [InlineData("pods", "pods", true)]
    [InlineData("pods", "requests.nvidia.com/gpu", true)]
    [InlineData("pods", "nvidia.com/gpu", false)]
    [InlineData("pods", "requests.storage", false)]
    [InlineData("persistentvolumeclaims", "requests.storage", true)]
    [InlineData("persistentvolumeclaims", "gold.storageclass.storage.k8s.io/persistentvolumeclaims", true)]
    [InlineData("services", "services.nodeports", true)]
    [InlineData("configmaps", "count/configmaps", true)]
    [InlineData("configmaps", "secrets", false)]
    public void Names_BelongToTheirResource(string resource, string name, bool expected) => Assert.Equal(expected, Of("", resource).Tracks(name));

    [Theory]
    [InlineData("pods", "Create", "", true)]
    [InlineData("pods", "Update", "", false)]
    [InlineData("pods", "Update", "resize", true)]
    [InlineData("services", "Update", "", true)]
    [InlineData("services", "Update", "status", false)]
    [InlineData("configmaps", "Update", "", false)]
    [InlineData("configmaps", "Delete", "", false)]
    public void Requests_ThatCost_AreKnown(string resource, string operation, string subresource, bool expected)
        => Assert.Equal(expected, Of("", resource).Charges(Enum.Parse<AdmissionOperation>(operation), subresource));

    private static QuotaEvaluator Of(string group, string resource) => QuotaEvaluator.For(new GroupVersionResource(group, "v1", resource));

    private static T Parse<T>(string json) => ApiJson.Deserialize<T>(System.Text.Encoding.UTF8.GetBytes(json));
}
