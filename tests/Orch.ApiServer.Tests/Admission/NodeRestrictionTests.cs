using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Admission;
using Orch.ApiServer.Tests.Security;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Admission;

public sealed class NodeRestrictionTests
{
    private static readonly UserInfo Node = new("system:node:n1", ["system:nodes"]);
    private static readonly V1Node Stored = new() { Metadata = new V1ObjectMeta { Name = "n1", Uid = "u1" } };

    public static TheoryData<string, Action<V1Pod>, string?> Mirrors => new()
    {
        { "fine", static _ => { }, null },
        { "no mirror", static pod => pod.Metadata.Annotations = null, "pod does not have \"kubernetes.io/config.mirror\" annotation, node \"n1\" can only create mirror pods" },
        { "elsewhere", static pod => pod.Spec.NodeName = "n2", "node \"n1\" can only create pods with spec.nodeName set to itself" },
        { "no owner", static pod => pod.Metadata.OwnerReferences = null, "node \"n1\" can only create pods with an owner reference set to itself" },
        { "two owners", static pod => pod.Metadata.OwnerReferences = [.. pod.Metadata.OwnerReferences, new V1OwnerReference()], "node \"n1\" can only create pods with a single owner reference set to itself" },
        { "other owner", static pod => pod.Metadata.OwnerReferences[0].Name = "n2", "node \"n1\" can only create pods with an owner reference set to itself" },
        { "no controller", static pod => pod.Metadata.OwnerReferences[0].Controller = false, "node \"n1\" can only create pods with a controller owner reference set to itself" },
        { "blocks", static pod => pod.Metadata.OwnerReferences[0].BlockOwnerDeletion = true, "node \"n1\" must not set blockOwnerDeletion on an owner reference" },
        { "wrong uid", static pod => pod.Metadata.OwnerReferences[0].Uid = "u2", "node n1 UID mismatch: expected u2 got u1" },
        { "account", static pod => pod.Spec.ServiceAccountName = "a", "node \"n1\" can not create pods that reference a service account" },
        { "secret", static pod => pod.Spec.Volumes = [new V1Volume { Secret = new V1SecretVolumeSource { SecretName = "s" } }], "node \"n1\" can not create pods that reference secrets" },
        { "config map", static pod => pod.Spec.Containers[0].EnvFrom = [new V1EnvFromSource { ConfigMapRef = new V1ConfigMapEnvSource { Name = "m" } }], "node \"n1\" can not create pods that reference configmaps" },
        { "claim", static pod => pod.Spec.Volumes = [new V1Volume { PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "c" } }], "node \"n1\" can not create pods that reference persistentvolumeclaims" },
    };

    [Theory]
    [MemberData(nameof(Mirrors))]
    public Task MirrorPods_MayNameNothing(string name, Action<V1Pod> change, string? message)
    {
        Assert.NotEmpty(name);
        var pod = Mirror();
        change(pod);
        return CheckAsync(Request(AdmissionOperation.Create, "", "pods", "p") with { Object = pod }, message is null ? null : $"pods \"p\" is forbidden: {message}");
    }

    [Theory]
    [InlineData("", "Update", "n1", "unexpected operation \"UPDATE\", node \"n1\" can only create and delete mirror pods")]
    [InlineData("", "Delete", "n1", null)]
    [InlineData("", "Delete", "n2", "node \"n1\" can only delete pods with spec.nodeName set to itself")]
    [InlineData("status", "Update", "n1", null)]
    [InlineData("status", "Update", "n2", "node \"n1\" can only update pod status for pods with spec.nodeName set to itself")]
    [InlineData("eviction", "Create", "n1", null)]
    [InlineData("eviction", "Create", "n2", "node n1 can only evict pods with spec.nodeName set to itself")]
    [InlineData("binding", "Create", "n1", "unexpected pod subresource \"binding\", only 'status' and 'eviction' are allowed")]
    public Task Pods_OnlyItsOwn(string subresource, string operation, string host, string? message)
    {
        var pod = Mirror();
        pod.Spec.NodeName = host;
        var request = Request(Enum.Parse<AdmissionOperation>(operation), "", "pods", "p") with { Subresource = subresource, Object = subresource == "status" ? ApiJson.DeepCopy(pod) : null, OldObject = pod };
        return CheckAsync(request, message is null ? null : $"pods \"p\" is forbidden: {message}", pod);
    }

    [Fact]
    public Task PodStatus_CannotCarryLabels()
    {
        var (old, now) = (Mirror(), Mirror());
        now.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" };
        return CheckAsync(Request(AdmissionOperation.Update, "", "pods", "p") with { Subresource = "status", Object = now, OldObject = old }, "pods \"p\" is forbidden: node \"n1\" cannot update labels through pod status");
    }

    [Theory]
    [InlineData("a=b", null)]
    [InlineData("kubernetes.io/hostname=x", null)]
    [InlineData("kubelet.kubernetes.io/x=y", null)]
    [InlineData("sub.node.kubernetes.io/x=y", null)]
    [InlineData("node-restriction.kubernetes.io/x=y", "is not allowed to modify labels: node-restriction.kubernetes.io/x")]
    [InlineData("node-role.kubernetes.io/control-plane=,k8s.io/b=c", "is not allowed to modify labels: k8s.io/b, node-role.kubernetes.io/control-plane")]
    [InlineData("mykubernetes.io/x=y", null)]
    public Task Labels_ByWhichItCouldDrawPods_AreNotItsOwn(string labels, string? message)
    {
        var now = Stored with { Metadata = new V1ObjectMeta { Name = "n1", Labels = labels.Split(',').Select(static label => label.Split('=')).ToDictionary(static label => label[0], static label => label[1]) } };
        return CheckAsync(Request(AdmissionOperation.Update, "", "nodes", "n1") with { Object = now, OldObject = Stored }, message is null ? null : $"nodes \"n1\" is forbidden: {message}");
    }

    [Fact]
    public async Task Node_NeitherTaintsNorOthersNorReservedLabelsAtBirth()
    {
        var tainted = Stored with { Spec = new V1NodeSpec { Taints = [new V1Taint { Key = "a", Effect = "NoSchedule" }] } };
        await CheckAsync(Request(AdmissionOperation.Update, "", "nodes", "n1") with { Object = Stored, OldObject = tainted }, "nodes \"n1\" is forbidden: node \"n1\" is not allowed to modify taints");
        await CheckAsync(Request(AdmissionOperation.Update, "", "nodes", "n2") with { Object = Stored, OldObject = Stored }, "nodes \"n2\" is forbidden: node \"n1\" is not allowed to modify node \"n2\"");
        var born = new V1Node { Metadata = new V1ObjectMeta { Name = "n1", Labels = new Dictionary<string, string> { ["node-role.kubernetes.io/x"] = "" } } };
        await CheckAsync(Request(AdmissionOperation.Create, "", "nodes", "n1") with { Object = born }, "nodes \"n1\" is forbidden: node \"n1\" is not allowed to set the following labels: node-role.kubernetes.io/x");
    }

    [Theory]
    [InlineData("v1", "Pod", "p", "u", "n1", null)]
    [InlineData(null, "", "", "", "n1", "node requested token not bound to a pod")]
    [InlineData("v1", "Secret", "p", "u", "n1", "node requested token not bound to a pod")]
    [InlineData("v1", "Pod", "p", "", "n1", "node requested token with a pod binding without a uid")]
    [InlineData("v1", "Pod", "p", "v", "n1", "the UID in the bound object reference (v) does not match the UID in record. The object might have been deleted and then recreated")]
    [InlineData("v1", "Pod", "p", "u", "n2", "node requested token bound to a pod scheduled on a different node")]
    public Task Tokens_OnlyForItsPods(string? version, string kind, string name, string uid, string host, string? message)
    {
        var pod = Mirror();
        (pod.Metadata.Uid, pod.Spec.NodeName) = ("u", host);
        pod.Spec.Volumes = [Tokens(null)];
        var token = new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec { BoundObjectRef = version is null ? null : new V1BoundObjectReference { ApiVersion = version, Kind = kind, Name = name, Uid = uid } } };
        return CheckAsync(Request(AdmissionOperation.Create, "", "serviceaccounts", "a") with { Subresource = "token", Object = token }, message is null ? null : $"serviceaccounts \"a\" is forbidden: {message}", pod);
    }

    [Theory]
    [InlineData(AdmissionOperation.Create, "n1", null)]
    [InlineData(AdmissionOperation.Create, "n2", "can only create ResourceSlice with the same NodeName as the requesting node")]
    [InlineData(AdmissionOperation.Create, null, "can only create ResourceSlice with the same NodeName as the requesting node")]
    [InlineData(AdmissionOperation.Update, "n2", null)]
    [InlineData(AdmissionOperation.Delete, "n1", null)]
    [InlineData(AdmissionOperation.Delete, "n2", "can only delete ResourceSlice with the same NodeName as the requesting node")]
    [InlineData(AdmissionOperation.Delete, null, "can only delete ResourceSlice with the same NodeName as the requesting node")]
    public Task Slice_OfAnotherNode_IsNeitherMadeNorDeleted(AdmissionOperation operation, string? place, string? message)
    {
        var slice = new V1ResourceSlice { Spec = new V1ResourceSliceSpec { NodeName = place } };
        var request = Request(operation, "resource.k8s.io", "resourceslices", "s");
        request = operation == AdmissionOperation.Delete ? request with { OldObject = slice } : request with { Object = slice };
        return CheckAsync(request, message is null ? null : $"resourceslices.resource.k8s.io \"s\" is forbidden: {message}");
    }

    [Theory]
    [InlineData("coordination.k8s.io", "leases", "kube-node-lease", "n1", null)]
    [InlineData("coordination.k8s.io", "leases", "default", "n1", "can only access leases in the \"kube-node-lease\" system namespace")]
    [InlineData("coordination.k8s.io", "leases", "kube-node-lease", "n2", "can only access node lease with the same name as the requesting node")]
    [InlineData("storage.k8s.io", "csinodes", "", "n1", null)]
    [InlineData("storage.k8s.io", "csinodes", "", "n2", "can only access CSINode with the same name as the requesting node")]
    [InlineData("", "persistentvolumeclaims", "default", "c", "may only update PVC status")]
    public Task Other_ObjectsOfOthers_AreNotItsOwn(string group, string resource, string home, string name, string? message)
    {
        var request = Request(AdmissionOperation.Update, group, resource, name) with { Namespace = home };
        return CheckAsync(request, message is null ? null : $"{request.Resource.GroupResource} \"{name}\" is forbidden: {message}");
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("vault", null)]
    [InlineData("driver", null)]
    [InlineData("claimed", null)]
    [InlineData("own", null)]
    [InlineData("unused", "audience \"unused\" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience")]
    [InlineData("granted", null)]
    [InlineData("other", "audience \"other\" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience")]
    [InlineData("vault driver", "node may only request 0 or 1 audiences")]
    public async Task Tokens_OnlyForWhomThePodTalksTo(string audiences, string? message)
    {
        var pod = Mirror();
        pod.Metadata.Uid = "u";
        pod.Spec.Volumes =
        [
            Tokens(null), Tokens("vault"), new V1Volume { Name = "inline", Csi = new V1CSIVolumeSource { Driver = "d1" } },
            new V1Volume { Name = "own", Ephemeral = new V1EphemeralVolumeSource() }, new V1Volume { Name = "unbound", Ephemeral = new V1EphemeralVolumeSource() },
            new V1Volume { Name = "claim", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "c" } },
        ];
        var lookup = new FakeLookup(
            Stored, pod, Driver("d1", "driver"), Driver("d2", "claimed"), Driver("d3", "own"), Driver("d4", "unused"),
            new V1PersistentVolumeClaim { Metadata = new V1ObjectMeta { Name = "p-own", NamespaceProperty = "default" }, Spec = new V1PersistentVolumeClaimSpec { VolumeName = "w" } },
            new V1PersistentVolumeClaim { Metadata = new V1ObjectMeta { Name = "p-unbound", NamespaceProperty = "default" }, Spec = new V1PersistentVolumeClaimSpec() },
            new V1PersistentVolumeClaim { Metadata = new V1ObjectMeta { Name = "p-claim", NamespaceProperty = "default" }, Spec = new V1PersistentVolumeClaimSpec { VolumeName = "u" } },
            new V1PersistentVolume { Metadata = new V1ObjectMeta { Name = "u" }, Spec = new V1PersistentVolumeSpec { Csi = new V1CSIPersistentVolumeSource { Driver = "d4", VolumeHandle = "h" } } },
            new V1PersistentVolume { Metadata = new V1ObjectMeta { Name = "w" }, Spec = new V1PersistentVolumeSpec { Csi = new V1CSIPersistentVolumeSource { Driver = "d3", VolumeHandle = "h" } } },
            new V1PersistentVolumeClaim { Metadata = new V1ObjectMeta { Name = "c", NamespaceProperty = "default" }, Spec = new V1PersistentVolumeClaimSpec { VolumeName = "v" } },
            new V1PersistentVolume { Metadata = new V1ObjectMeta { Name = "v" }, Spec = new V1PersistentVolumeSpec { Csi = new V1CSIPersistentVolumeSource { Driver = "d2", VolumeHandle = "h" } } });
        var plugin = new NodeRestriction(lookup, (asked, _) => new ValueTask<AuthorizationDecision>(
            asked is { Verb: "request-serviceaccounts-token-audience", Resource: "granted", Namespace: "default", Name: "a" } ? AuthorizationDecision.Allow() : AuthorizationDecision.NoOpinion));
        var token = new Authenticationv1TokenRequest
        {
            Spec = new V1TokenRequestSpec { Audiences = [.. audiences.Split(' ', StringSplitOptions.RemoveEmptyEntries)], BoundObjectRef = new V1BoundObjectReference { ApiVersion = "v1", Kind = "Pod", Name = "p", Uid = "u" } },
        };

        var refusal = await Record.ExceptionAsync(() => plugin.ValidateAsync(Request(AdmissionOperation.Create, "", "serviceaccounts", "a") with { Subresource = "token", Object = token }, CancellationToken.None).AsTask());

        Assert.Equal(message is null ? null : $"serviceaccounts \"a\" is forbidden: {message}", refusal?.Message);
    }

    [Fact]
    public async Task Node_MayNotSayWhereItsConfigurationIs()
    {
        var configured = Stored with { Spec = new V1NodeSpec { ConfigSource = new V1NodeConfigSource { ConfigMap = new V1ConfigMapNodeConfigSource { Name = "c", NamespaceProperty = "default", KubeletConfigKey = "k" } } } };
        await CheckAsync(Request(AdmissionOperation.Create, "", "nodes", "n1") with { Object = configured }, "nodes \"n1\" is forbidden: node \"n1\" is not allowed to create pods with a non-nil configSource");
        await CheckAsync(Request(AdmissionOperation.Update, "", "nodes", "n1") with { Object = configured, OldObject = Stored }, "nodes \"n1\" is forbidden: node \"n1\" is not allowed to update configSource to a new non-nil configSource");
        await CheckAsync(Request(AdmissionOperation.Update, "", "nodes", "n1") with { Object = Stored, OldObject = configured }, null);
        await CheckAsync(Request(AdmissionOperation.Update, "", "nodes", "n1") with { Object = Orch.Serialization.ApiJson.DeepCopy(configured), OldObject = configured }, null);
    }

    [Fact]
    public Task Node_ItsOwners_AreNotItsOwn()
    {
        var now = Orch.Serialization.ApiJson.DeepCopy(Stored);
        now.Metadata.OwnerReferences = [new V1OwnerReference { ApiVersion = "v1", Kind = "Pod", Name = "p", Uid = "x" }];
        return CheckAsync(Request(AdmissionOperation.Update, "", "nodes", "n1") with { Object = now, OldObject = Stored }, "nodes \"n1\" is forbidden: node \"n1\" is not allowed to modify ownerReferences");
    }

    [Fact]
    public Task Pods_MirrorWithResourceClaims_IsRefused()
    {
        var pod = Mirror();
        pod.Spec.ResourceClaims = [new V1PodResourceClaim { Name = "gpu", ResourceClaimName = "others" }];
        return CheckAsync(Request(AdmissionOperation.Create, "", "pods", "p") with { Object = pod }, "pods \"p\" is forbidden: node \"n1\" can not create pods that reference resourceclaims");
    }

    private static V1Volume Tokens(string? audience)
        => new() { Name = "t" + audience, Projected = new V1ProjectedVolumeSource { Sources = [new V1VolumeProjection { ServiceAccountToken = new V1ServiceAccountTokenProjection { Path = "token", Audience = audience } }] } };

    private static V1CSIDriver Driver(string name, string audience)
        => new() { Metadata = new V1ObjectMeta { Name = name }, Spec = new V1CSIDriverSpec { TokenRequests = [new Storagev1TokenRequest { Audience = audience }] } };

    private static async Task CheckAsync(AdmissionRequest request, string? message, params IKubernetesObject<V1ObjectMeta>[] objects)
    {
        var plugin = new NodeRestriction(new FakeLookup([Stored, .. objects]));
        Assert.True(plugin.Handles(request.Operation, request.Resource, request.Subresource));

        var refusal = await Record.ExceptionAsync(() => plugin.ValidateAsync(request, CancellationToken.None).AsTask());

        Assert.Equal(message, refusal?.Message);
        Assert.Null(await Record.ExceptionAsync(() => plugin.ValidateAsync(request with { User = new UserInfo("jane", []) }, CancellationToken.None).AsTask()));
    }

    private static V1Pod Mirror() => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "p", NamespaceProperty = "default", Annotations = new Dictionary<string, string> { ["kubernetes.io/config.mirror"] = "x" },
            OwnerReferences = [new V1OwnerReference { ApiVersion = "v1", Kind = "Node", Name = "n1", Uid = "u1", Controller = true }],
        },
        Spec = new V1PodSpec { NodeName = "n1", Containers = [new V1Container { Name = "c" }] },
    };

    private static AdmissionRequest Request(AdmissionOperation operation, string group, string resource, string name)
        => new(operation, new GroupVersionResource(group, "v1", resource), new GroupVersionKind(group, "v1", "X"), Node) { Namespace = "default", Name = name };
}
