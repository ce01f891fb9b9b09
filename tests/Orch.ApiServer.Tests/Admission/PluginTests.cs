using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s;
using k8s.Models;
using Orch.ApiServer.Admission.Certificates;
using Orch.ApiServer.Admission.Networking;
using Orch.ApiServer.Admission.Nodes;
using Orch.ApiServer.Admission.Runtime;
using Orch.ApiServer.Admission.Storage;
using Orch.ApiServer.Tests.Security;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Admission;

public sealed class PluginTests
{
    private static readonly UserInfo Jane = new("jane", ["system:authenticated"]);

    [Theory]
    [InlineData(null, null, "young")]
    [InlineData("", null, "")]
    [InlineData("mine", null, "mine")]
    [InlineData(null, "old", null)]
    public async Task DefaultStorageClass_FillsOnlyWhatIsOpen(string? given, string? annotation, string? expected)
    {
        var claim = Claim("1Gi", given);
        if (annotation is not null) { claim.Metadata.Annotations = new Dictionary<string, string> { ["volume.beta.kubernetes.io/storage-class"] = annotation }; }
        var plugin = new DefaultStorageClass(new FakeLookup(StorageClass("plain", 9, isDefault: false), StorageClass("old", 1), StorageClass("young", 5), StorageClass("younger-by-name", 5)));

        await plugin.AdmitAsync(Request(AdmissionOperation.Create, "", "persistentvolumeclaims", claim), CancellationToken.None);

        Assert.Equal(expected, claim.Spec.StorageClassName);
    }

    [Fact]
    public async Task DefaultIngressClass_FillsOnlyWhatIsOpen()
    {
        var plugin = new DefaultIngressClass(new FakeLookup(new V1IngressClass { Metadata = new V1ObjectMeta { Name = "nginx", Annotations = new Dictionary<string, string> { ["ingressclass.kubernetes.io/is-default-class"] = "true" } } }));
        var (open, named, old) = (Ingress(null), Ingress("other"), Ingress(null));
        old.Metadata.Annotations = new Dictionary<string, string> { ["kubernetes.io/ingress.class"] = "x" };

        foreach (var ingress in (V1Ingress[])[open, named, old]) { await plugin.AdmitAsync(Request(AdmissionOperation.Create, "networking.k8s.io", "ingresses", ingress), CancellationToken.None); }

        Assert.Equal(("nginx", "other", null), (open.Spec.IngressClassName, named.Spec.IngressClassName, old.Spec.IngressClassName));
    }

    [Theory]
    [InlineData("Bound", "grows", "grows", "2Gi", null)]
    [InlineData("Bound", "grows", "grows", "1Gi", null)]
    [InlineData("Pending", "grows", "grows", "2Gi", "Only bound persistent volume claims can be expanded")]
    [InlineData("Bound", "fixed", "fixed", "2Gi", "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize")]
    [InlineData("Bound", "absent", "absent", "2Gi", "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize")]
    [InlineData("Bound", "grows", null, "2Gi", "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize")]
    public async Task ClaimResize_NeedsABoundClaimAndAWillingClass(string phase, string oldClass, string? newClass, string size, string? message)
    {
        var old = Claim("1Gi", oldClass);
        old.Status = new V1PersistentVolumeClaimStatus { Phase = phase };
        var plugin = new PersistentVolumeClaimResize(new FakeLookup(StorageClass("grows", 1, expands: true), StorageClass("fixed", 1)));

        var refusal = await Record.ExceptionAsync(() =>
            plugin.ValidateAsync(Request(AdmissionOperation.Update, "", "persistentvolumeclaims", Claim(size, newClass)) with { OldObject = old }, CancellationToken.None).AsTask());

        Assert.Equal(message is null ? null : $"persistentvolumeclaims \"x\" is forbidden: {message}", refusal?.Message);
    }

    [Theory]
    [InlineData("persistentvolumes", "kubernetes.io/pv-protection")]
    [InlineData("persistentvolumeclaims", "kubernetes.io/pvc-protection")]
    public async Task StorageProtection_MarksOnce(string resource, string finalizer)
    {
        IKubernetesObject<V1ObjectMeta> value = resource == "persistentvolumes" ? new V1PersistentVolume { Metadata = new V1ObjectMeta { Name = "x", Finalizers = ["mine"] } } : Claim("1Gi", null);
        var plugin = new StorageObjectInUseProtection();

        for (var turn = 0; turn < 2; turn++) { await plugin.AdmitAsync(Request(AdmissionOperation.Create, "", resource, value), CancellationToken.None); }

        Assert.Single(value.Metadata.Finalizers, finalizer);
        Assert.True(plugin.Handles(AdmissionOperation.Create, new GroupVersionResource("", "v1", resource), ""));
        Assert.False(plugin.Handles(AdmissionOperation.Update, new GroupVersionResource("", "v1", resource), ""));
    }

    [Fact]
    public async Task RuntimeClass_BringsOverheadSelectorAndTolerations()
    {
        var pod = Pod("kata");
        pod.Spec.NodeSelector = new Dictionary<string, string> { ["disk"] = "ssd" };
        pod.Spec.Tolerations = [new V1Toleration { Key = "a", OperatorProperty = "Equal", Value = "b", Effect = "NoSchedule" }];
        var plugin = new RuntimeClassAdmission(new FakeLookup(RuntimeClass()));

        await plugin.AdmitAsync(Request(AdmissionOperation.Create, "", "pods", pod), CancellationToken.None);
        await plugin.ValidateAsync(Request(AdmissionOperation.Create, "", "pods", pod), CancellationToken.None);

        Assert.Equal("100m", pod.Spec.Overhead["cpu"].ToString());
        Assert.Equal(("ssd", "true"), (pod.Spec.NodeSelector["disk"], pod.Spec.NodeSelector["vm"]));
        Assert.Equal(["Exists"], pod.Spec.Tolerations.Select(static toleration => toleration.OperatorProperty));
    }

    [Theory]
    [InlineData("absent", null, null, "pod rejected: RuntimeClass \"absent\" not found")]
    [InlineData("kata", "cpu", null, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")]
    [InlineData(null, "cpu", null, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead")]
    [InlineData("kata", null, "false", "conflict: runtimeClass.scheduling.nodeSelector[vm] = true; pod.spec.nodeSelector[vm] = false")]
    public async Task RuntimeClass_ThatDoesNotFit_IsRefused(string? className, string? overhead, string? vm, string message)
    {
        var pod = Pod(className);
        if (overhead is not null) { pod.Spec.Overhead = new Dictionary<string, ResourceQuantity> { [overhead] = new("1") }; }
        if (vm is not null) { pod.Spec.NodeSelector = new Dictionary<string, string> { ["vm"] = vm }; }
        var plugin = new RuntimeClassAdmission(new FakeLookup(RuntimeClass()));
        var request = Request(AdmissionOperation.Create, "", "pods", pod);

        var refusal = await Record.ExceptionAsync(async () =>
        {
            await plugin.AdmitAsync(request, CancellationToken.None);
            await plugin.ValidateAsync(request, CancellationToken.None);
        });

        Assert.Equal($"pods \"x\" is forbidden: {message}", refusal?.Message);
    }

    [Fact]
    public async Task NewNode_TakesNoPodsYet()
    {
        var node = new V1Node { Metadata = new V1ObjectMeta { Name = "x" } };

        for (var turn = 0; turn < 2; turn++) { await new TaintNodesByCondition().AdmitAsync(Request(AdmissionOperation.Create, "", "nodes", node), CancellationToken.None); }

        var taint = Assert.Single(node.Spec.Taints);
        Assert.Equal(("node.kubernetes.io/not-ready", "NoSchedule", null), (taint.Key, taint.Effect, taint.Value));
    }

    [Fact]
    public async Task Binding_CarriesTheNodesTopology()
    {
        var labels = new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = "z", ["topology.kubernetes.io/region"] = "r", ["topology.kubernetes.io/rack"] = "no", ["other"] = "no" };
        var binding = new V1Binding { Target = new V1ObjectReference { Kind = "Node", Name = "n1" } };
        var plugin = new PodTopologyLabels(new FakeLookup(new V1Node { Metadata = new V1ObjectMeta { Name = "n1", Labels = labels } }));

        await plugin.AdmitAsync(Request(AdmissionOperation.Create, "", "pods", binding) with { Subresource = "binding" }, CancellationToken.None);

        Assert.Equal("topology.kubernetes.io/region=r,topology.kubernetes.io/zone=z", string.Join(',', binding.Metadata.Labels.OrderBy(static pair => pair.Key).Select(static pair => $"{pair.Key}={pair.Value}")));
    }

    [Theory]
    [InlineData("approve example.com/signer", null)]
    [InlineData("approve example.com/*", null)]
    [InlineData("sign example.com/signer", "user not permitted to approve requests with signerName \"example.com/signer\"")]
    public async Task CertificateApproval_NeedsTheVerbOnTheSigner(string allowed, string? message)
    {
        var csr = new V1CertificateSigningRequest { Metadata = new V1ObjectMeta { Name = "x" }, Spec = new V1CertificateSigningRequestSpec { SignerName = "example.com/signer" } };
        var request = Request(AdmissionOperation.Update, "certificates.k8s.io", "certificatesigningrequests", csr) with { Subresource = "approval", OldObject = csr };

        var refusal = await Record.ExceptionAsync(() => new CertificateApproval(Permission(allowed)).ValidateAsync(request, CancellationToken.None).AsTask());

        Assert.Equal(message is null ? null : $"certificatesigningrequests.certificates.k8s.io \"x\" is forbidden: {message}", refusal?.Message);
    }

    [Theory]
    [InlineData("sign example.com/signer", true, null)]
    [InlineData("approve example.com/signer", false, null)]
    [InlineData("approve example.com/signer", true, "user not permitted to sign requests with signerName \"example.com/signer\"")]
    public async Task CertificateSigning_NeedsTheVerbOnlyToIssue(string allowed, bool issues, string? message)
    {
        var old = new V1CertificateSigningRequest { Metadata = new V1ObjectMeta { Name = "x" }, Spec = new V1CertificateSigningRequestSpec { SignerName = "example.com/signer" } };
        var now = old with { Status = new V1CertificateSigningRequestStatus { Certificate = issues ? [1] : null } };
        var request = Request(AdmissionOperation.Update, "certificates.k8s.io", "certificatesigningrequests", now) with { Subresource = "status", OldObject = old };

        var refusal = await Record.ExceptionAsync(() => new CertificateSigning(Permission(allowed)).ValidateAsync(request, CancellationToken.None).AsTask());

        Assert.Equal(message is null ? null : $"certificatesigningrequests.certificates.k8s.io \"x\" is forbidden: {message}", refusal?.Message);
    }

    [Theory]
    [InlineData("CN=a,O=system:masters", "kubernetes.io/kube-apiserver-client", "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed")]
    [InlineData("CN=a,O=x+O=system:masters", "kubernetes.io/kube-apiserver-client", "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed")]
    [InlineData("CN=a,O=system:masters", "example.com/other", null)]
    [InlineData("CN=a,O=dev", "kubernetes.io/kube-apiserver-client", null)]
    [InlineData(null, "kubernetes.io/kube-apiserver-client", "failed to parse CSR: PEM block type must be CERTIFICATE REQUEST")]
    public async Task CertificateSubject_OfTheSuperusers_IsRefused(string? subject, string signer, string? message)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = subject is null ? "nonsense" : new CertificateRequest(Name(subject), key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        var csr = new V1CertificateSigningRequest { Metadata = new V1ObjectMeta { Name = "x" }, Spec = new V1CertificateSigningRequestSpec { SignerName = signer, Request = System.Text.Encoding.ASCII.GetBytes(pem) } };

        var refusal = await Record.ExceptionAsync(() =>
            new CertificateSubjectRestriction().ValidateAsync(Request(AdmissionOperation.Create, "certificates.k8s.io", "certificatesigningrequests", csr), CancellationToken.None).AsTask());

        Assert.Equal(message is null ? null : $"certificatesigningrequests.certificates.k8s.io \"x\" is forbidden: {message}", refusal?.Message);
    }

    // The framework's parser knows no part with several values; the encoding does.
    private static X500DistinguishedName Name(string text)
    {
        if (!text.Contains('+', StringComparison.Ordinal)) { return new X500DistinguishedName(text); }
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var part in text.Split(','))
            {
                using var set = writer.PushSetOf();
                foreach (var pair in part.Split('+').Select(static item => item.Split('=', 2)))
                {
                    using var sequence = writer.PushSequence();
                    writer.WriteObjectIdentifier(pair[0] == "CN" ? "2.5.4.3" : "2.5.4.10");
                    writer.WriteCharacterString(System.Formats.Asn1.UniversalTagNumber.UTF8String, pair[1]);
                }
            }
        }

        return new X500DistinguishedName(writer.Encode());
    }

    private static SignerPermission Permission(string allowed) => new((attributes, _) =>
        ValueTask.FromResult($"{attributes.Verb} {attributes.Name}" == allowed && attributes is { Group: "certificates.k8s.io", Resource: "signers" } ? AuthorizationDecision.Allow() : AuthorizationDecision.NoOpinion));

    private static V1StorageClass StorageClass(string name, int created, bool isDefault = true, bool expands = false) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name, CreationTimestamp = DateTime.UnixEpoch.AddDays(created),
            Annotations = new Dictionary<string, string> { ["storageclass.kubernetes.io/is-default-class"] = isDefault ? "true" : "false" },
        },
        AllowVolumeExpansion = expands,
    };

    private static V1RuntimeClass RuntimeClass() => new()
    {
        Metadata = new V1ObjectMeta { Name = "kata" },
        Overhead = new V1Overhead { PodFixed = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m") } },
        Scheduling = new V1Scheduling { NodeSelector = new Dictionary<string, string> { ["vm"] = "true" }, Tolerations = [new V1Toleration { Key = "a", OperatorProperty = "Exists", Effect = "NoSchedule" }] },
    };

    private static V1Pod Pod(string? className) => new() { Metadata = new V1ObjectMeta { Name = "x" }, Spec = new V1PodSpec { RuntimeClassName = className, Containers = [] } };

    private static V1Ingress Ingress(string? className) => new() { Metadata = new V1ObjectMeta { Name = "x" }, Spec = new V1IngressSpec { IngressClassName = className } };

    private static V1PersistentVolumeClaim Claim(string size, string? className) => new()
    {
        Metadata = new V1ObjectMeta { Name = "x" },
        Spec = new V1PersistentVolumeClaimSpec
        {
            StorageClassName = className,
            Resources = new V1VolumeResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new(size) } },
        },
    };

    private static AdmissionRequest Request(AdmissionOperation operation, string group, string resource, IKubernetesObject value)
        => new(operation, new GroupVersionResource(group, "v1", resource), new GroupVersionKind(group, "v1", "X"), Jane) { Name = "x", Object = value };
}
