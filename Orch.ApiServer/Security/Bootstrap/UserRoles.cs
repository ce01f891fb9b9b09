using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Authentication;
using static Orch.ApiServer.Security.Bootstrap.BootstrapPolicy;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>Roles for people and their programs.</summary>
/// <remarks><c>admin</c>, <c>edit</c> and <c>view</c> are gathered, so that whoever adds a kind can add it to them.</remarks>
internal static class UserRoles
{
    private const string Read = "get list watch";
    private const string Write = "create delete deletecollection patch update";

    public static IEnumerable<IKubernetesObject<V1ObjectMeta>> All()
    {
        yield return ClusterRole("cluster-admin", Rule("*", "*", "*"), Paths("*", "*"));
        yield return Bind("cluster-admin", "cluster-admin", GroupOf(UserGroups.Masters));
        yield return Gathered("admin");
        yield return PartOf("admin", Gathered("edit"));
        yield return PartOf("edit", Gathered("view"));
        yield return PartOf("admin", ClusterRole("system:aggregate-to-admin", [.. Admin()]));
        yield return PartOf("edit", ClusterRole("system:aggregate-to-edit", [.. Edit()]));
        yield return PartOf("view", ClusterRole("system:aggregate-to-view", [.. View()]));
        yield return ClusterRole("system:discovery", Paths("get", "/api /api/* /apis /apis/* /healthz /livez /readyz /openapi /openapi/* /version /version/"));
        yield return Bind("system:discovery", "system:discovery", GroupOf(UserGroups.Authenticated));
        yield return ClusterRole("system:basic-user", Rule("create", "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"),
            Rule("create", "authentication.k8s.io", "selfsubjectreviews"));
        yield return Bind("system:basic-user", "system:basic-user", GroupOf(UserGroups.Authenticated));
        yield return ClusterRole("system:public-info-viewer", Paths("get", "/healthz /livez /readyz /version /version/"));
        yield return Bind("system:public-info-viewer", "system:public-info-viewer", GroupOf(UserGroups.Authenticated), GroupOf(UserGroups.Unauthenticated));
        yield return ClusterRole("system:monitoring", Paths("get", "/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*"), Paths("get", "/flagz"), Paths("get", "/statusz"));
        yield return Bind("system:monitoring", "system:monitoring", GroupOf("system:monitoring"));
        yield return ClusterRole("system:service-account-issuer-discovery", Paths("get", "/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/"));
        yield return Bind("system:service-account-issuer-discovery", "system:service-account-issuer-discovery", GroupOf(UserGroups.ServiceAccounts));
        yield return ClusterRole("system:auth-delegator", Rule("create", "authentication.k8s.io", "tokenreviews"), Rule("create", "authorization.k8s.io", "subjectaccessreviews"));
        yield return ClusterRole("system:kubelet-api-admin", Rule(Read, "core", "nodes"), Rule("proxy", "core", "nodes"),
            Rule("*", "core", "nodes/configz nodes/healthz nodes/log nodes/metrics nodes/pods nodes/proxy nodes/stats"));
        yield return ClusterRole("system:heapster", Rule(Read, "core", "events namespaces nodes pods"), Rule(Read, "extensions", "deployments"));
        yield return ClusterRole("system:node-problem-detector", Rule("get", "core", "nodes"), Rule("patch", "core", "nodes/status"), Events());
        yield return ClusterRole("system:node-bootstrapper", Rule("create get list watch", "certificates.k8s.io", "certificatesigningrequests"));
        yield return ClusterRole("system:kube-aggregator", Rule(Read, "core", "endpoints services"));
        yield return ClusterRole("system:persistent-volume-provisioner",
            Rule("create delete get list watch", "core", "persistentvolumes"),
            Rule("get list update watch", "core", "persistentvolumeclaims"),
            Rule(Read, "storage.k8s.io", "storageclasses"),
            Rule("watch", "core", "events"),
            Events());
        foreach (var role in Certificates()) { yield return role; }

        // Named as the tool that people make clusters with names it: what it writes into kubeconfig files works here too.
        yield return Bind("kubeadm:cluster-admins", "cluster-admin", GroupOf("kubeadm:cluster-admins"));
    }

    private static IEnumerable<V1ClusterRole> Certificates()
    {
        const string group = "certificates.k8s.io";
        const string requests = "system:certificates.k8s.io:certificatesigningrequests:";
        yield return ClusterRole(requests + "nodeclient", Rule("create", group, "certificatesigningrequests/nodeclient"));
        yield return ClusterRole(requests + "selfnodeclient", Rule("create", group, "certificatesigningrequests/selfnodeclient"));
        foreach (var signer in new[] { "legacy-unknown", "kubelet-serving", "kube-apiserver-client", "kube-apiserver-client-kubelet" })
        {
            yield return ClusterRole($"system:certificates.k8s.io:{signer}-approver", Rule("approve", group, "signers", $"kubernetes.io/{signer}"));
        }
    }

    private static IEnumerable<V1PolicyRule> Admin() =>
    [
        Rule("create", "authorization.k8s.io", "localsubjectaccessreviews"),
        Rule(Write + " " + Read, Group, "roles rolebindings"),
    ];

    private static IEnumerable<V1PolicyRule> Edit() =>
    [
        // What lets a reader become somebody else is for those who may write.
        Rule(Read, "core", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"),
        Rule("impersonate", "core", "serviceaccounts"),
        Rule(Write, "core", "pods pods/attach pods/exec pods/portforward pods/proxy"),
        Rule("create", "core", "pods/eviction"),
        Rule(Write, "core", "configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy"),
        Rule("create", "core", "serviceaccounts/token"),
        Rule(Write, "apps", "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale"),
        Rule(Write, "autoscaling", "horizontalpodautoscalers"),
        Rule(Write, "batch", "cronjobs jobs"),
        Rule(Write, "extensions", "daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale"),
        Rule(Write, "policy", "poddisruptionbudgets"),
        Rule(Write, "networking.k8s.io", "ingresses networkpolicies"),
        Rule(Write + " " + Read, "coordination.k8s.io", "leases"),
        Rule(Write, "resource.k8s.io", "resourceclaims resourceclaimtemplates"),
    ];

    private static IEnumerable<V1PolicyRule> View() =>
    [
        Rule(Read, "core", "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status"),
        Rule(Read, "core", "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status"),
        Rule(Read, "core", "namespaces"),
        Rule(Read, "discovery.k8s.io", "endpointslices"),
        Rule(Read, "apps", "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status"),
        Rule(Read, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"),
        Rule(Read, "batch", "cronjobs cronjobs/status jobs jobs/status"),
        Rule(Read, "extensions", "daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale"),
        Rule(Read, "policy", "poddisruptionbudgets poddisruptionbudgets/status"),
        Rule(Read, "networking.k8s.io", "ingresses ingresses/status networkpolicies"),
        Rule(Read, "resource.k8s.io", "resourceclaims resourceclaims/status resourceclaimtemplates"),
    ];
}
