using Orch.Controllers.Certificates;
using Orch.Controllers.Deployments;
using Orch.Controllers.Disruption;
using Orch.Controllers.EndpointSlices;
using Orch.Controllers.Endpoints;
using Orch.Controllers.GarbageCollection;
using Orch.Controllers.Namespaces;
using Orch.Controllers.Nodes;
using Orch.Controllers.PodGarbageCollection;
using Orch.Controllers.Quota;
using Orch.Controllers.ReplicaSets;
using Orch.Controllers.ServiceAccounts;
using Orch.Controllers.ServiceCidrs;
using Orch.Controllers.VolumeProtection;

namespace Orch.Controllers.Hosting;

/// <summary>Every controller: its name, the service account of <c>kube-system</c> that it acts as, and how it is made.</summary>
internal static class ControllerCatalog
{
    public static IReadOnlyList<Entry> All { get; } =
    [
        new(ControllerNames.ReplicaSet, "replicaset-controller", static context => _ = new ReplicaSetController(context)),
        new(ControllerNames.Deployment, "deployment-controller", static context => _ = new DeploymentController(context)),
        new(ControllerNames.EndpointSlice, "endpointslice-controller", static context => _ = new EndpointSliceController(context)),
        new(ControllerNames.EndpointSliceMirroring, "endpointslicemirroring-controller", static context => _ = new EndpointSliceMirroringController(context)),
        new(ControllerNames.Endpoints, "endpoint-controller", static context => _ = new EndpointsController(context)),
        new(ControllerNames.Namespace, "namespace-controller", static context => _ = new NamespaceController(context)),
        new(ControllerNames.ServiceAccount, "service-account-controller", static context => _ = new ServiceAccountController(context)),
        new(ControllerNames.ServiceAccountToken, "tokens-controller", static context => _ = new ServiceAccountTokenController(context)),
        new(ControllerNames.GarbageCollector, "generic-garbage-collector", static context => _ = new GarbageCollector(context)),
        new(ControllerNames.NodeLifecycle, "node-controller", static context => _ = new NodeLifecycleController(context)),
        new(ControllerNames.TaintEviction, "node-controller", static context => _ = new TaintEvictionController(context)),
        new(ControllerNames.NodeIpam, "node-controller", AllocateNodeCidrs),
        new(ControllerNames.PodGarbageCollector, "pod-garbage-collector", static context => _ = new PodGarbageCollector(context)),
        new(ControllerNames.ResourceQuota, "resourcequota-controller", static context => _ = new ResourceQuotaController(context)),
        new(ControllerNames.ClaimProtection, "pvc-protection-controller", static context => _ = new ClaimProtectionController(context)),
        new(ControllerNames.VolumeProtection, "pv-protection-controller", static context => _ = new VolumeProtectionController(context)),
        new(ControllerNames.AttributesClassProtection, "volumeattributesclass-protection-controller", static context => _ = new AttributesClassProtectionController(context)),
        new(ControllerNames.ServiceCidr, "service-cidrs-controller", static context => _ = new ServiceCidrController(context)),
        new(ControllerNames.Disruption, "disruption-controller", static context => _ = new DisruptionController(context)),
        new(ControllerNames.RootCertificatePublisher, "root-ca-cert-publisher", PublishRootCertificate),
        new(ControllerNames.CertificateSigning, "certificate-controller", SignCertificates),
        new(ControllerNames.CertificateApproving, "certificate-controller", static context => _ = new CertificateApprovingController(context)),
        new(ControllerNames.CertificateCleaner, "certificate-controller", static context => _ = new CertificateCleaner(context)),
    ];

    private static void AllocateNodeCidrs(ControllerContext context)
    {
        if (context.Options.AllocateNodeCidrs) { _ = new NodeIpamController(context); }
    }

    private static void PublishRootCertificate(ControllerContext context)
    {
        if (context.Options.RootCertificateAuthority is { } certificates) { _ = new RootCertificatePublisher(context, certificates); }
    }

    private static void SignCertificates(ControllerContext context)
    {
        if (context.Options is not { ClusterSigningCertificate: { } certificate, ClusterSigningKey: { } key } options) { return; }
        _ = new CertificateSigningController(context, new ClusterSigner(certificate, key, options.ClusterSigningDuration, context.Time));
    }

    internal sealed record Entry(string Name, string ServiceAccount, Action<ControllerContext> Make);
}
