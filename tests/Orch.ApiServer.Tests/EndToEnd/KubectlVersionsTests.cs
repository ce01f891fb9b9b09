using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Kubectl;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary>Every version of kubectl that lies beside the installed one, with the verbs that people use most.</summary>
public sealed class KubectlVersionsTests : ServerTests
{
    public static TheoryData<string> Versions => [.. KubectlSession.Versions()];

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_OfAnyVersion_DoesTheCommonVerbs(string version)
    {
        using var kubectl = new KubectlSession(_server.Address, release: version);
        var file = await kubectl.WriteAsync("map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {x: '1'}\n");
        await kubectl.OkAsync("configmap/m created", "apply", "-f", file);
        await kubectl.WriteAsync("map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {x: '2'}\n");
        await kubectl.OkAsync("configmap/m configured", "apply", "-f", file);
        await kubectl.OkAsync("2", "get", "configmap", "m", "-o", "jsonpath={.data.x}");
        await kubectl.OkAsync("NAME", "get", "configmaps", "--chunk-size=1");
        await kubectl.OkAsync("deployment.apps/web created", "create", "deployment", "web", "--image=busybox:1");
        await kubectl.OkAsync("deployment.apps/web scaled", "scale", "deployment", "web", "--replicas=3");
        await kubectl.OkAsync("0/3", "get", "deployments");
        await kubectl.OkAsync("labeled", "label", "deployment", "web", "a=b");
        await kubectl.OkAsync("RollingUpdateStrategy", "describe", "deployment", "web");
        Assert.Contains("m ", (await kubectl.RunAsync("get", "configmap", "m", "--watch", "--request-timeout=2s")).Output, StringComparison.Ordinal);
        await kubectl.OkAsync("configmap \"m\" deleted", "delete", "configmap", "m");
        var (code, output) = await kubectl.RunAsync("get", "configmap", "m");
        Assert.True(code == 1 && output.Contains("Error from server (NotFound): configmaps \"m\" not found", StringComparison.Ordinal), output);
    }
}
