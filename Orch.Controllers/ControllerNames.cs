namespace Orch.Controllers;

/// <summary>The controllers' names, as upstream's <c>--controllers</c> takes them.</summary>
public static class ControllerNames
{
#pragma warning disable CS1591 // each is its own text
    public const string ReplicaSet = "replicaset-controller";
    public const string Deployment = "deployment-controller";
    public const string EndpointSlice = "endpointslice-controller";
    public const string EndpointSliceMirroring = "endpointslice-mirroring-controller";
    public const string Endpoints = "endpoints-controller";
    public const string Namespace = "namespace-controller";
    public const string ServiceAccount = "serviceaccount-controller";
    public const string ServiceAccountToken = "serviceaccount-token-controller";
    public const string RootCertificatePublisher = "root-ca-certificate-publisher-controller";
    public const string GarbageCollector = "garbage-collector-controller";
    public const string NodeLifecycle = "node-lifecycle-controller";
    public const string TaintEviction = "taint-eviction-controller";
    public const string NodeIpam = "node-ipam-controller";
    public const string PodGarbageCollector = "pod-garbage-collector-controller";
    public const string CertificateSigning = "certificatesigningrequest-signing-controller";
    public const string CertificateApproving = "certificatesigningrequest-approving-controller";
    public const string CertificateCleaner = "certificatesigningrequest-cleaner-controller";
    public const string ResourceQuota = "resourcequota-controller";
    public const string ClaimProtection = "persistentvolumeclaim-protection-controller";
    public const string ServiceCidr = "service-cidr-controller";
    public const string Disruption = "disruption-controller";
    public const string VolumeProtection = "persistentvolume-protection-controller";
    public const string AttributesClassProtection = "volumeattributesclass-protection-controller";
#pragma warning restore CS1591

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        ReplicaSet, Deployment, EndpointSlice, EndpointSliceMirroring, Endpoints, Namespace, ServiceAccount, ServiceAccountToken,
        RootCertificatePublisher, GarbageCollector, NodeLifecycle, TaintEviction, NodeIpam, PodGarbageCollector,
        CertificateSigning, CertificateApproving, CertificateCleaner,
        ResourceQuota, ClaimProtection, VolumeProtection, AttributesClassProtection, ServiceCidr, Disruption,
    ];
}
