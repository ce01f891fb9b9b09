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
        yield return ClusterRole("system:kube-scheduler",
            Events(),
            Rule("create get update", "coordination.k8s.io", "leases"),
            Rule(Read, "core", "nodes namespaces services replicationcontrollers persistentvolumes persistentvolumeclaims"),
            Rule(Read + " delete", "core", "pods"),
            Rule("create", "core", "bindings pods/binding"),
            Rule("patch update", "core", "pods/status"),
            Rule(Read, "apps", "replicasets statefulsets"),
            Rule(Read, "policy", "poddisruptionbudgets"),
            Rule(Read, "scheduling.k8s.io", "priorityclasses"));
        yield return Bind("system:kube-scheduler", "system:kube-scheduler", User("system:kube-scheduler"));

        // The controllers write each as its own account; together they read everything.
        yield return ClusterRole("system:kube-controller-manager",
            Events(),
            Rule("create get update", "coordination.k8s.io", "leases"),
            Rule("list watch get", "*", "*"),
            Rule("create", "core", "serviceaccounts/token"),
            Rule("create", "authentication.k8s.io", "tokenreviews"),
            Rule("create", "authorization.k8s.io", "subjectaccessreviews"));
        yield return Bind("system:kube-controller-manager", "system:kube-controller-manager", User("system:kube-controller-manager"));

        yield return ClusterRole("system:node-proxier",
            Rule("list watch get", "core", "services endpoints nodes"),
            Rule("list watch", "discovery.k8s.io", "endpointslices"),
            Events());
        yield return Bind("system:node-proxier", "system:node-proxier", User("system:kube-proxy"));

        yield return ClusterRole("system:kube-dns",
            Rule(Read, "core", "endpoints services pods namespaces nodes"),
            Rule(Read, "discovery.k8s.io", "endpointslices"));
        yield return Bind("system:kube-dns", "system:kube-dns", User("system:kube-dns"));

        // Each node's server announces itself.
        yield return Role("kube-system", "system:kube-dns",
            Rule("get create update patch delete", "core", "services"),
            Rule("get create update patch delete", "discovery.k8s.io", "endpointslices"));
        yield return BindRole("kube-system", "system:kube-dns", User("system:kube-dns"));

        // What the Node authorizer does not decide by the pods of a node.
        yield return ClusterRole("system:node", Rule(Read, "core", "services nodes"), Rule(Read, "node.k8s.io", "runtimeclasses"));
        yield return Bind("system:node", "system:node");
    }
}
