using k8s.Models;
using Orch.Resources;

namespace Orch.Abstractions.Tests.Resources;

public sealed class ResourceTypesTests
{
    [Theory]
    [InlineData(typeof(V1Pod), "v1", "pods", true, typeof(V1PodList))]
    [InlineData(typeof(V1Deployment), "apps/v1", "deployments", true, typeof(V1DeploymentList))]
    [InlineData(typeof(V1Node), "v1", "nodes", false, typeof(V1NodeList))]
    [InlineData(typeof(V1ClusterRole), "rbac.authorization.k8s.io/v1", "clusterroles", false, typeof(V1ClusterRoleList))]
    [InlineData(typeof(Corev1Event), "v1", "events", true, typeof(Corev1EventList))]
    [InlineData(typeof(Resourcev1ResourceClaim), "resource.k8s.io/v1", "resourceclaims", true, typeof(V1ResourceClaimList))]
    [InlineData(typeof(V1Ingress), "networking.k8s.io/v1", "ingresses", true, typeof(V1IngressList))]
    public void Of_Model_KnowsItsResource(Type type, string apiVersion, string resource, bool namespaced, Type list)
    {
        var info = ResourceTypes.Of(type);
        Assert.Equal((apiVersion, resource, namespaced, list), (info.Kind.ApiVersion, info.Resource.Resource, info.IsNamespaced, info.ListType));
    }

    [Fact]
    public void Of_NotAModel_Throws() => Assert.Throws<ArgumentException>(ResourceTypes.Of<string>);

    [Fact]
    public void TryOf_EveryStoredModel_HasItsList()
    {
        var without = typeof(V1Pod).Assembly.GetTypes()
            .Where(type => typeof(k8s.IKubernetesObject<V1ObjectMeta>).IsAssignableFrom(type) && ResourceTypes.TryOf(type, out var info) && info.ListType is null)
            .Select(type => type.Name).Order(StringComparer.Ordinal);
        // Kinds that are only posted, never listed.
        Assert.Equal(
            ["Authenticationv1TokenRequest", "V1Binding", "V1Eviction", "V1LocalSubjectAccessReview", "V1Scale", "V1SelfSubjectAccessReview", "V1SelfSubjectReview", "V1SelfSubjectRulesReview", "V1SubjectAccessReview", "V1TokenReview"],
            without);
    }
}
