using k8s;
using k8s.Models;
using static Orch.ApiServer.Security.Bootstrap.BootstrapPolicy;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>Roles that hold in one of the system's namespaces.</summary>
internal static class NamespaceRoles
{
    private const string System = "kube-system";
    private const string Public = "kube-public";
    private const string Read = "get list watch";

    public static IEnumerable<IKubernetesObject<V1ObjectMeta>> All()
    {
        yield return Role(System, "extension-apiserver-authentication-reader", Rule(Read, "core", "configmaps", "extension-apiserver-authentication"));
        yield return Bound(System, "system::extension-apiserver-authentication-reader", "extension-apiserver-authentication-reader",
            User("system:kube-controller-manager"), User("system:kube-scheduler"));
        yield return Role(System, "system:controller:bootstrap-signer", Rule(Read, "core", "secrets"));
        yield return BindRole(System, "system:controller:bootstrap-signer", ServiceAccount("bootstrap-signer"));
        yield return Role(System, "system:controller:cloud-provider", Rule("create get list watch", "core", "configmaps"));
        yield return BindRole(System, "system:controller:cloud-provider", ServiceAccount("cloud-provider"));
        yield return Role(System, "system:controller:token-cleaner", Rule("delete get list watch", "core", "secrets"), Events());
        yield return BindRole(System, "system:controller:token-cleaner", ServiceAccount("token-cleaner"));
        yield return Leader("kube-controller-manager");
        yield return BindRole(System, "system::leader-locking-kube-controller-manager", User("system:kube-controller-manager"), ServiceAccount("kube-controller-manager"));
        yield return Leader("kube-scheduler");
        yield return BindRole(System, "system::leader-locking-kube-scheduler", User("system:kube-scheduler"), ServiceAccount("kube-scheduler"));
        yield return Role(Public, "system:controller:bootstrap-signer", Rule(Read, "core", "configmaps"), Rule("update", "core", "configmaps", "cluster-info"), Events());
        yield return BindRole(Public, "system:controller:bootstrap-signer", ServiceAccount("bootstrap-signer"));
    }

    private static V1Role Leader(string component) => Role(System, $"system::leader-locking-{component}",
        Rule("watch", "core", "configmaps"), Rule("get update", "core", "configmaps", component));

    private static V1RoleBinding Bound(string namespaceName, string name, string role, params IList<Rbacv1Subject> subjects)
    {
        var binding = BindRole(namespaceName, name, subjects);
        binding.RoleRef.Name = role;
        return binding;
    }
}
