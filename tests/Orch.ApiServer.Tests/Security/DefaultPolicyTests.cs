using System.Text;
using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Bootstrap;
using Orch.Security;
using Orch.Testing.Snapshots;

namespace Orch.ApiServer.Tests.Security;

/// <summary>What each role that a cluster starts with grants, and to whom.</summary>
public sealed class DefaultPolicyTests
{
    /// <summary>Role, verb, group, resource (with subresource), name, and whether it is granted; of all cluster roles or, after a slash, of a namespace's.</summary>
    public static TheoryData<string, string, string, string, string, bool> Reach() => new()
    {
        { "cluster-admin", "escalate", "rbac.authorization.k8s.io", "clusterroles", "x", true },
        { "view", "get", "", "secrets", "x", false },
        { "view", "get", "", "pods/log", "x", true },
        { "view", "get", "", "pods/exec", "x", false },
        { "view", "get", "", "services/proxy", "x", false },
        { "view", "list", "rbac.authorization.k8s.io", "rolebindings", "", false },
        { "view", "watch", "resource.k8s.io", "resourceclaims", "", true },
        { "edit", "create", "", "serviceaccounts/token", "x", true },
        { "edit", "create", "", "pods/eviction", "x", true },
        { "edit", "create", "discovery.k8s.io", "endpointslices", "", false },
        { "edit", "update", "", "endpoints", "x", false },
        { "edit", "update", "", "pods/status", "x", false },
        { "edit", "create", "coordination.k8s.io", "leases", "", true },
        { "admin", "create", "authorization.k8s.io", "localsubjectaccessreviews", "", true },
        { "admin", "update", "", "resourcequotas", "x", false },
        { "admin", "escalate", "rbac.authorization.k8s.io", "roles", "x", false },
        { "admin", "bind", "rbac.authorization.k8s.io", "roles", "x", false },
        { "system:kube-controller-manager", "watch", "example.com", "anything", "", true },
        { "system:kube-controller-manager", "get", "", "nodes/proxy", "x", false },
        { "system:kube-controller-manager", "impersonate", "", "users", "x", false },
        { "system:kube-controller-manager", "update", "coordination.k8s.io", "leases", "kube-scheduler", false },
        { "system:kube-scheduler", "get", "", "secrets", "x", false },
        { "system:kube-scheduler", "create", "", "pods/binding", "x", true },
        { "system:kube-scheduler", "create", "", "pods", "", false },
        { "system:kube-scheduler", "update", "", "nodes", "x", false },
        { "system:node", "list", "", "secrets", "", true },
        { "system:node", "update", "", "secrets", "x", false },
        { "system:node", "approve", "certificates.k8s.io", "signers", "kubernetes.io/kubelet-serving", false },
        { "system:node-bootstrapper", "update", "certificates.k8s.io", "certificatesigningrequests/approval", "x", false },
        { "system:node-proxier", "get", "", "secrets", "x", false },
        { "system:kubelet-api-admin", "get", "", "nodes/configz", "x", true },
        { "system:kubelet-api-admin", "update", "", "nodes", "x", false },
        { "system:auth-delegator", "create", "authentication.k8s.io", "tokenreviews", "", true },
        { "system:certificates.k8s.io:kubelet-serving-approver", "approve", "certificates.k8s.io", "signers", "kubernetes.io/kubelet-serving", true },
        { "system:certificates.k8s.io:kubelet-serving-approver", "approve", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client", false },
        { "system:controller:generic-garbage-collector", "create", "", "pods", "", false },
        { "system:controller:clusterrole-aggregation-controller", "bind", "rbac.authorization.k8s.io", "clusterroles", "x", false },
        { "system:controller:certificate-controller", "approve", "certificates.k8s.io", "signers", "kubernetes.io/kubelet-serving", false },
        { "system:controller:replicaset-controller", "get", "", "secrets", "x", false },
        { "system:controller:token-cleaner/kube-system", "delete", "", "secrets", "x", true },
        { "system:controller:bootstrap-signer/kube-system", "update", "", "secrets", "x", false },
        { "system:controller:bootstrap-signer/kube-public", "update", "", "configmaps", "cluster-info", true },
        { "system:controller:bootstrap-signer/kube-public", "update", "", "configmaps", "other", false },
        { "extension-apiserver-authentication-reader/kube-system", "get", "", "configmaps", "extension-apiserver-authentication", true },
        { "extension-apiserver-authentication-reader/kube-system", "list", "", "configmaps", "", false },
    };

    [Theory]
    [MemberData(nameof(Reach))]
    public void Role_Request_IsGrantedOrNot(string role, string verb, string group, string resource, string name, bool isGranted)
    {
        var parts = resource.Split('/');
        var request = new AuthorizationAttributes(UserInfo.Anonymous, verb)
        {
            Group = group, Resource = parts[0], Subresource = parts.Length > 1 ? parts[1] : string.Empty, Namespace = "a", Name = name,
        };

        Assert.Equal(isGranted, RulesOf(role).Any(rule => PolicyRules.Allows(rule, request)));
    }

    [Theory]
    [InlineData("system:discovery", "/apis/apps/v1", true)]
    [InlineData("system:discovery", "/metrics", false)]
    [InlineData("system:public-info-viewer", "/version", true)]
    [InlineData("system:public-info-viewer", "/api", false)]
    [InlineData("system:monitoring", "/metrics", true)]
    [InlineData("system:monitoring", "/statusz", true)]
    [InlineData("system:monitoring", "/debug/pprof", false)]
    [InlineData("system:service-account-issuer-discovery", "/openid/v1/jwks", true)]
    public void Role_Path_IsGrantedOrNot(string role, string path, bool isGranted)
        => Assert.Equal(isGranted, RulesOf(role).Any(rule => PolicyRules.Allows(rule, new AuthorizationAttributes(UserInfo.Anonymous, "get") { NonResourcePath = path })));

    [Fact]
    public void Anonymous_OfAllBindings_HasThePublicPathsAlone()
        => Assert.Equal(["system:public-info-viewer"], BootstrapPolicy.Objects().OfType<V1ClusterRoleBinding>()
            .Where(static binding => binding.Subjects.Any(static subject => subject.Name == "system:unauthenticated")).Select(static binding => binding.RoleRef.Name));

    [Fact]
    public Task Everything() => Verifier.Verify(Describe(BootstrapPolicy.Objects()));

    private static IList<V1PolicyRule> RulesOf(string role)
    {
        var parts = role.Split('/');
        return parts.Length == 1
            ? BootstrapPolicy.Objects().OfType<V1ClusterRole>().Single(item => item.Metadata.Name == role).Rules
            : BootstrapPolicy.Objects().OfType<V1Role>().Single(item => item.Metadata.Name == parts[0] && item.Metadata.NamespaceProperty == parts[1]).Rules;
    }

    private static string Describe(IEnumerable<IKubernetesObject<V1ObjectMeta>> objects)
    {
        var text = new StringBuilder();
        foreach (var item in objects.OrderBy(static item => item.Kind, StringComparer.Ordinal).ThenBy(static item => item.Metadata.NamespaceProperty, StringComparer.Ordinal).ThenBy(static item => item.Metadata.Name, StringComparer.Ordinal))
        {
            text.Append(item.Kind).Append(' ').Append(item.Metadata.NamespaceProperty is { } place ? place + "/" : string.Empty).Append(item.Metadata.Name);
            foreach (var label in item.Metadata.Labels.Keys.Where(static label => label != "kubernetes.io/bootstrapping").Order(StringComparer.Ordinal)) { text.Append(' ').Append(label.Split('/')[1]); }
            text.Append('\n');
            switch (item)
            {
                case V1ClusterRole { AggregationRule: not null }: text.Append("  gathered\n"); break;
                case V1ClusterRole role: Rules(role.Rules); break;
                case V1Role role: Rules(role.Rules); break;
                case V1ClusterRoleBinding binding: Subjects(binding.RoleRef, binding.Subjects); break;
                case V1RoleBinding binding: Subjects(binding.RoleRef, binding.Subjects); break;
            }
        }

        return text.ToString();

        // Group, resource and name with all verbs that any rule gives: rules that say the same in another way look the same.
        void Rules(IEnumerable<V1PolicyRule> rules)
        {
            var grants = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
            foreach (var rule in rules)
            {
                foreach (var target in rule.NonResourceURLs ?? Targets(rule))
                {
                    if (!grants.TryGetValue(target, out var verbs)) { grants[target] = verbs = new SortedSet<string>(StringComparer.Ordinal); }
                    verbs.UnionWith(rule.Verbs);
                }
            }

            foreach (var together in grants.GroupBy(static grant => string.Join(' ', grant.Value)).OrderBy(static group => group.Key, StringComparer.Ordinal))
            {
                text.Append("  ").Append(together.Key).Append(": ").AppendJoin(", ", together.Select(static grant => grant.Key)).Append('\n');
            }
        }

        void Subjects(V1RoleRef role, IEnumerable<Rbacv1Subject> subjects)
        {
            text.Append("  ").Append(role.Kind).Append(' ').Append(role.Name).Append(" to");
            foreach (var subject in subjects) { text.Append(' ').Append(subject.Kind).Append(' ').Append(subject.NamespaceProperty is { } place ? place + "/" : string.Empty).Append(subject.Name).Append(','); }
            text.Append('\n');
        }
    }

    private static List<string> Targets(V1PolicyRule rule)
        => [.. from g in rule.ApiGroups from r in rule.Resources from n in rule.ResourceNames is { Count: > 0 } names ? names : [string.Empty]
               select (g.Length == 0 ? r : $"{r}.{g}") + (n.Length == 0 ? string.Empty : $"[{n}]")];
}
