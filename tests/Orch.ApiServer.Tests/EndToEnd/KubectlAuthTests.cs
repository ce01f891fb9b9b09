using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Kubectl;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary><c>kubectl auth</c> against a real server over HTTPS.</summary>
public sealed class KubectlAuthTests : ServerTests
{
    private const string Policy = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: reader, namespace: default}
        rules:
        - {apiGroups: [""], resources: [pods, pods/log], verbs: [get, list]}
        - {apiGroups: [apps], resources: [deployments], resourceNames: [web], verbs: [update]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: reader, namespace: default}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: jane}]
        """;

    [SkippableFact]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_AuthCommands_GoAsWithUpstream()
    {
        using var kubectl = new KubectlSession(_server.Address);
        using var jane = kubectl.As("jane/devs");
        var file = await kubectl.WriteAsync("policy.yaml", Policy);

        await kubectl.OkAsync("role.rbac.authorization.k8s.io/reader reconciled", "auth", "reconcile", "-f", file);
        await kubectl.OkAsync("reader   Role/reader", "get", "rolebindings");
        await jane.OkAsync("Username    jane", "auth", "whoami");
        await jane.OkAsync("[devs system:authenticated]", "auth", "whoami");
        await jane.OkAsync("yes", "auth", "can-i", "get", "pods");
        await jane.OkAsync("yes", "auth", "can-i", "get", "pods/log");
        await jane.OkAsync("yes", "auth", "can-i", "update", "deployments.apps/web");
        await jane.OkAsync("yes", "auth", "can-i", "get", "/version");
        await jane.FailsAsync("no", "auth", "can-i", "get", "/metrics");
        await jane.FailsAsync("no", "auth", "can-i", "update", "deployments.apps");
        await jane.FailsAsync("no", "auth", "can-i", "get", "pods", "-n", "kube-system");
        await kubectl.OkAsync("yes", "auth", "can-i", "list", "pods", "--as=jane", "--as-group=devs");
        var list = await jane.OkAsync("pods/log", "auth", "can-i", "--list");
        Assert.Matches(@"pods\s+\[\]\s+\[\]\s+\[get list\]", list);
        Assert.Matches(@"deployments\.apps\s+\[\]\s+\[web\]\s+\[update\]", list);
        Assert.Matches(@"\[/version\]\s+\[\]\s+\[get\]", list);
        await jane.FailsAsync("Error from server (Forbidden): secrets is forbidden: User \"jane\" cannot list resource \"secrets\" in API group \"\" in the namespace \"default\"", "get", "secrets");
    }
}
