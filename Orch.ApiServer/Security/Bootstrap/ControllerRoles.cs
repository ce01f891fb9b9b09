using k8s;
using k8s.Models;
using static Orch.ApiServer.Security.Bootstrap.BootstrapPolicy;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>A role for each controller's account, with what that controller writes and no more.</summary>
internal static class ControllerRoles
{
    public static IEnumerable<IKubernetesObject<V1ObjectMeta>> All() => Rules().SelectMany(entry => Role(entry.Controller, entry.Rules));

    private static IEnumerable<IKubernetesObject<V1ObjectMeta>> Role(string controller, V1PolicyRule[] rules) =>
    [
        ClusterRole($"system:controller:{controller}", [.. rules, Events()]),
        Bind($"system:controller:{controller}", $"system:controller:{controller}", ServiceAccount(controller)),
    ];

    private static IEnumerable<(string Controller, V1PolicyRule[] Rules)> Rules() =>
    [
        ("deployment-controller",
        [
            Rule("get list update watch patch", "apps", "deployments"),
            Rule("update patch", "apps", "deployments/status"),
            Rule("update", "apps", "deployments/finalizers"),
            Rule("create delete get list patch update watch", "apps", "replicasets"),
            Rule("update patch", "apps", "replicasets/status"),
            Rule("get list update watch patch", "core", "pods"),
        ]),
        ("replicaset-controller",
        [
            Rule("get list update watch patch", "apps", "replicasets"),
            Rule("update patch", "apps", "replicasets/status"),
            Rule("update", "apps", "replicasets/finalizers"),
            Rule("create delete list patch watch get", "core", "pods"),
        ]),
        ("endpointslice-controller",
        [
            Rule("get list watch", "core", "services pods nodes"),
            Rule("update", "core", "services/finalizers"),
            Rule("create delete get list update patch watch", "discovery.k8s.io", "endpointslices"),
        ]),
        ("endpointslicemirroring-controller",
        [
            Rule("get list watch", "core", "services endpoints"),
            Rule("update", "core", "services/finalizers endpoints/finalizers"),
            Rule("create delete get list update patch watch", "discovery.k8s.io", "endpointslices"),
        ]),
        ("endpoint-controller",
        [
            Rule("get list watch", "core", "pods services"),
            Rule("create delete get list update patch watch", "core", "endpoints"),
            Rule("create", "core", "endpoints/restricted"),
        ]),
        ("namespace-controller",
        [
            Rule("delete get list watch", "core", "namespaces"),
            Rule("update patch", "core", "namespaces/finalize namespaces/status"),
            Rule("delete deletecollection get list", "*", "*"),
        ]),
        ("service-account-controller", [Rule("create get list watch", "core", "serviceaccounts")]),
        ("tokens-controller",
        [
            Rule("get list watch create update patch delete", "core", "secrets"),
            Rule("get list watch update patch", "core", "serviceaccounts"),
            Rule("create", "core", "serviceaccounts/token"),
        ]),
        ("root-ca-cert-publisher", [Rule("create update get list watch patch", "core", "configmaps")]),
        ("generic-garbage-collector", [Rule("get list watch patch update delete", "*", "*")]),
        ("node-controller",
        [
            Rule("get list update delete patch watch", "core", "nodes"),
            Rule("patch update", "core", "nodes/status"),
            Rule("patch update", "core", "pods/status"),
            Rule("list delete get watch", "core", "pods"),
            Rule("create", "core", "pods/eviction"),
            Rule("get list watch", "coordination.k8s.io", "leases"),
        ]),
        ("pod-garbage-collector",
        [
            Rule("list watch delete get", "core", "pods"),
            Rule("get list watch", "core", "nodes"),
            Rule("patch update", "core", "pods/status"),
        ]),
    ];
}
