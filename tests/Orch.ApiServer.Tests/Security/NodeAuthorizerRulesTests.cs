using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Authorization.Nodes;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

/// <summary>What a node agent may not: each rule's own bounds, and each way in which a pod names an object.</summary>
public sealed class NodeAuthorizerRulesTests
{
    private const string Unrelated = "no relationship found between node 'n1' and this object";
    private const string LeaseVerbs = "can only get, create, update, patch, or delete a node lease";
    private const string LeaseName = "can only access node lease with the same name as the requesting node";
    private const string CsiVerbs = "can only get, create, update, patch, or delete a CSINode";
    private const string CsiName = "can only access CSINode with the same name as the requesting node";
    private const string SliceSelector = "can only list/watch/deletecollection resourceslices with nodeName field selector";
    private const string OneService = "can only create token subresource of serviceaccount";
    private static readonly UserInfo Node = new("system:node:n1", ["system:nodes", "system:authenticated"]);

    public static TheoryData<string, string, string, string, string, string?> Cases() => new()
    {
        // verb, resource, namespace, name, field selector, and why not (null: allowed; empty: no opinion and no word)
        { "get", "secrets", "", "s", "", "can only read namespaced object of this type" },
        { "list", "secrets", "", "", "metadata.name=s", "can only read namespaced object of this type" },
        { "list", "secrets", "a", "s", "", null },
        { "watch", "secrets", "a", "s", "", null },
        { "watch", "secrets", "a", "", "", "No Object name found" },
        { "delete", "secrets", "a", "s", "", "can only read resources of this type" },
        { "create", "secrets", "a", "", "", "can only read resources of this type" },
        { "deletecollection", "secrets", "a", "s", "", "can only read resources of this type" },
        { "get", "secrets/status", "a", "s", "", "cannot read subresource" },
        { "get", "secrets", "b", "s", "", Unrelated },
        { "get", "secrets", "a", "m", "", Unrelated },
        { "get", "configmaps", "a", "m", "", null },
        { "get", "configmaps", "a", "s", "", Unrelated },
        { "patch", "configmaps", "a", "m", "", "can only read resources of this type" },
        { "update", "persistentvolumeclaims/status", "a", "c", "", null },
        { "update", "persistentvolumeclaims/status", "a", "d", "", Unrelated },
        { "delete", "persistentvolumeclaims/status", "a", "c", "", "can only get/update/patch this type" },
        { "update", "persistentvolumeclaims", "a", "c", "", "can only get individual resources of this type" },
        { "get", "persistentvolumeclaims/other", "a", "c", "", "cannot get subresource" },
        { "watch", "persistentvolumes", "", "v", "", "can only get individual resources of this type" },
        { "get", "persistentvolumes/status", "", "v", "", "cannot get subresource" },
        { "get", "persistentvolumes", "", "", "", "No Object name found" },
        { "list", "resource.k8s.io/resourceclaims", "a", "g", "", "can only get individual resources of this type" },
        { "get", "resource.k8s.io/resourceclaims", "a", "h", "", Unrelated },
        { "get", "resourceclaims", "a", "g", "", "" },
        { "get", "storage.k8s.io/volumeattachments", "", "x", "", Unrelated },
        { "create", "serviceaccounts", "a", "", "", "can only create tokens for individual service accounts" },
        { "create", "serviceaccounts", "a", "web", "", OneService },
        { "create", "serviceaccounts/other", "a", "web", "", OneService },
        { "create", "serviceaccounts/token", "b", "web", "", Unrelated },
        { "update", "serviceaccounts/token", "a", "web", "", "can only create tokens for individual service accounts" },
        { "create", "coordination.k8s.io/leases", "kube-node-lease", "", "", null },
        { "create", "coordination.k8s.io/leases", "default", "", "", "can only access leases in the \"kube-node-lease\" system namespace" },
        { "get", "coordination.k8s.io/leases", "kube-node-lease", "n1", "", null },
        { "update", "coordination.k8s.io/leases", "kube-node-lease", "n1", "", null },
        { "patch", "coordination.k8s.io/leases", "kube-node-lease", "n1", "", null },
        { "delete", "coordination.k8s.io/leases", "kube-node-lease", "n1", "", null },
        { "get", "coordination.k8s.io/leases", "kube-node-lease", "n2", "", LeaseName },
        { "delete", "coordination.k8s.io/leases", "kube-node-lease", "n2", "", LeaseName },
        { "update", "coordination.k8s.io/leases", "kube-node-lease", "", "", LeaseName },
        { "watch", "coordination.k8s.io/leases", "kube-node-lease", "n1", "", LeaseVerbs },
        { "deletecollection", "coordination.k8s.io/leases", "kube-node-lease", "n1", "", LeaseVerbs },
        { "create", "storage.k8s.io/csinodes", "", "", "", null },
        { "update", "storage.k8s.io/csinodes", "", "n1", "", null },
        { "patch", "storage.k8s.io/csinodes", "", "n1", "", null },
        { "delete", "storage.k8s.io/csinodes", "", "n1", "", null },
        { "delete", "storage.k8s.io/csinodes", "", "n2", "", CsiName },
        { "get", "storage.k8s.io/csinodes/status", "", "n1", "", "cannot authorize CSINode subresources" },
        { "list", "storage.k8s.io/csinodes", "", "n1", "", CsiVerbs },
        { "watch", "storage.k8s.io/csinodes", "", "n1", "", CsiVerbs },
        { "create", "resource.k8s.io/resourceslices", "", "", "", null },
        { "get", "resource.k8s.io/resourceslices", "", "mine", "", null },
        { "update", "resource.k8s.io/resourceslices", "", "mine", "", null },
        { "patch", "resource.k8s.io/resourceslices", "", "mine", "", null },
        { "delete", "resource.k8s.io/resourceslices", "", "mine", "", null },
        { "delete", "resource.k8s.io/resourceslices", "", "theirs", "", Unrelated },
        { "get", "resource.k8s.io/resourceslices", "", "theirs", "", Unrelated },
        { "get", "resource.k8s.io/resourceslices/status", "", "mine", "", "cannot authorize ResourceSlice subresources" },
        { "watch", "resource.k8s.io/resourceslices", "", "", "spec.nodeName=n1", null },
        { "deletecollection", "resource.k8s.io/resourceslices", "", "", "spec.nodeName=n1", null },
        { "deletecollection", "resource.k8s.io/resourceslices", "", "", "", SliceSelector },
        { "list", "resource.k8s.io/resourceslices", "", "", "spec.nodeName=n2", SliceSelector },
        { "list", "resource.k8s.io/resourceslices", "", "", "spec.nodeName!=n1", SliceSelector },
        { "list", "resource.k8s.io/resourceslices", "", "", "spec.nodeName==", SliceSelector },
        { "bind", "resource.k8s.io/resourceslices", "", "mine", "", "only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection" },
        { "create", "nodes", "", "", "", null },
        { "update", "nodes", "", "n2", "", null },
        { "patch", "nodes/status", "", "n1", "", null },
        { "watch", "nodes", "", "n1", "", null },
        { "list", "nodes", "", "n1", "", null },
        { "watch", "nodes", "", "", "", "node 'n1' cannot read all nodes, only its own Node object" },
        { "watch", "nodes", "", "n2", "", "node 'n1' cannot read 'n2', only its own Node object" },
        { "delete", "nodes", "", "n1", "", "" },
        { "deletecollection", "nodes", "", "", "", "" },
        { "get", "nodes/status", "", "n1", "", "" },
        { "create", "nodes/proxy", "", "n1", "", "" },
        { "get", "nodes/proxy", "", "n1", "", "" },
        { "list", "pods", "a", "p", "", null },
        { "watch", "pods", "a", "p", "", null },
        { "watch", "pods", "a", "q", "", Unrelated },
        { "get", "pods", "", "", "", "No Object name found" },
        { "list", "pods", "", "", "spec.nodeName=n1,spec.nodeName=n2", null },
        { "create", "pods", "a", "", "", null },
        { "delete", "pods", "a", "p", "", null },
        { "deletecollection", "pods", "a", "", "", "" },
        { "update", "pods", "a", "p", "", "" },
        { "patch", "pods", "a", "p", "", "" },
        { "patch", "pods/status", "a", "p", "", null },
        { "get", "pods/status", "a", "p", "", "" },
        { "update", "pods/eviction", "a", "p", "", "" },
        { "create", "pods/exec", "a", "p", "", "" },
        { "get", "pods/log", "a", "p", "", "" },
        { "update", "pods/ephemeralcontainers", "a", "p", "", "" },
        { "update", "pods/resize", "a", "p", "", "" },
        { "create", "authorization.k8s.io/subjectaccessreviews", "", "", "", null },
        { "create", "certificates.k8s.io/certificatesigningrequests", "", "", "", null },
        { "update", "certificates.k8s.io/certificatesigningrequests/approval", "", "x", "", "" },
        { "delete", "events", "a", "e", "", "" },
        { "get", "storage.k8s.io/csidrivers", "", "d", "", null },
        { "get", "node.k8s.io/runtimeclasses", "", "r", "", null },
        { "create", "node.k8s.io/runtimeclasses", "", "", "", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Authorize_Case_KeepsEachRulesBounds(string verb, string resource, string space, string name, string fields, string? refusal)
    {
        var parts = resource.Split('/');
        var group = parts[0].Contains('.', StringComparison.Ordinal) ? parts[0] : string.Empty;
        parts = group.Length > 0 ? parts[1..] : parts;
        var decision = await Authorizer(Cluster()).AuthorizeAsync(
            new AuthorizationAttributes(Node, verb) { Group = group, Resource = parts[0], Subresource = parts.Length > 1 ? parts[1] : string.Empty, Namespace = space, Name = name, FieldSelector = fields },
            CancellationToken.None);

        Assert.Equal(refusal is null ? AuthorizationVerdict.Allow : AuthorizationVerdict.NoOpinion, decision.Verdict);
        Assert.Equal(refusal ?? string.Empty, decision.Reason);
    }

    [Theory]
    [InlineData("system:node:", "unknown node for user \"system:node:\"")]
    [InlineData("system:node:n2", Unrelated)]
    [InlineData("system:nodes:n1", "")]
    [InlineData("jane", "")]
    public async Task Authorize_User_IsANodeByNameAndGroup(string user, string refusal)
    {
        var decision = await Authorizer(Cluster()).AuthorizeAsync(
            new AuthorizationAttributes(new UserInfo(user, ["system:nodes"]), "get") { Resource = "secrets", Namespace = "a", Name = "s" }, CancellationToken.None);
        Assert.Equal(AuthorizationVerdict.NoOpinion, decision.Verdict);
        Assert.Equal(refusal.Replace("'n1'", "'n2'", StringComparison.Ordinal), decision.Reason);
    }

    public static TheoryData<string, string, Action<V1Pod>> Ways() => new()
    {
        { "secret by a variable", "Secret", static pod => pod.Spec.Containers[0].Env = [Variable("x")] },
        { "secret by a variable of an init container", "Secret", static pod => pod.Spec.InitContainers = [new V1Container { Name = "i", Env = [Variable("x")] }] },
        { "secret by a debug container", "Secret", static pod => pod.Spec.EphemeralContainers = [new V1EphemeralContainer { Name = "d", EnvFrom = [new V1EnvFromSource { SecretRef = new V1SecretEnvSource { Name = "x" } }] }] },
        { "secret by all variables", "Secret", static pod => pod.Spec.Containers[0].EnvFrom = [new V1EnvFromSource { SecretRef = new V1SecretEnvSource { Name = "x" } }] },
        { "secret by a projection", "Secret", static pod => pod.Spec.Volumes = [new V1Volume { Projected = new V1ProjectedVolumeSource { Sources = [new V1VolumeProjection { Secret = new V1SecretProjection { Name = "x" } }] } }] },
        { "secret by a driver", "Secret", static pod => pod.Spec.Volumes = [new V1Volume { Csi = new V1CSIVolumeSource { Driver = "d", NodePublishSecretRef = new V1LocalObjectReference { Name = "x" } } }] },
        { "secret by azure", "Secret", static pod => pod.Spec.Volumes = [new V1Volume { AzureFile = new V1AzureFileVolumeSource { SecretName = "x", ShareName = "s" } }] },
        { "secret by iscsi", "Secret", static pod => pod.Spec.Volumes = [new V1Volume { Iscsi = new V1ISCSIVolumeSource { SecretRef = new V1LocalObjectReference { Name = "x" } } }] },
        { "config map by a variable", "ConfigMap", static pod => pod.Spec.Containers[0].Env = [new V1EnvVar { ValueFrom = new V1EnvVarSource { ConfigMapKeyRef = new V1ConfigMapKeySelector { Name = "x", Key = "k" } } }] },
        { "config map by a volume", "ConfigMap", static pod => pod.Spec.Volumes = [new V1Volume { ConfigMap = new V1ConfigMapVolumeSource { Name = "x" } }] },
        { "config map by a projection", "ConfigMap", static pod => pod.Spec.Volumes = [new V1Volume { Projected = new V1ProjectedVolumeSource { Sources = [new V1VolumeProjection { ConfigMap = new V1ConfigMapProjection { Name = "x" } }] } }] },
        { "claim of its own", "VolumeClaim", static pod => pod.Spec.Volumes = [new V1Volume { Name = "y", Ephemeral = new V1EphemeralVolumeSource() }] },
        { "resource claim made for it", "ResourceClaim", static pod => pod.Status = new V1PodStatus { ResourceClaimStatuses = [new V1PodResourceClaimStatus { Name = "g", ResourceClaimName = "x" }] } },
        { "resource claim for what it asks", "ResourceClaim", static pod => pod.Status = new V1PodStatus { ExtendedResourceClaimStatus = new V1PodExtendedResourceClaimStatus { ResourceClaimName = "x" } } },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Needs_WhatAPodNames_AndNothingElse(string situation, string kind, Action<V1Pod> name)
    {
        var pod = Pod("p", "n1");
        var lookup = new FakeLookup(pod);
        using var graph = new NodeGraph(lookup);
        Assert.True(graph.Update());
        var dependency = new NodeDependency(Enum.Parse<DependencyKind>(kind), "a", kind == "VolumeClaim" ? "p-y" : "x");
        Assert.False(graph.Needs("n1", dependency), situation);

        var named = Pod("p", "n1");
        name(named);
        // An update brings only what can come later; all else comes with the pod.
        lookup.Remove(pod);
        lookup.Add(named);
        Assert.True(graph.Update());
        Assert.True(graph.Needs("n1", dependency), situation);
        Assert.False(graph.Needs("n2", dependency), situation);
        Assert.False(graph.Needs("n1", dependency with { Namespace = "b" }), situation);
    }

    [Fact]
    public void Needs_WhatComesLater_FollowsTheUpdate()
    {
        var pod = Pod("p", "n1");
        var lookup = new FakeLookup(pod);
        using var graph = new NodeGraph(lookup);
        Assert.True(graph.Update());
        var claimed = Pod("p", "n1");
        claimed.Status = new V1PodStatus { ResourceClaimStatuses = [new V1PodResourceClaimStatus { Name = "g", ResourceClaimName = "x" }] };
        Replace(pod, claimed);
        Assert.True(graph.Needs("n1", new NodeDependency(DependencyKind.ResourceClaim, "a", "x")));

        var extended = Pod("p", "n1");
        extended.Status = new V1PodStatus { ExtendedResourceClaimStatus = new V1PodExtendedResourceClaimStatus { ResourceClaimName = "y" } };
        Replace(claimed, extended);
        Assert.True(graph.Needs("n1", new NodeDependency(DependencyKind.ResourceClaim, "a", "y")));
        Assert.False(graph.Needs("n1", new NodeDependency(DependencyKind.ResourceClaim, "a", "x")));

        var debugged = Pod("p", "n1");
        debugged.Spec.EphemeralContainers = [new V1EphemeralContainer { Name = "d", Env = [Variable("z")] }];
        Replace(extended, debugged);
        Assert.True(graph.Needs("n1", new NodeDependency(DependencyKind.Secret, "a", "z")));

        // Made anew under its name between two looks.
        var anew = Pod("p", "n1");
        (anew.Metadata.Uid, anew.Spec.ServiceAccountName) = ("other", "admin");
        anew.Spec.EphemeralContainers = debugged.Spec.EphemeralContainers;
        Replace(debugged, anew);
        Assert.True(graph.Needs("n1", new NodeDependency(DependencyKind.ServiceAccount, "a", "admin")));

        void Replace(V1Pod old, V1Pod now)
        {
            lookup.Replace(old, now);
            Assert.True(graph.Update());
        }
    }

    [Fact]
    public void Needs_SecretsOfVolumes_WhileTheClaimIsUsedAndTheVolumeNamesThem()
    {
        var pod = Pod("p", "n1");
        pod.Spec.Volumes = [new V1Volume { PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "c" } }];
        var volume = Volume(new V1CSIPersistentVolumeSource { NodePublishSecretRef = new V1SecretReference { Name = "publish" }, NodeExpandSecretRef = new V1SecretReference { Name = "expand", NamespaceProperty = "b" } });
        var lookup = new FakeLookup(pod, volume);
        using var graph = new NodeGraph(lookup);
        Assert.True(graph.Update());
        Assert.True(graph.Needs("n1", new NodeDependency(DependencyKind.Secret, "a", "publish")));
        Assert.True(graph.Needs("n1", new NodeDependency(DependencyKind.Secret, "b", "expand")));
        Assert.False(graph.Needs("n1", new NodeDependency(DependencyKind.Secret, "a", "expand")));
        Assert.False(graph.Needs("n2", new NodeDependency(DependencyKind.Secret, "a", "publish")));

        var changed = Volume(new V1CSIPersistentVolumeSource { NodeStageSecretRef = new V1SecretReference { Name = "stage" } });
        lookup.Replace(volume, changed);
        Assert.True(graph.Update());
        Assert.False(graph.Needs("n1", new NodeDependency(DependencyKind.Secret, "a", "publish")));
        Assert.True(graph.Needs("n1", new NodeDependency(DependencyKind.Secret, "a", "stage")));

        lookup.Remove(changed);
        Assert.True(graph.Update());
        Assert.False(graph.Needs("n1", new NodeDependency(DependencyKind.Secret, "a", "stage")));
        Assert.False(graph.NeedsVolume("n1", "v"));
    }

    private static NodeAuthorizer Authorizer(FakeLookup lookup) => new(new NodeIndex(lookup, new FakeTimeProvider()));

    private static V1PersistentVolume Volume(V1CSIPersistentVolumeSource? csi) => new()
    {
        Metadata = new V1ObjectMeta { Name = "v" }, Spec = new V1PersistentVolumeSpec { ClaimRef = new V1ObjectReference { Name = "c", NamespaceProperty = "a" }, Csi = csi },
    };

    private static V1EnvVar Variable(string secret) => new() { Name = "v", ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = secret, Key = "k" } } };

    private static FakeLookup Cluster()
    {
        var pod = Pod("p", "n1");
        pod.Spec.Volumes =
        [
            new V1Volume { Secret = new V1SecretVolumeSource { SecretName = "s" } }, new V1Volume { ConfigMap = new V1ConfigMapVolumeSource { Name = "m" } },
            new V1Volume { PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "c" } },
        ];
        pod.Spec.ResourceClaims = [new V1PodResourceClaim { Name = "g", ResourceClaimName = "g" }];
        return new FakeLookup(pod, Pod("q", "n2"), Volume(null), Slice("mine", "n1"), Slice("theirs", "n2"));
    }

    private static V1ResourceSlice Slice(string name, string node) => new() { Metadata = new V1ObjectMeta { Name = name }, Spec = new V1ResourceSliceSpec { NodeName = node } };

    private static V1Pod Pod(string name, string node) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "a", Uid = "u" },
        Spec = new V1PodSpec { NodeName = node, ServiceAccountName = "web", Containers = [new V1Container { Name = "c" }] },
    };
}
