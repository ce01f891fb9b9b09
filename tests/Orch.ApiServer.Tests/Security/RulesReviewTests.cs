using k8s.Models;
using Orch.ApiServer.Security.Bootstrap;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Security;

/// <summary>What a review of one's own rules says, and where it says that there may be more.</summary>
public sealed class RulesReviewTests
{
    private const string Node = "node authorizer does not support user rule resolution";
    private const string Webhook = "webhook authorizer does not support user rule resolution";
    private const string Missing = "role.rbac.authorization.k8s.io \"none\" not found";

    [Theory]
    [InlineData("joe", "devs", false, false, null)]
    [InlineData("joe", "lost", false, true, Missing)]
    [InlineData("system:node:n1", "system:nodes", false, true, Node)]
    [InlineData("system:node:n1", "devs", false, false, null)]
    [InlineData("joe", "devs", true, true, Webhook)]
    [InlineData("system:node:n1", "system:nodes", true, true, $"[{Node}, {Webhook}]")]
    public async Task Review_OfRulesThatAreNotAllKnown_SaysSo(string user, string group, bool hasWebhook, bool isIncomplete, string? fault)
    {
        var folder = Directory.CreateTempSubdirectory("orch-rules-review").FullName;
        await using var hook = await HttpHook.StartAsync(static context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        var file = Path.Combine(folder, "authorization.yaml");
        await File.WriteAllTextAsync(file, $$"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: AuthorizationConfiguration
            authorizers:
            - {type: Node, name: node}
            - {type: RBAC, name: rbac}
            - type: Webhook
              name: elsewhere
              webhook:
                timeout: 3s
                subjectAccessReviewVersion: v1
                failurePolicy: NoOpinion
                connectionInfo: {type: KubeConfigFile, kubeConfigFile: "{{hook.WriteKubeconfig(folder)}}"}

            """);
        await using var server = await TestServer.StartAsync(options => options.AuthorizationConfigurationFile = hasWebhook ? file : null);
        await server.Admin.Resource<V1Role>().CreateAsync(
            new V1Role { Metadata = new V1ObjectMeta { Name = "r", NamespaceProperty = "default" }, Rules = [BootstrapPolicy.Rule("get", "core", "configmaps", "one")] }, CancellationToken.None);
        await BindAsync(server, "r", "devs");
        await BindAsync(server, "none", "lost");
        await server.CaughtUpAsync();

        var status = (await server.Client(new ClientIdentity(user, [group])).Resource<V1SelfSubjectRulesReview>().CreateAsync(
            new V1SelfSubjectRulesReview { Spec = new V1SelfSubjectRulesReviewSpec { NamespaceProperty = "default" } }, CancellationToken.None)).Status;

        Assert.Equal((isIncomplete, fault), (status.Incomplete, status.EvaluationError));
        Assert.Equal(group == "devs", status.ResourceRules.Any(static rule => rule.ResourceNames is ["one"] && rule.Resources is ["configmaps"] && rule.Verbs is ["get"]));
        Assert.Contains(status.ResourceRules, static rule => rule.Resources.Contains("selfsubjectrulesreviews"));
        Assert.Contains(status.NonResourceRules, static rule => rule.NonResourceURLs.Contains("/healthz") && rule.Verbs is ["get"]);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Review_WithoutANamespace_IsRefused()
    {
        await using var server = await TestServer.StartAsync();
        var refusal = await Assert.ThrowsAsync<ApiException>(() => server.Admin.Resource<V1SelfSubjectRulesReview>().CreateAsync(
            new V1SelfSubjectRulesReview { Spec = new V1SelfSubjectRulesReviewSpec() }, CancellationToken.None));
        Assert.Equal((400, "no namespace on request"), (refusal.Code, refusal.Message));
    }

    private static Task<V1RoleBinding> BindAsync(TestServer server, string role, string group) => server.Admin.Resource<V1RoleBinding>().CreateAsync(
        new V1RoleBinding
        {
            Metadata = new V1ObjectMeta { Name = group, NamespaceProperty = "default" },
            RoleRef = new V1RoleRef { ApiGroup = BootstrapPolicy.Group, Kind = "Role", Name = role },
            Subjects = [new Rbacv1Subject { ApiGroup = BootstrapPolicy.Group, Kind = "Group", Name = group }],
        },
        CancellationToken.None);
}
