using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Authorization.Nodes;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

public sealed class NodeAuthorizerTests
{
    private const string Unrelated = "no relationship found between node 'n1' and this object";
    private static readonly UserInfo Node = new("system:node:n1", ["system:nodes", "system:authenticated"]);

    public static TheoryData<string, string, string, string, string, string, string?> Cases() => new()
    {
        // verb, group, resource, subresource, name, field selector, and why not (null: allowed)
        { "get", "", "secrets", "", "named", "", null },
        { "get", "", "secrets", "", "pull", "", null },
        { "get", "", "secrets", "", "of-volume", "", null },
        { "get", "", "secrets", "", "elsewhere", "", Unrelated },
        { "get", "", "secrets", "", "unnamed", "", Unrelated },
        { "list", "", "secrets", "", "", "", "No Object name found" },
        { "update", "", "secrets", "", "named", "", "can only read resources of this type" },
        { "get", "", "configmaps", "", "env", "", null },
        { "watch", "", "configmaps", "", "env", "", null },
        { "get", "", "persistentvolumeclaims", "", "data", "", null },
        { "list", "", "persistentvolumeclaims", "", "data", "", "can only get individual resources of this type" },
        { "patch", "", "persistentvolumeclaims", "status", "data", "", null },
        { "get", "", "persistentvolumeclaims", "status", "data", "", "can only get/update/patch this type" },
        { "get", "", "persistentvolumes", "", "pv", "", null },
        { "get", "", "persistentvolumes", "", "other-pv", "", Unrelated },
        { "get", "resource.k8s.io", "resourceclaims", "", "gpu", "", null },
        { "get", "storage.k8s.io", "volumeattachments", "", "here", "", null },
        { "get", "storage.k8s.io", "volumeattachments", "", "there", "", Unrelated },
        { "create", "", "serviceaccounts", "token", "web", "", null },
        { "create", "", "serviceaccounts", "token", "admin", "", Unrelated },
        { "get", "", "serviceaccounts", "", "web", "", null },
        { "get", "", "serviceaccounts", "", "admin", "", Unrelated },
        { "list", "", "serviceaccounts", "", "", "", "can only create tokens for individual service accounts" },
        { "get", "", "serviceaccounts", "token", "web", "", "can only create tokens for individual service accounts" },
        { "get", "", "nodes", "", "n1", "", null },
        { "get", "", "nodes", "", "n2", "", "node 'n1' cannot read 'n2', only its own Node object" },
        { "list", "", "nodes", "", "", "", "node 'n1' cannot read all nodes, only its own Node object" },
        { "update", "", "nodes", "status", "n1", "", null },
        { "get", "", "pods", "", "p", "", null },
        { "get", "", "pods", "", "q", "", Unrelated },
        { "list", "", "pods", "", "", "spec.nodeName=n1", null },
        { "watch", "", "pods", "", "", "spec.nodeName=n1,status.phase!=Failed", null },
        { "list", "", "pods", "", "", "", "can only list/watch pods with spec.nodeName field selector" },
        { "list", "", "pods", "", "", "spec.nodeName=n2", "can only list/watch pods with spec.nodeName field selector" },
        { "list", "", "pods", "", "", "spec.nodeName!=n1", "can only list/watch pods with spec.nodeName field selector" },
        { "create", "", "pods", "binding", "p", "", "" },
        { "update", "", "pods", "status", "p", "", null },
        { "create", "", "pods", "eviction", "p", "", null },
        { "get", "coordination.k8s.io", "leases", "", "n1", "", "can only access leases in the \"kube-node-lease\" system namespace" },
        { "list", "coordination.k8s.io", "leases", "", "", "", "can only get, create, update, patch, or delete a node lease" },
        { "get", "storage.k8s.io", "csinodes", "", "n1", "", null },
        { "get", "storage.k8s.io", "csinodes", "", "n2", "", "can only access CSINode with the same name as the requesting node" },
        { "list", "resource.k8s.io", "resourceslices", "", "", "spec.nodeName=n1", null },
        { "list", "resource.k8s.io", "resourceslices", "", "", "", "can only list/watch/deletecollection resourceslices with nodeName field selector" },
        { "list", "", "services", "", "", "", null },
        { "create", "", "events", "", "", "", null },
        { "create", "authentication.k8s.io", "tokenreviews", "", "", "", null },
        { "get", "apps", "deployments", "", "d", "", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Authorize_Case_FollowsThePodsOfTheNode(string verb, string group, string resource, string subresource, string name, string fields, string? refusal)
    {
        var decision = await Authorizer(Cluster()).AuthorizeAsync(
            new AuthorizationAttributes(Node, verb) { Group = group, Resource = resource, Subresource = subresource, Namespace = "default", Name = name, FieldSelector = fields },
            CancellationToken.None);

        Assert.Equal(refusal is null ? AuthorizationVerdict.Allow : AuthorizationVerdict.NoOpinion, decision.Verdict);
        Assert.Equal(refusal ?? string.Empty, decision.Reason);
    }

    [Fact]
    public async Task Authorize_NotOfTheNodesGroup_HasNoOpinion()
        => Assert.Equal(AuthorizationDecision.NoOpinion, await Authorizer(new FakeLookup()).AuthorizeAsync(
            new AuthorizationAttributes(new UserInfo("system:node:n1", []), "get") { Resource = "nodes", Name = "n1" }, CancellationToken.None));

    [Fact]
    public async Task Authorize_PodsComeAndGo_FollowsEachChange()
    {
        var first = Pod("first", "n1", "shared", "m", "web");
        var second = Pod("second", "n1", "shared", "m", "web");
        var lookup = new FakeLookup(first);
        var authorizer = Authorizer(lookup);
        Assert.True(await MayReadAsync());

        lookup.Add(second);
        lookup.Remove(first);
        Assert.True(await MayReadAsync());

        var moved = Pod("second", "n2", "shared", "m", "web");
        lookup.Replace(second, moved);
        Assert.False(await MayReadAsync());

        var mirror = Pod("mirror", "n1", "shared", "m", "web");
        mirror.Metadata.Annotations = new Dictionary<string, string> { ["kubernetes.io/config.mirror"] = "x" };
        lookup.Add(mirror);
        Assert.False(await MayReadAsync());

        var waiting = Pod("waiting", string.Empty, "shared", "m", "web");
        lookup.Add(waiting);
        Assert.False(await MayReadAsync());
        lookup.Replace(waiting, Pod("waiting", "n1", "shared", "m", "web"));
        Assert.True(await MayReadAsync());

        async Task<bool> MayReadAsync() => (await authorizer.AuthorizeAsync(
            new AuthorizationAttributes(Node, "get") { Resource = "secrets", Namespace = "default", Name = "shared" }, CancellationToken.None)).Verdict == AuthorizationVerdict.Allow;
    }

    [Fact]
    public void Graph_AllPodsGone_KeepsNothing()
    {
        var pods = Enumerable.Range(0, 20).Select(index => Pod($"p{index}", $"n{index % 3}", $"s{index % 4}", "m", "web")).ToList();
        var lookup = new FakeLookup(pods);
        using var graph = new NodeGraph(lookup);
        graph.Update();
        Assert.NotEqual(0, graph.Count);

        pods.ForEach(lookup.Remove);
        graph.Update();

        Assert.Equal(0, graph.Count);
    }

    private static NodeAuthorizer Authorizer(FakeLookup lookup) => new(new NodeIndex(lookup, new FakeTimeProvider()));

    private static FakeLookup Cluster()
    {
        var pod = Pod("p", "n1", "named", "env", "web");
        pod.Spec.ImagePullSecrets = [new V1LocalObjectReference { Name = "pull" }];
        pod.Spec.Volumes.Add(new V1Volume { Name = "d", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "data" } });
        pod.Spec.ResourceClaims = [new V1PodResourceClaim { Name = "gpu", ResourceClaimName = "gpu" }];
        return new FakeLookup(
            pod, Pod("q", "n2", "elsewhere", "other", "admin"), Volume("pv", "data", "of-volume"), Volume("other-pv", "other-data", "other-secret"),
            Attachment("here", "n1"), Attachment("there", "n2"));
    }

    private static V1VolumeAttachment Attachment(string name, string node) => new() { Metadata = new V1ObjectMeta { Name = name }, Spec = new V1VolumeAttachmentSpec { NodeName = node } };

    private static V1PersistentVolume Volume(string name, string claim, string secret) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1PersistentVolumeSpec
        {
            ClaimRef = new V1ObjectReference { Name = claim, NamespaceProperty = "default" },
            Csi = new V1CSIPersistentVolumeSource { NodeStageSecretRef = new V1SecretReference { Name = secret, NamespaceProperty = "default" } },
        },
    };

    private static V1Pod Pod(string name, string node, string secret, string map, string account) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
        Spec = new V1PodSpec
        {
            NodeName = node,
            ServiceAccountName = account,
            Volumes = [new V1Volume { Name = "v", Secret = new V1SecretVolumeSource { SecretName = secret } }],
            Containers = [new V1Container { Name = "c", EnvFrom = [new V1EnvFromSource { ConfigMapRef = new V1ConfigMapEnvSource { Name = map } }] }],
        },
    };
}
