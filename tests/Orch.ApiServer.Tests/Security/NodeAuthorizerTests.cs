using k8s.Models;
using Orch.ApiServer.Security.Authorization;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

public sealed class NodeAuthorizerTests
{
    private static readonly UserInfo Node = new("system:node:n1", ["system:nodes", "system:authenticated"]);

    [Theory]
    [InlineData("get", "", "secrets", "", "named", AuthorizationVerdict.Allow)]
    [InlineData("get", "", "secrets", "", "elsewhere", AuthorizationVerdict.Deny)]
    [InlineData("get", "", "secrets", "", "unnamed", AuthorizationVerdict.Deny)]
    [InlineData("list", "", "secrets", "", "", AuthorizationVerdict.Deny)]
    [InlineData("update", "", "secrets", "", "named", AuthorizationVerdict.Deny)]
    [InlineData("get", "", "configmaps", "", "env", AuthorizationVerdict.Allow)]
    [InlineData("create", "", "serviceaccounts", "token", "web", AuthorizationVerdict.Allow)]
    [InlineData("create", "", "serviceaccounts", "token", "admin", AuthorizationVerdict.Deny)]
    [InlineData("update", "", "nodes", "status", "n1", AuthorizationVerdict.Allow)]
    [InlineData("update", "", "nodes", "status", "n2", AuthorizationVerdict.Deny)]
    [InlineData("create", "", "pods", "binding", "p", AuthorizationVerdict.Deny)]
    [InlineData("get", "apps", "deployments", "", "d", AuthorizationVerdict.NoOpinion)]
    public async Task Authorize_Case_FollowsThePodsOfTheNode(string verb, string group, string resource, string subresource, string name, AuthorizationVerdict verdict)
    {
        var lookup = new FakeLookup(Pod("p", "n1", "named", "env", "web"), Pod("q", "n2", "elsewhere", "other", "admin"));

        var decision = await new NodeAuthorizer(lookup).AuthorizeAsync(
            new AuthorizationAttributes(Node, verb) { Group = group, Resource = resource, Subresource = subresource, Namespace = "default", Name = name }, CancellationToken.None);

        Assert.Equal(verdict, decision.Verdict);
    }

    [Fact]
    public async Task Authorize_NotOfTheNodesGroup_HasNoOpinion()
        => Assert.Equal(AuthorizationVerdict.NoOpinion, (await new NodeAuthorizer(new FakeLookup()).AuthorizeAsync(
            new AuthorizationAttributes(new UserInfo("system:node:n1", []), "get") { Resource = "nodes", Name = "n1" }, CancellationToken.None)).Verdict);

    private static V1Pod Pod(string name, string node, string secret, string map, string account) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
        Spec = new V1PodSpec
        {
            NodeName = node,
            ServiceAccountName = account,
            Volumes = [new V1Volume { Name = "v", Secret = new V1SecretVolumeSource { SecretName = secret } }],
            Containers = [new V1Container { Name = "c", EnvFrom = [new V1EnvFromSource { ConfigMapRef = new V1ConfigMapEnvSource { Name = map } }] }],
        },
    };
}
