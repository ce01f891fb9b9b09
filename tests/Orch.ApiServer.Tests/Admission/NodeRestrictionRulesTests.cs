using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Admission;
using Orch.ApiServer.Tests.Security;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Admission;

/// <summary>Each bound of what a node agent may write, on its own.</summary>
public sealed class NodeRestrictionRulesTests
{
    private static readonly UserInfo Node = new("system:node:n1", ["system:nodes"]);
    private static readonly V1Node Stored = new() { Metadata = new V1ObjectMeta { Name = "n1", Uid = "u1" } };

    public static TheoryData<string, Action<V1PersistentVolumeClaim>, bool> Claims() => new()
    {
        { "nothing", static _ => { }, true },
        { "size", static claim => claim.Status.Capacity = new Dictionary<string, ResourceQuantity> { ["storage"] = new("2Gi") }, true },
        { "conditions", static claim => claim.Status.Conditions = [new V1PersistentVolumeClaimCondition { Type = "Resizing", Status = "True" }], true },
        { "what is allocated", static claim => claim.Status.AllocatedResources = new Dictionary<string, ResourceQuantity> { ["storage"] = new("2Gi") }, true },
        { "state of what is allocated", static claim => claim.Status.AllocatedResourceStatuses = new Dictionary<string, string> { ["storage"] = "NodeResizeInProgress" }, true },
        { "version and fields", static claim => (claim.Metadata.ResourceVersion, claim.Metadata.ManagedFields) = ("7", [new V1ManagedFieldsEntry { Manager = "kubelet" }]), true },
        { "phase", static claim => claim.Status.Phase = "Lost", false },
        { "labels", static claim => claim.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" }, false },
        { "finalizers", static claim => claim.Metadata.Finalizers = ["a.example/b"], false },
        { "owners", static claim => claim.Metadata.OwnerReferences = [new V1OwnerReference { Name = "x" }], false },
        { "volume", static claim => claim.Spec.VolumeName = "other", false },
        { "class that it changes to", static claim => claim.Status.CurrentVolumeAttributesClassName = "fast", false },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public async Task ClaimStatus_WhatAVolumeTellsOfItself_AndNothingElse(string situation, Action<V1PersistentVolumeClaim> change, bool isAllowed)
    {
        var (old, now) = (Claim(), Claim());
        change(now);
        var refusal = await RefusalAsync(Request(AdmissionOperation.Update, "", "persistentvolumeclaims", "c") with { Subresource = "status", Object = now, OldObject = old });
        if (isAllowed) { Assert.True(refusal is null, $"{situation}: {refusal}"); return; }
        Assert.StartsWith("persistentvolumeclaims \"c\" is forbidden: node \"n1\" is not allowed to update fields other than status.capacity and status.conditions: ", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status", AdmissionOperation.Delete, "unexpected operation \"DELETE\"")]
    [InlineData("status", AdmissionOperation.Create, "unexpected operation \"CREATE\"")]
    [InlineData("", AdmissionOperation.Update, "may only update PVC status")]
    [InlineData("other", AdmissionOperation.Update, "may only update PVC status")]
    public async Task Claim_AnyOtherWrite_IsNotItsOwn(string subresource, AdmissionOperation operation, string message)
        => Assert.Equal($"persistentvolumeclaims \"c\" is forbidden: {message}", await RefusalAsync(Request(operation, "", "persistentvolumeclaims", "c") with { Subresource = subresource, Object = Claim(), OldObject = Claim() }));

    [Theory]
    [InlineData(AdmissionOperation.Create, "n1", null, null)]
    [InlineData(AdmissionOperation.Create, "n2", null, "create")]
    [InlineData(AdmissionOperation.Create, null, null, "create")]
    [InlineData(AdmissionOperation.Delete, null, "n1", null)]
    [InlineData(AdmissionOperation.Delete, null, "n2", "delete")]
    [InlineData(AdmissionOperation.Update, "n1", "n1", null)]
    // Where a slice is never changes, and whose it is the authorizer knows.
    [InlineData(AdmissionOperation.Update, "n2", "n1", null)]
    public async Task Slice_OnlyOfItsOwnDevices(AdmissionOperation operation, string? now, string? old, string? verb)
    {
        static V1ResourceSlice? Slice(string? node) => node is null ? null : new V1ResourceSlice { Spec = new V1ResourceSliceSpec { NodeName = node } };
        var refusal = await RefusalAsync(Request(operation, "resource.k8s.io", "resourceslices", "s") with { Namespace = string.Empty, Object = Slice(now), OldObject = Slice(old) });
        Assert.Equal(verb is null ? null : $"resourceslices.resource.k8s.io \"s\" is forbidden: can only {verb} ResourceSlice with the same NodeName as the requesting node", refusal);
    }

    [Theory]
    [InlineData("coordination.k8s.io", "leases", "n1", null)]
    [InlineData("coordination.k8s.io", "leases", "n2", "can only access node lease with the same name as the requesting node")]
    [InlineData("storage.k8s.io", "csinodes", "n1", null)]
    [InlineData("storage.k8s.io", "csinodes", "n2", "can only access CSINode with the same name as the requesting node")]
    [InlineData("", "nodes", "n1", null)]
    [InlineData("", "nodes", "n2", "node \"n1\" is not allowed to modify node \"n2\"")]
    public async Task Create_NameInTheObjectAlone_Counts(string group, string resource, string name, string? message)
    {
        IKubernetesObject value = resource switch
        {
            "leases" => new V1Lease { Metadata = new V1ObjectMeta { Name = name } },
            "csinodes" => new V1CSINode { Metadata = new V1ObjectMeta { Name = name } },
            _ => new V1Node { Metadata = new V1ObjectMeta { Name = name } },
        };
        var refusal = await RefusalAsync(Request(AdmissionOperation.Create, group, resource, string.Empty) with { Namespace = "kube-node-lease", Object = value });
        Assert.Equal(message is null ? null : $"{(group.Length == 0 ? resource : $"{resource}.{group}")} \"{name}\" is forbidden: {message}", refusal);
    }

    public static TheoryData<string, Action<V1Pod>, string> Named() => new()
    {
        { "pull secret", static pod => pod.Spec.ImagePullSecrets = [new V1LocalObjectReference { Name = "s" }], "secrets" },
        { "secret in a variable", static pod => pod.Spec.Containers[0].Env = [new V1EnvVar { ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = "s", Key = "k" } } }], "secrets" },
        { "secret as variables", static pod => pod.Spec.InitContainers = [new V1Container { EnvFrom = [new V1EnvFromSource { SecretRef = new V1SecretEnvSource { Name = "s" } }] }], "secrets" },
        { "projected secret", static pod => pod.Spec.Volumes = [Projected(new V1VolumeProjection { Secret = new V1SecretProjection { Name = "s" } })], "secrets" },
        { "secret of a driver", static pod => pod.Spec.Volumes = [new V1Volume { Csi = new V1CSIVolumeSource { Driver = "d", NodePublishSecretRef = new V1LocalObjectReference { Name = "s" } } }], "secrets" },
        { "secret of azure", static pod => pod.Spec.Volumes = [new V1Volume { AzureFile = new V1AzureFileVolumeSource { SecretName = "s" } }], "secrets" },
        { "secret of ceph", static pod => pod.Spec.Volumes = [new V1Volume { Cephfs = new V1CephFSVolumeSource { SecretRef = new V1LocalObjectReference { Name = "s" } } }], "secrets" },
        { "secret of cinder", static pod => pod.Spec.Volumes = [new V1Volume { Cinder = new V1CinderVolumeSource { SecretRef = new V1LocalObjectReference { Name = "s" } } }], "secrets" },
        { "secret of a flexible volume", static pod => pod.Spec.Volumes = [new V1Volume { FlexVolume = new V1FlexVolumeSource { SecretRef = new V1LocalObjectReference { Name = "s" } } }], "secrets" },
        { "secret of rbd", static pod => pod.Spec.Volumes = [new V1Volume { Rbd = new V1RBDVolumeSource { SecretRef = new V1LocalObjectReference { Name = "s" } } }], "secrets" },
        { "secret of scaleIO", static pod => pod.Spec.Volumes = [new V1Volume { ScaleIO = new V1ScaleIOVolumeSource { SecretRef = new V1LocalObjectReference { Name = "s" } } }], "secrets" },
        { "secret of iscsi", static pod => pod.Spec.Volumes = [new V1Volume { Iscsi = new V1ISCSIVolumeSource { SecretRef = new V1LocalObjectReference { Name = "s" } } }], "secrets" },
        { "secret of storageos", static pod => pod.Spec.Volumes = [new V1Volume { Storageos = new V1StorageOSVolumeSource { SecretRef = new V1LocalObjectReference { Name = "s" } } }], "secrets" },
        { "config map volume", static pod => pod.Spec.Volumes = [new V1Volume { ConfigMap = new V1ConfigMapVolumeSource { Name = "m" } }], "configmaps" },
        { "projected config map", static pod => pod.Spec.Volumes = [Projected(new V1VolumeProjection { ConfigMap = new V1ConfigMapProjection { Name = "m" } })], "configmaps" },
        { "config map in a variable", static pod => pod.Spec.Containers[0].Env = [new V1EnvVar { ValueFrom = new V1EnvVarSource { ConfigMapKeyRef = new V1ConfigMapKeySelector { Name = "m", Key = "k" } } }], "configmaps" },
        { "trust bundle", static pod => pod.Spec.Volumes = [Projected(new V1VolumeProjection { ClusterTrustBundle = new V1ClusterTrustBundleProjection { Path = "p" } })], "clustertrustbundles" },
    };

    [Theory]
    [MemberData(nameof(Named))]
    public async Task MirrorPod_ByWhicheverWay_NamesNothing(string situation, Action<V1Pod> change, string what)
    {
        var pod = Pod("n1");
        change(pod);
        var refusal = await RefusalAsync(Request(AdmissionOperation.Create, "", "pods", "p") with { Object = pod });
        Assert.True(refusal == $"pods \"p\" is forbidden: node \"n1\" can not create pods that reference {what}", $"{situation}: {refusal}");
    }

    [Theory]
    [InlineData("v2", "Node")]
    [InlineData("v1", "Pod")]
    public async Task MirrorPod_OwnerOfAnotherKind_IsNotTheNode(string version, string kind)
    {
        var pod = Pod("n1");
        (pod.Metadata.OwnerReferences[0].ApiVersion, pod.Metadata.OwnerReferences[0].Kind) = (version, kind);
        Assert.Equal("pods \"p\" is forbidden: node \"n1\" can only create pods with an owner reference set to itself", await RefusalAsync(Request(AdmissionOperation.Create, "", "pods", "p") with { Object = pod }));
    }

    [Theory]
    [InlineData("status", AdmissionOperation.Create, "unexpected operation \"CREATE\"")]
    [InlineData("status", AdmissionOperation.Delete, "unexpected operation \"DELETE\"")]
    [InlineData("eviction", AdmissionOperation.Update, "unexpected operation UPDATE")]
    [InlineData("eviction", AdmissionOperation.Delete, "unexpected operation DELETE")]
    [InlineData("ephemeralcontainers", AdmissionOperation.Update, "unexpected pod subresource \"ephemeralcontainers\", only 'status' and 'eviction' are allowed")]
    [InlineData("resize", AdmissionOperation.Update, "unexpected pod subresource \"resize\", only 'status' and 'eviction' are allowed")]
    public async Task Pod_OtherPartsOrOperations_AreNone(string subresource, AdmissionOperation operation, string message)
        => Assert.Equal($"pods \"p\" is forbidden: {message}", await RefusalAsync(Request(operation, "", "pods", "p") with { Subresource = subresource, Object = Pod("n1"), OldObject = Pod("n1") }, Pod("n1")));

    [Fact]
    public async Task PodStatus_ResourceClaims_AreNotItsOwn()
    {
        var (old, now) = (Pod("n1"), Pod("n1"));
        now.Status = new V1PodStatus { Phase = "Running", ResourceClaimStatuses = [new V1PodResourceClaimStatus { Name = "gpu", ResourceClaimName = "others" }] };
        var request = Request(AdmissionOperation.Update, "", "pods", "p") with { Subresource = "status", Object = now, OldObject = old };
        Assert.Equal("pods \"p\" is forbidden: node \"n1\" cannot update resource claim statues", await RefusalAsync(request));
        now.Status.ResourceClaimStatuses = null;
        Assert.Null(await RefusalAsync(request));
        // What the new object says of its node does not count.
        old.Spec.NodeName = "n2";
        Assert.Equal("pods \"p\" is forbidden: node \"n1\" can only update pod status for pods with spec.nodeName set to itself", await RefusalAsync(request));
    }

    [Fact]
    public async Task Pod_ThatIsNotThere_IsNotFound()
    {
        Assert.Equal("pods \"p\" not found", await RefusalAsync(Request(AdmissionOperation.Create, "", "pods", "p") with { Subresource = "eviction", Object = new V1Eviction() }));
        var token = new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec { BoundObjectRef = new V1BoundObjectReference { ApiVersion = "v1", Kind = "Pod", Name = "p", Uid = "u" } } };
        Assert.Equal("pods \"p\" not found", await RefusalAsync(Request(AdmissionOperation.Create, "", "serviceaccounts", "a") with { Subresource = "token", Object = token }));
        Assert.Equal("nodes \"n1\" not found", (await Record.ExceptionAsync(() => new NodeRestriction(new FakeLookup()).ValidateAsync(Request(AdmissionOperation.Create, "", "pods", "p") with { Object = Pod("n1") }, CancellationToken.None).AsTask()))?.Message);
    }

    [Theory]
    [InlineData("apps/v1", "Pod", "p")]
    [InlineData("v1", "Node", "n1")]
    [InlineData("v1", "Pod", "")]
    public async Task Token_BoundToAnythingElse_IsRefused(string version, string kind, string name)
    {
        var token = new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec { BoundObjectRef = new V1BoundObjectReference { ApiVersion = version, Kind = kind, Name = name, Uid = "u" } } };
        Assert.Equal("serviceaccounts \"a\" is forbidden: node requested token not bound to a pod", await RefusalAsync(Request(AdmissionOperation.Create, "", "serviceaccounts", "a") with { Subresource = "token", Object = token }, Pod("n1")));
    }

    [Theory]
    [InlineData("kubernetes.io/hostname=a", "kubernetes.io/hostname=b", null)]
    [InlineData("node-role.kubernetes.io/x=a", "node-role.kubernetes.io/x=a", null)]
    [InlineData("node-role.kubernetes.io/x=a", "node-role.kubernetes.io/x=b", "node-role.kubernetes.io/x")]
    [InlineData("node-role.kubernetes.io/x=a", "", "node-role.kubernetes.io/x")]
    [InlineData("sub.node-restriction.kubernetes.io/x=a", "", "sub.node-restriction.kubernetes.io/x")]
    [InlineData("", "example.k8s.io/x=a", "example.k8s.io/x")]
    [InlineData("", "kubernetes.io/x=a", "kubernetes.io/x")]
    [InlineData("", "xk8s.io/x=a", null)]
    [InlineData("", "kubernetes.io=a", null)]
    [InlineData("", "xkubelet.kubernetes.io/x=a", "xkubelet.kubernetes.io/x")]
    [InlineData("", "topology.kubernetes.io/zone=a", null)]
    [InlineData("", "topology.kubernetes.io/rack=a", "topology.kubernetes.io/rack")]
    [InlineData("", "xnode-restriction.kubernetes.io/x=a", "xnode-restriction.kubernetes.io/x")]
    public async Task Labels_AddedChangedOrTakenOff_AreJudgedAlike(string old, string now, string? refused)
    {
        static V1Node Labelled(string labels) => Stored with { Metadata = new V1ObjectMeta { Name = "n1", Labels = labels.Length == 0 ? null : new Dictionary<string, string> { [labels.Split('=')[0]] = labels.Split('=')[1] } } };
        var refusal = await RefusalAsync(Request(AdmissionOperation.Update, "", "nodes", "n1") with { Object = Labelled(now), OldObject = Labelled(old) });
        Assert.Equal(refused is null ? null : $"nodes \"n1\" is forbidden: is not allowed to modify labels: {refused}", refusal);
        if (old.Length > 0) { return; }
        refusal = await RefusalAsync(Request(AdmissionOperation.Create, "", "nodes", "n1") with { Object = Labelled(now) });
        Assert.Equal(refused is null ? null : $"nodes \"n1\" is forbidden: node \"n1\" is not allowed to set the following labels: {refused}", refusal);
    }

    [Theory]
    [InlineData("kubernetes.io/kubelet-serving", "CN=system:node:n1, O=system:nodes", null)]
    [InlineData("kubernetes.io/kube-apiserver-client-kubelet", "CN=system:node:n1, O=system:nodes", null)]
    [InlineData("kubernetes.io/kubelet-serving", "CN=system:node:n2", "can only create a node CSR with CN=system:node:n1")]
    [InlineData("kubernetes.io/kube-apiserver-client-kubelet", "CN=system:node:n2", "can only create a node CSR with CN=system:node:n1")]
    [InlineData("kubernetes.io/kubelet-serving", "O=system:nodes", "can only create a node CSR with CN=system:node:n1")]
    [InlineData("kubernetes.io/kube-apiserver-client", "CN=system:node:n2", null)]
    [InlineData("kubernetes.io/kubelet-serving", null, "unable to parse csr: PEM block type must be CERTIFICATE REQUEST")]
    public async Task Certificates_OnlyInItsOwnName(string signer, string? subject, string? message)
    {
        var request = Request(AdmissionOperation.Create, "certificates.k8s.io", "certificatesigningrequests", "x") with
        {
            Namespace = string.Empty,
            Object = new V1CertificateSigningRequest { Metadata = new V1ObjectMeta { Name = "x" }, Spec = new V1CertificateSigningRequestSpec { SignerName = signer, Request = subject is null ? "none"u8.ToArray() : Csr(subject) } },
        };
        Assert.Equal(message is null ? null : $"certificatesigningrequests.certificates.k8s.io \"x\" is forbidden: {message}", await RefusalAsync(request));
        // Only what is asked for is judged, not what is done with it.
        Assert.Null(await RefusalAsync(request with { Operation = AdmissionOperation.Update }));
        Assert.Null(await RefusalAsync(request with { Subresource = "status" }));
    }

    [Theory]
    [InlineData("", "nodes", AdmissionOperation.Connect, false)]
    [InlineData("", "pods", AdmissionOperation.Connect, false)]
    [InlineData("", "secrets", AdmissionOperation.Create, false)]
    [InlineData("apps", "nodes", AdmissionOperation.Create, false)]
    [InlineData("", "nodes", AdmissionOperation.Delete, true)]
    [InlineData("", "serviceaccounts", AdmissionOperation.Create, true)]
    public void Handles_WhatItHasRulesFor(string group, string resource, AdmissionOperation operation, bool handles)
        => Assert.Equal(handles, new NodeRestriction(new FakeLookup()).Handles(operation, new GroupVersionResource(group, "v1", resource), string.Empty));

    [Fact]
    public async Task Node_WithoutAName_MayNothing()
    {
        var request = Request(AdmissionOperation.Delete, "", "nodes", "n1") with { User = new UserInfo("system:node:", ["system:nodes"]) };
        Assert.Equal("nodes \"n1\" is forbidden: could not determine node from user \"system:node:\"", await RefusalAsync(request));
        // Whoever is called so without being of the group is no node.
        Assert.Null(await RefusalAsync(request with { Name = "n2", User = new UserInfo("system:node:n1", ["devs"]) }));
    }

    private static async Task<string?> RefusalAsync(AdmissionRequest request, params IKubernetesObject<V1ObjectMeta>[] objects)
        => (await Record.ExceptionAsync(() => new NodeRestriction(new FakeLookup([Stored, .. objects])).ValidateAsync(request, CancellationToken.None).AsTask()))?.Message;

    private static V1Volume Projected(V1VolumeProjection source) => new() { Projected = new V1ProjectedVolumeSource { Sources = [source] } };

    private static byte[] Csr(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Encoding.ASCII.GetBytes(new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256).CreateSigningRequestPem());
    }

    private static V1PersistentVolumeClaim Claim() => new()
    {
        Metadata = new V1ObjectMeta { Name = "c", NamespaceProperty = "default", ResourceVersion = "5" },
        Spec = new V1PersistentVolumeClaimSpec { VolumeName = "v" },
        Status = new V1PersistentVolumeClaimStatus { Phase = "Bound" },
    };

    private static V1Pod Pod(string node) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "p", NamespaceProperty = "default", Uid = "u", Annotations = new Dictionary<string, string> { ["kubernetes.io/config.mirror"] = "x" },
            OwnerReferences = [new V1OwnerReference { ApiVersion = "v1", Kind = "Node", Name = "n1", Uid = "u1", Controller = true }],
        },
        Spec = new V1PodSpec { NodeName = node, Containers = [new V1Container { Name = "c" }] },
    };

    private static AdmissionRequest Request(AdmissionOperation operation, string group, string resource, string name)
        => new(operation, new GroupVersionResource(group, "v1", resource), new GroupVersionKind(group, "v1", "X"), Node) { Namespace = "default", Name = name };
}
