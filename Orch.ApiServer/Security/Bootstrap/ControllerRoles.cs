using k8s;
using k8s.Models;
using static Orch.ApiServer.Security.Bootstrap.BootstrapPolicy;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>A role for each controller's account, with what that controller writes and no more.</summary>
/// <remarks>As upstream's, so that its controllers work here too; a verb or a rule more where a controller of this cluster goes another way.</remarks>
internal static class ControllerRoles
{
    private const string Read = "get list watch";

    public static IEnumerable<IKubernetesObject<V1ObjectMeta>> All()
        => Workloads().Concat(Networking()).Concat(Storage()).Concat(Cluster()).SelectMany(static entry => Role(entry.Controller, entry.Rules));

    private static IEnumerable<IKubernetesObject<V1ObjectMeta>> Role(string controller, V1PolicyRule[] rules) =>
    [
        ClusterRole($"system:controller:{controller}", [.. rules, Events()]),
        Bind($"system:controller:{controller}", $"system:controller:{controller}", ServiceAccount(controller)),
    ];

    private static IEnumerable<(string Controller, V1PolicyRule[] Rules)> Workloads() =>
    [
        ("cronjob-controller",
        [
            Rule("get list update watch", "batch", "cronjobs"),
            Rule("create delete get list patch update watch", "batch", "jobs"),
            Rule("update patch", "batch", "cronjobs/status"),
            Rule("update", "batch", "cronjobs/finalizers"),
            Rule("delete list watch", "core", "pods"),
        ]),
        ("daemon-set-controller",
        [
            Rule(Read, "apps extensions", "daemonsets"),
            Rule("update patch", "apps extensions", "daemonsets/status"),
            Rule("update", "apps extensions", "daemonsets/finalizers"),
            Rule("list watch", "core", "nodes"),
            Rule("create delete get list patch watch", "core", "pods"),
            Rule("create", "core", "pods/binding"),
            Rule("create delete get list patch update watch", "apps", "controllerrevisions"),
        ]),
        ("deployment-controller",
        [
            Rule("get list update watch patch", "apps extensions", "deployments"),
            Rule("update patch", "apps extensions", "deployments/status"),
            Rule("update", "apps extensions", "deployments/finalizers"),
            Rule("create delete get list patch update watch", "apps extensions", "replicasets"),
            Rule("update patch", "apps", "replicasets/status"),
            Rule("get list update watch patch", "core", "pods"),
        ]),
        ("disruption-controller",
        [
            Rule(Read, "apps extensions", "deployments"),
            Rule(Read, "apps extensions", "replicasets"),
            Rule(Read, "core", "replicationcontrollers"),
            Rule(Read, "policy", "poddisruptionbudgets"),
            Rule(Read, "apps", "statefulsets"),
            Rule("update patch", "policy", "poddisruptionbudgets/status"),
            Rule("patch update", "core", "pods/status"),
            Rule(Read, "core", "pods"),
            Rule("get", "*", "*/scale"),
        ]),
        ("horizontal-pod-autoscaler",
        [
            Rule(Read, "autoscaling", "horizontalpodautoscalers"),
            Rule("update patch", "autoscaling", "horizontalpodautoscalers/status"),
            Rule("get update patch", "*", "*/scale"),
            Rule("list watch", "core", "pods"),
            Rule("list watch", "metrics.k8s.io", "pods"),
            Rule(Read, "custom.metrics.k8s.io", "*"),
            Rule(Read, "external.metrics.k8s.io", "*"),
        ]),
        ("job-controller",
        [
            Rule("get list patch update watch", "batch", "jobs"),
            Rule("update patch", "batch", "jobs/status"),
            Rule("update", "batch", "jobs/finalizers"),
            Rule("create delete get list patch update watch", "core", "pods"),
        ]),
        ("replicaset-controller",
        [
            Rule("get list update watch patch", "apps extensions", "replicasets"),
            Rule("update patch", "apps extensions", "replicasets/status"),
            Rule("update", "apps extensions", "replicasets/finalizers"),
            Rule("create delete list patch watch get", "core", "pods"),
        ]),
        ("replication-controller",
        [
            Rule("get list update watch", "core", "replicationcontrollers"),
            Rule("update patch", "core", "replicationcontrollers/status"),
            Rule("update", "core", "replicationcontrollers/finalizers"),
            Rule("create delete get list patch watch", "core", "pods"),
        ]),
        ("statefulset-controller",
        [
            Rule("list watch", "core", "pods"),
            Rule(Read, "apps", "statefulsets"),
            Rule("update patch", "apps", "statefulsets/status"),
            Rule("update", "apps", "statefulsets/finalizers"),
            Rule("create delete get patch update", "core", "pods"),
            Rule("create delete get list patch update watch", "apps", "controllerrevisions"),
            Rule("create get list watch", "core", "persistentvolumeclaims"),
            Rule("update delete patch", "core", "persistentvolumeclaims"),
            Rule("update", "core", "pods/finalizers"),
        ]),
        ("ttl-after-finished-controller", [Rule("delete get list watch", "batch", "jobs")]),
        ("resource-claim-controller",
        [
            Rule(Read, "core", "pods"),
            Rule("update", "core", "pods/finalizers"),
            Rule("create delete get list watch", "resource.k8s.io", "resourceclaims"),
            Rule(Read, "resource.k8s.io", "resourceclaimtemplates"),
            Rule("patch update", "resource.k8s.io", "resourceclaims resourceclaims/status"),
            Rule("patch update", "resource.k8s.io", "resourceclaims/binding"),
            Rule("patch update", "core", "pods/status"),
        ]),
        ("device-taint-eviction-controller",
        [
            Rule("delete get list watch", "core", "pods"),
            Rule("patch update", "core", "pods/status"),
            Rule(Read, "resource.k8s.io", "resourceclaims"),
            Rule(Read, "resource.k8s.io", "resourceslices"),
            Rule(Read, "resource.k8s.io", "deviceclasses"),
            Rule(Read, "resource.k8s.io", "devicetaintrules"),
        ]),
    ];

    private static IEnumerable<(string Controller, V1PolicyRule[] Rules)> Networking() =>
    [
        ("endpoint-controller",
        [
            Rule(Read, "core", "pods services"),
            Rule("create delete get list update patch watch", "core", "endpoints"),
            Rule("create", "core", "endpoints/restricted"),
        ]),
        ("endpointslice-controller",
        [
            Rule(Read, "core", "services pods nodes"),
            Rule("update", "core", "services/finalizers"),
            Rule("create delete get list update patch watch", "discovery.k8s.io", "endpointslices"),
        ]),
        ("endpointslicemirroring-controller",
        [
            Rule(Read, "core", "services endpoints"),
            Rule("update", "core", "services/finalizers"),
            Rule("update", "core", "endpoints/finalizers"),
            Rule("create delete get list update patch watch", "discovery.k8s.io", "endpointslices"),
        ]),
        ("route-controller", [Rule("list watch", "core", "nodes"), Rule("patch", "core", "nodes/status")]),
        ("service-controller",
        [
            Rule(Read, "core", "services"),
            Rule("patch update", "core", "services/status"),
            Rule("list watch", "core", "nodes"),
        ]),
        ("service-cidrs-controller",
        [
            Rule("get list patch update watch", "networking.k8s.io", "servicecidrs"),
            Rule("patch update", "networking.k8s.io", "servicecidrs/finalizers"),
            Rule("patch update", "networking.k8s.io", "servicecidrs/status"),
            Rule(Read, "networking.k8s.io", "ipaddresses"),
        ]),
    ];

    private static IEnumerable<(string Controller, V1PolicyRule[] Rules)> Storage() =>
    [
        ("attachdetach-controller",
        [
            Rule("list watch", "core", "persistentvolumeclaims persistentvolumes"),
            Rule(Read, "core", "nodes"),
            Rule("patch update", "core", "nodes/status"),
            Rule("list watch", "core", "pods"),
            Rule("create delete get list watch", "storage.k8s.io", "volumeattachments"),
            Rule(Read, "storage.k8s.io", "csidrivers"),
            Rule(Read, "storage.k8s.io", "csinodes"),
        ]),
        ("ephemeral-volume-controller",
        [
            Rule(Read, "core", "pods"),
            Rule("update", "core", "pods/finalizers"),
            Rule("create get list watch", "core", "persistentvolumeclaims"),
        ]),
        ("expand-controller",
        [
            Rule("get list patch update watch", "core", "persistentvolumes"),
            Rule("patch update", "core", "persistentvolumeclaims/status"),
            Rule(Read, "core", "persistentvolumeclaims"),
            Rule("get", "core", "services"),
        ]),
        ("persistent-volume-binder",
        [
            Rule("create delete get list update watch", "core", "persistentvolumes"),
            Rule("update", "core", "persistentvolumes/status"),
            Rule("get list update watch", "core", "persistentvolumeclaims"),
            Rule("update", "core", "persistentvolumeclaims/status"),
            Rule("create delete get list watch", "core", "pods"),
            Rule(Read, "storage.k8s.io", "storageclasses"),
            Rule("list watch", "core", "nodes"),
            Rule("watch", "core", "events"),
            Rule("get", "core", "services"),
        ]),
        ("pv-protection-controller", [Rule("get list update watch", "core", "persistentvolumes")]),
        ("pvc-protection-controller", [Rule("get list update watch", "core", "persistentvolumeclaims"), Rule(Read, "core", "pods")]),
        ("volumeattributesclass-protection-controller",
        [
            Rule(Read, "core", "persistentvolumeclaims"),
            Rule(Read, "core", "persistentvolumes"),
            Rule("get list update watch", "storage.k8s.io", "volumeattributesclasses"),
        ]),
        ("selinux-warning-controller",
        [
            Rule(Read, "core", "persistentvolumes"),
            Rule(Read, "core", "persistentvolumeclaims"),
            Rule(Read, "core", "pods"),
            Rule(Read, "storage.k8s.io", "csidrivers"),
        ]),
        ("storage-version-migrator-controller",
        [
            Rule("create list patch watch", "*", "*"),
            Rule("update", "storagemigration.k8s.io", "storageversionmigrations/status"),
        ]),
    ];

    private static IEnumerable<(string Controller, V1PolicyRule[] Rules)> Cluster() =>
    [
        ("certificate-controller",
        [
            Rule("delete get list watch", "certificates.k8s.io", "certificatesigningrequests"),
            Rule("update", "certificates.k8s.io", "certificatesigningrequests/approval certificatesigningrequests/status"),
            Rule("approve", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client-kubelet"),
            Rule("sign", "certificates.k8s.io", "signers",
                "kubernetes.io/kube-apiserver-client kubernetes.io/kube-apiserver-client-kubelet kubernetes.io/kubelet-serving kubernetes.io/legacy-unknown"),
            Rule("create", "authorization.k8s.io", "subjectaccessreviews"),
        ]),
        ("clusterrole-aggregation-controller", [Rule("escalate get list patch update watch", Group, "clusterroles")]),
        ("generic-garbage-collector", [Rule("get list watch patch update delete", "*", "*")]),
        ("kube-apiserver-serving-clustertrustbundle-publisher",
        [
            Rule("attest", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-serving"),
            Rule("create delete list update watch", "certificates.k8s.io", "clustertrustbundles"),
        ]),
        ("legacy-service-account-token-cleaner",
        [
            Rule("get", "core", "configmaps", "kube-apiserver-legacy-service-account-token-tracking"),
            Rule("delete patch", "core", "secrets"),
        ]),
        ("namespace-controller",
        [
            Rule("delete get list watch", "core", "namespaces"),
            Rule("update patch", "core", "namespaces/finalize namespaces/status"),
            Rule("delete deletecollection get list watch", "*", "*"),
        ]),
        ("node-controller",
        [
            Rule("get list update delete patch watch", "core", "nodes"),
            Rule("patch update", "core", "nodes/status"),
            Rule("patch update", "core", "pods/status"),
            Rule("list delete get watch", "core", "pods"),
            Rule("create", "core", "pods/eviction"),
            Rule(Read, "coordination.k8s.io", "leases"),
        ]),
        ("pod-garbage-collector",
        [
            Rule("list watch delete get", "core", "pods"),
            Rule(Read, "core", "nodes"),
            Rule("patch update", "core", "pods/status"),
        ]),
        ("podcertificaterequestcleaner", [Rule("delete get list watch", "certificates.k8s.io", "podcertificaterequests")]),
        ("resourcequota-controller",
        [
            Rule("list watch", "*", "*"),
            Rule("update patch", "core", "resourcequotas/status"),
            Rule("get", "core", "resourcequotas"),
        ]),
        ("root-ca-cert-publisher", [Rule("create update get list watch patch", "core", "configmaps")]),
        ("service-account-controller", [Rule("create get list watch", "core", "serviceaccounts")]),
        ("tokens-controller",
        [
            Rule("get list watch create update patch delete", "core", "secrets"),
            Rule("get list watch update patch", "core", "serviceaccounts"),
            Rule("create", "core", "serviceaccounts/token"),
        ]),
        ("ttl-controller", [Rule("list patch update watch", "core", "nodes")]),
        ("validatingadmissionpolicy-status-controller",
        [
            Rule(Read, "admissionregistration.k8s.io", "validatingadmissionpolicies"),
            Rule("get patch update", "admissionregistration.k8s.io", "validatingadmissionpolicies/status"),
        ]),
    ];
}
