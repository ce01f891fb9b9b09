using k8s;
using k8s.Models;
using static Orch.ApiServer.Security.Bootstrap.BootstrapPolicy;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>Roles for the parts of the control plane and of nodes.</summary>
internal static class ComponentRoles
{
    private const string Read = "get list watch";

    public static IEnumerable<IKubernetesObject<V1ObjectMeta>> All()
    {
        yield return ClusterRole("system:kube-scheduler", [.. Scheduler()]);
        yield return Bind("system:kube-scheduler", "system:kube-scheduler", User("system:kube-scheduler"));
        yield return ClusterRole("system:volume-scheduler",
            Rule(Read + " update patch", "core", "persistentvolumes"),
            Rule(Read, "storage.k8s.io", "storageclasses"),
            Rule(Read + " update patch", "core", "persistentvolumeclaims"));
        yield return Bind("system:volume-scheduler", "system:volume-scheduler", User("system:kube-scheduler"));

        yield return ClusterRole("system:kube-controller-manager", [.. ControllerManager()]);
        yield return Bind("system:kube-controller-manager", "system:kube-controller-manager", User("system:kube-controller-manager"));

        yield return ClusterRole("system:node-proxier",
            Rule("list watch", "core", "services endpoints"),
            Rule(Read, "core", "nodes"),
            Events(),
            Rule("list watch", "discovery.k8s.io", "endpointslices"),
            Rule("list watch", "networking.k8s.io", "servicecidrs"));
        yield return Bind("system:node-proxier", "system:node-proxier", User("system:kube-proxy"));

        // A server of names runs in a pod, or as a component with a name of its own.
        yield return ClusterRole("system:kube-dns",
            Rule("list watch", "core", "endpoints services"),
            Rule(Read, "core", "endpoints services pods namespaces nodes"),
            Rule(Read, "discovery.k8s.io", "endpointslices"));
        yield return Bind("system:kube-dns", "system:kube-dns", ServiceAccount("kube-dns"), User("system:kube-dns"));

        // Each node's server announces itself.
        yield return Role("kube-system", "system:kube-dns",
            Rule("get create update patch delete", "core", "services"),
            Rule("get create update patch delete", "discovery.k8s.io", "endpointslices"));
        yield return BindRole("kube-system", "system:kube-dns", User("system:kube-dns"));

        // Bound to nobody: the Node authorizer gives each node what it needs.
        yield return ClusterRole("system:node", [.. Node()]);
        yield return Bind("system:node", "system:node");
    }

    /// <summary>What node agents do; the Node authorizer narrows what depends on a node's pods.</summary>
    public static IEnumerable<V1PolicyRule> Node() =>
    [
        Rule("create", "authentication.k8s.io", "tokenreviews"),
        Rule("create", "authorization.k8s.io", "subjectaccessreviews localsubjectaccessreviews"),
        Rule(Read, "core", "services"),
        Rule("create get list watch", "core", "nodes"),
        Rule("update patch", "core", "nodes/status"),
        Rule("update patch", "core", "nodes"),
        Events(),
        Rule(Read, "core", "pods"),
        Rule("create delete", "core", "pods"),
        Rule("update patch", "core", "pods/status"),
        Rule("create", "core", "pods/eviction"),
        Rule(Read, "core", "secrets configmaps"),
        Rule("get", "core", "persistentvolumeclaims persistentvolumes"),
        Rule("get", "core", "endpoints"),
        Rule("create get list watch", "certificates.k8s.io", "certificatesigningrequests"),
        Rule("get create update patch delete", "coordination.k8s.io", "leases"),
        Rule("get", "storage.k8s.io", "volumeattachments"),
        Rule("get update patch", "core", "persistentvolumeclaims/status"),
        Rule("create", "core", "serviceaccounts/token"),
        Rule(Read, "storage.k8s.io", "csidrivers"),
        Rule("get create update patch delete", "storage.k8s.io", "csinodes"),
        Rule(Read, "node.k8s.io", "runtimeclasses"),
        Rule("get", "resource.k8s.io", "resourceclaims"),
        Rule("get list watch create update patch delete deletecollection", "resource.k8s.io", "resourceslices"),
        Rule(Read, "certificates.k8s.io", "clustertrustbundles"),
        // For credential providers that take a pod's own token.
        Rule("get", "core", "serviceaccounts"),
    ];

    private static IEnumerable<V1PolicyRule> Scheduler() =>
    [
        Events(),
        Rule("create", "coordination.k8s.io", "leases"),
        Rule("get list update watch", "coordination.k8s.io", "leases", "kube-scheduler"),
        Rule("create", "coordination.k8s.io", "leasecandidates"),
        Rule("get list watch update patch delete deletecollection", "coordination.k8s.io", "leasecandidates"),
        Rule(Read, "core", "nodes"),
        Rule("get list watch delete", "core", "pods"),
        Rule("create", "core", "bindings pods/binding"),
        Rule("patch update", "core", "pods/status"),
        Rule(Read, "core", "services replicationcontrollers"),
        Rule(Read, "apps extensions", "replicasets"),
        Rule(Read, "apps", "statefulsets"),
        Rule(Read, "policy", "poddisruptionbudgets"),
        Rule(Read, "core", "persistentvolumeclaims persistentvolumes"),
        Rule("create", "authentication.k8s.io", "tokenreviews"),
        Rule("create", "authorization.k8s.io", "subjectaccessreviews"),
        Rule(Read, "storage.k8s.io", "csinodes"),
        Rule(Read, "core", "namespaces"),
        Rule(Read, "storage.k8s.io", "csidrivers"),
        Rule(Read, "storage.k8s.io", "csistoragecapacities"),
        Rule(Read, "storage.k8s.io", "volumeattachments"),
        Rule(Read, "resource.k8s.io", "deviceclasses"),
        Rule(Read + " update patch", "resource.k8s.io", "resourceclaims"),
        Rule(Read + " update patch", "resource.k8s.io", "resourceclaims/status"),
        Rule("update patch", "resource.k8s.io", "resourceclaims/binding"),
        Rule(Read + " update patch", "core", "pods/finalizers"),
        Rule(Read, "resource.k8s.io", "resourceslices devicetaintrules"),
        // Beyond upstream's: pods that name a priority are ordered by the class as it is.
        Rule(Read, "scheduling.k8s.io", "priorityclasses"),
    ];

    // The controllers write each as its own account; together they watch everything. To get everything would be more: a get of a node's proxy runs commands there.
    private static IEnumerable<V1PolicyRule> ControllerManager() =>
    [
        Events(),
        Rule("create", "coordination.k8s.io", "leases"),
        Rule("get list update watch", "coordination.k8s.io", "leases", "kube-controller-manager"),
        Rule("create get list watch update patch delete deletecollection", "coordination.k8s.io", "leasecandidates"),
        Rule("create", "core", "secrets serviceaccounts"),
        Rule("delete", "core", "secrets"),
        Rule("get", "core", "configmaps namespaces secrets serviceaccounts"),
        Rule("update", "core", "secrets serviceaccounts"),
        Rule("create", "authentication.k8s.io", "tokenreviews"),
        Rule("create", "authorization.k8s.io", "subjectaccessreviews"),
        Rule("list watch", "*", "*"),
        Rule("create", "core", "serviceaccounts/token"),
    ];
}
