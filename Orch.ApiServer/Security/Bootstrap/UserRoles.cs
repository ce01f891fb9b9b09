using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Authentication;
using static Orch.ApiServer.Security.Bootstrap.BootstrapPolicy;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>Roles for people and their programs.</summary>
internal static class UserRoles
{
    private const string Read = "get list watch";
    private const string Write = "create delete deletecollection patch update";
    private const string Workloads = "deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale daemonsets controllerrevisions";

    public static IEnumerable<IKubernetesObject<V1ObjectMeta>> All()
    {
        yield return ClusterRole("cluster-admin", Rule("*", "*", "*"), Paths("*", "*"));
        yield return Bind("cluster-admin", "cluster-admin", GroupOf(UserGroups.Masters));
        yield return ClusterRole("admin", [.. Edit(), .. View(), Rule("create", "authorization.k8s.io", "localsubjectaccessreviews"),
            Rule(Write + " " + Read, Group, "roles rolebindings")]);
        yield return ClusterRole("edit", [.. Edit(), .. View()]);
        yield return ClusterRole("view", [.. View()]);
        yield return ClusterRole("system:discovery", Paths("get", "/api /api/* /apis /apis/* /healthz /livez /readyz /openapi /openapi/* /version /version/"));
        yield return Bind("system:discovery", "system:discovery", GroupOf(UserGroups.Authenticated));
        yield return ClusterRole("system:basic-user", Rule("create", "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"),
            Rule("create", "authentication.k8s.io", "selfsubjectreviews"));
        yield return Bind("system:basic-user", "system:basic-user", GroupOf(UserGroups.Authenticated));
        yield return ClusterRole("system:public-info-viewer", Paths("get", "/healthz /livez /readyz /version /version/"));
        yield return Bind("system:public-info-viewer", "system:public-info-viewer", GroupOf(UserGroups.Authenticated), GroupOf(UserGroups.Unauthenticated));
        yield return ClusterRole("system:monitoring", Paths("get", "/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*"));
        yield return Bind("system:monitoring", "system:monitoring", GroupOf("system:monitoring"));
        yield return ClusterRole("system:service-account-issuer-discovery", Paths("get", "/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/"));
        yield return Bind("system:service-account-issuer-discovery", "system:service-account-issuer-discovery", GroupOf(UserGroups.ServiceAccounts));
        yield return ClusterRole("system:auth-delegator", Rule("create", "authentication.k8s.io", "tokenreviews"), Rule("create", "authorization.k8s.io", "subjectaccessreviews"));
        yield return ClusterRole("system:kubelet-api-admin", Rule(Read + " proxy", "core", "nodes"), Rule("*", "core", "nodes/log nodes/metrics nodes/proxy nodes/stats"));
        yield return Bind("kubeadm:cluster-admins", "cluster-admin", GroupOf("kubeadm:cluster-admins"));
    }

    private static IEnumerable<V1PolicyRule> Edit() =>
    [
        Rule(Read, "core", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"),
        Rule("impersonate", "core", "serviceaccounts"),
        Rule(Write, "core", "pods pods/attach pods/exec pods/portforward pods/proxy"),
        Rule("create", "core", "pods/eviction"),
        Rule(Write, "core", "configmaps events endpoints persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy"),
        Rule("create", "core", "serviceaccounts/token"),
        Rule(Write, "apps", Workloads + " deployments/rollback"),
        Rule(Write, "batch", "cronjobs jobs"),
        Rule(Write, "autoscaling", "horizontalpodautoscalers"),
        Rule(Write, "networking.k8s.io", "ingresses networkpolicies"),
        Rule(Write, "policy", "poddisruptionbudgets"),
        Rule(Write + " " + Read, "coordination.k8s.io", "leases"),
    ];

    private static IEnumerable<V1PolicyRule> View() =>
    [
        Rule(Read, "core", "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status"),
        Rule(Read, "core", "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status"),
        Rule(Read, "core", "namespaces"),
        Rule(Read, "discovery.k8s.io", "endpointslices"),
        Rule(Read, "apps", Workloads + " deployments/status replicasets/status statefulsets/status daemonsets/status"),
        Rule(Read, "batch", "cronjobs cronjobs/status jobs jobs/status"),
        Rule(Read, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"),
        Rule(Read, "networking.k8s.io", "ingresses ingresses/status networkpolicies"),
        Rule(Read, "policy", "poddisruptionbudgets poddisruptionbudgets/status"),
    ];
}
