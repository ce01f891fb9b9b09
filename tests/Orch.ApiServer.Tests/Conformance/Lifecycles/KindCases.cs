using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orch.ApiServer.Tests.Conformance.Lifecycles;

/// <summary>The kinds whose lifecycle upstream's conformance suite walks, and their like.</summary>
internal static class KindCases
{
    private const string Pod = """{"metadata":{"labels":{"app":"x"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}}""";
    private const string OneShot = """{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i:1"}]}}""";
    private const string Background = """{"propagationPolicy":"Background"}""";
    private const string Condition = """{"type":"Custom","status":"True","reason":"E2E","message":"m","lastTransitionTime":"2026-01-01T00:00:00Z"}""";

    private static readonly KindCase[] Written =
    [
        new("/api/v1/namespaces/default/configmaps", "ConfigMap", """{"data":{"a":"b"}}"""),
        new("/api/v1/namespaces/default/secrets", "Secret", """{"data":{"a":"Yg=="}}"""),
        new("/api/v1/namespaces/default/events", "Event", """{"involvedObject":{"namespace":"default","name":"x"},"message":"m","reason":"Test","type":"Normal"}"""),
        new("/api/v1/namespaces/default/limitranges", "LimitRange", """{"spec":{"limits":[{"type":"Pod","max":{"cpu":"1"}}]}}"""),
        new("/api/v1/namespaces/default/podtemplates", "PodTemplate", """{"template":POD}""") { Generation = 1, AnswersWithObject = true },
        new("/api/v1/namespaces/default/serviceaccounts", "ServiceAccount", "{}") { AnswersWithObject = true },
        new("/api/v1/namespaces/default/services", "Service", """{"spec":{"ports":[{"port":80}]}}""") { AnswersWithObject = true, Status = """{"conditions":[CONDITION]}""" },
        new("/api/v1/namespaces/default/endpoints", "Endpoints", """{"subsets":[{"addresses":[{"ip":"10.0.0.24"}],"ports":[{"name":"http","port":80,"protocol":"TCP"}]}]}"""),
        new("/api/v1/namespaces/default/resourcequotas", "ResourceQuota", """{"spec":{"hard":{"pods":"5"}}}""") { AnswersWithObject = true, Status = """{"hard":{"pods":"5"},"used":{"pods":"2"}}""" },
        new("/api/v1/namespaces/default/replicationcontrollers", "ReplicationController", """{"spec":{"replicas":1,"template":POD}}""") { Generation = 1, DeleteOptions = Background, Status = """{"replicas":2,"readyReplicas":1,"conditions":[CONDITION]}""" },
        new("/api/v1/namespaces/default/pods", "Pod", """{"spec":{"containers":[{"name":"c","image":"i:1"}]}}""") { Generation = 1, AnswersWithObject = true, DeleteOptions = """{"gracePeriodSeconds":0}""", Status = """{"phase":"Pending","message":"m","reason":"E2E"}""" },
        new("/api/v1/nodes", "Node", "{}") { Status = """{"phase":"Running","capacity":{"cpu":"2"}}""" },
        new("/apis/events.k8s.io/v1/namespaces/default/events", "Event", """{"regarding":{"namespace":"default"},"note":"n","reason":"Test","action":"Do","type":"Normal","reportingController":"test-controller","reportingInstance":"i","eventTime":"2017-09-19T13:49:16.000000Z"}"""),
        new("/apis/apps/v1/namespaces/default/deployments", "Deployment", """{"spec":{"selector":{"matchLabels":{"app":"x"}},"template":POD}}""") { Generation = 1, GenerationAfterAnnotations = 3, DeleteOptions = Background, Status = """{"replicas":2,"observedGeneration":1,"conditions":[CONDITION]}""" },
        new("/apis/apps/v1/namespaces/default/replicasets", "ReplicaSet", """{"spec":{"selector":{"matchLabels":{"app":"x"}},"template":POD}}""") { Generation = 1, DeleteOptions = Background, Status = """{"replicas":2,"readyReplicas":1,"conditions":[CONDITION]}""" },
        new("/apis/apps/v1/namespaces/default/statefulsets", "StatefulSet", """{"spec":{"serviceName":"s","selector":{"matchLabels":{"app":"x"}},"template":POD}}""") { Generation = 1, DeleteOptions = Background, Status = """{"replicas":2,"currentRevision":"r","conditions":[CONDITION]}""" },
        new("/apis/apps/v1/namespaces/default/daemonsets", "DaemonSet", """{"spec":{"selector":{"matchLabels":{"app":"x"}},"template":POD}}""") { Generation = 1, DeleteOptions = Background, Status = """{"currentNumberScheduled":1,"numberMisscheduled":0,"desiredNumberScheduled":2,"numberReady":1,"conditions":[CONDITION]}""" },
        new("/apis/apps/v1/namespaces/default/controllerrevisions", "ControllerRevision", """{"revision":1,"data":{"spec":{"a":1}}}"""),
        new("/apis/batch/v1/namespaces/default/jobs", "Job", """{"spec":{"suspend":true,"template":ONESHOT}}""") { Generation = 1, DeleteOptions = Background, Status = """{"conditions":[{"type":"Suspended","status":"True"}],"ready":0}""" },
        new("/apis/batch/v1/namespaces/default/cronjobs", "CronJob", """{"spec":{"schedule":"0 0 1 1 *","jobTemplate":{"spec":{"template":ONESHOT}}}}""") { Generation = 1, Status = """{"lastScheduleTime":"2026-01-01T00:00:00Z"}""" },
        new("/apis/policy/v1/namespaces/default/poddisruptionbudgets", "PodDisruptionBudget", """{"spec":{"minAvailable":"1%","selector":{"matchLabels":{"foo":"bar"}}}}""") { Generation = 1, Status = """{"observedGeneration":1,"disruptionsAllowed":1,"currentHealthy":2,"desiredHealthy":1,"expectedPods":2,"conditions":[CONDITION]}""" },
        new("/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", "HorizontalPodAutoscaler", """{"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"x"},"maxReplicas":3}}""") { Status = """{"currentReplicas":1,"desiredReplicas":2}""" },
        new("/apis/certificates.k8s.io/v1/certificatesigningrequests", "CertificateSigningRequest", """{"spec":{"request":"REQUEST","signerName":"example.com/e2e","expirationSeconds":3600,"usages":["digital signature","key encipherment","server auth"]}}""") { Status = """{"conditions":[{"type":"Custom","status":"True","reason":"E2E"}]}""" },
        new("/apis/coordination.k8s.io/v1/namespaces/default/leases", "Lease", """{"spec":{"holderIdentity":"h","leaseDurationSeconds":30,"leaseTransitions":0}}"""),
        new("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", "EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":["1.2.3.4"]}],"ports":[{"port":80}]}""") { Generation = 1 },
        new("/apis/networking.k8s.io/v1/namespaces/default/ingresses", "Ingress", """{"spec":{"defaultBackend":{"service":{"name":"d","port":{"number":80}}}}}""") { Generation = 1, Status = """{"loadBalancer":{"ingress":[{"ip":"169.1.1.1"}]}}""" },
        new("/apis/networking.k8s.io/v1/ingressclasses", "IngressClass", """{"spec":{"controller":"example.com/c"}}""") { Generation = 1 },
        new("/apis/networking.k8s.io/v1/namespaces/default/networkpolicies", "NetworkPolicy", """{"spec":{"podSelector":{},"ingress":[{"from":[{"namespaceSelector":{}}]}]}}""") { Generation = 1 },
        new("/apis/networking.k8s.io/v1/servicecidrs", "ServiceCIDR", """{"spec":{"cidrs":["10.196.{n}.0/24"]}}""") { Status = """{"conditions":[CONDITION]}""", StatusKeepsMetadata = true },
        new("/apis/networking.k8s.io/v1/ipaddresses", "IPAddress", """{"metadata":{"name":"192.168.1.{n}"},"spec":{"parentRef":{"resource":"services","name":"foo","namespace":"bar"}}}"""),
        new("/apis/node.k8s.io/v1/runtimeclasses", "RuntimeClass", """{"handler":"h"}"""),
        new("/apis/scheduling.k8s.io/v1/priorityclasses", "PriorityClass", """{"value":{n}}""") { Generation = 1 },
        new("/apis/storage.k8s.io/v1/storageclasses", "StorageClass", """{"provisioner":"e2e"}""") { AnswersWithObject = true },
        new("/apis/storage.k8s.io/v1/csidrivers", "CSIDriver", """{"spec":{"volumeLifecycleModes":["Ephemeral"]}}""") { AnswersWithObject = true },
        new("/apis/storage.k8s.io/v1/csinodes", "CSINode", """{"spec":{"drivers":[]}}""") { AnswersWithObject = true },
        new("/apis/storage.k8s.io/v1/volumeattachments", "VolumeAttachment", """{"spec":{"attacher":"e2e","nodeName":"n","source":{"persistentVolumeName":"v"}}}""") { AnswersWithObject = true, StatusKeepsMetadata = true, Status = """{"attached":true}""" },
        new("/apis/storage.k8s.io/v1/namespaces/default/csistoragecapacities", "CSIStorageCapacity", """{"storageClassName":"s","nodeTopology":{"matchLabels":{"a":"b"}},"capacity":"1Gi"}"""),
        new("/apis/resource.k8s.io/v1/deviceclasses", "DeviceClass", """{"spec":{}}""") { Generation = 1, AnswersWithObject = true },
        new("/apis/resource.k8s.io/v1/namespaces/default/resourceclaims", "ResourceClaim", """{"spec":{"devices":{"requests":[{"name":"r","exactly":{"deviceClassName":"c"}}]}}}""") { AnswersWithObject = true, StatusKeepsMetadata = true, Status = """{"allocation":{"devices":{"results":[{"request":"r","driver":"d.com","pool":"p","device":"x"}]}}}""" },
        new("/apis/resource.k8s.io/v1/namespaces/default/resourceclaimtemplates", "ResourceClaimTemplate", """{"spec":{"spec":{"devices":{"requests":[{"name":"r","exactly":{"deviceClassName":"c"}}]}}}}""") { AnswersWithObject = true },
        new("/apis/resource.k8s.io/v1/resourceslices", "ResourceSlice", """{"spec":{"driver":"d.com","nodeName":"n","pool":{"name":"p","generation":1,"resourceSliceCount":1},"devices":[{"name":"x"}]}}""") { Generation = 1, AnswersWithObject = true },
        new("/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles", "Role", """{"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]}"""),
        new("/apis/rbac.authorization.k8s.io/v1/clusterroles", "ClusterRole", """{"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]}"""),
        new("/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", "RoleBinding", """{"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"u","apiGroup":"rbac.authorization.k8s.io"}]}"""),
    ];

    public static IReadOnlyList<KindCase> All { get; } = [.. Written.Select(static item => item with { Template = Filled(item.Template), Status = item.Status is null ? null : Filled(item.Status) })];

    private static string Filled(string text) => text.Replace("POD", Pod, StringComparison.Ordinal).Replace("ONESHOT", OneShot, StringComparison.Ordinal)
        .Replace("CONDITION", Condition, StringComparison.Ordinal).Replace("REQUEST", Request(), StringComparison.Ordinal);

    private static string Request()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Convert.ToBase64String(Encoding.ASCII.GetBytes(new CertificateRequest("CN=e2e.example.com", key, HashAlgorithmName.SHA256).CreateSigningRequestPem()));
    }
}
