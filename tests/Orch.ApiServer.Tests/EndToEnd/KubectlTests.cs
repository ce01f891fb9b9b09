using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Kubectl;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary>The installed kubectl against a real server over HTTPS.</summary>
public sealed class KubectlTests : ServerTests
{
    private const string Manifest = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: default, namespace: demo}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: demo, labels: {app: web}}
        spec: {containers: [{name: c, image: "busybox:1"}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: demo}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: "busybox:1"}]}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: demo}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        """;

    [SkippableFact]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_EverydayWork_GoesAsWithUpstream()
    {
        using var kubectl = new KubectlSession(_server.Address);
        var file = await kubectl.WriteAsync("manifest.yaml", Manifest);

        await kubectl.OkAsync("namespace/demo created", "create", "namespace", "demo");
        await kubectl.OkAsync("deployment.apps/web created", "apply", "-f", file);
        await kubectl.OkAsync("deployment.apps/web unchanged", "apply", "-f", file);
        await kubectl.OkAsync("web    0/1     Pending   0", "get", "pods", "-n", "demo");
        await kubectl.OkAsync("QoS Class:", "describe", "pod", "web", "-n", "demo");
        await kubectl.OkAsync("deployment.apps/web scaled", "scale", "deployment", "web", "--replicas=5", "-n", "demo");
        await kubectl.OkAsync("5", "get", "deployment", "web", "-n", "demo", "-o", "jsonpath={.spec.replicas}");
        await kubectl.OkAsync("pod/web labeled", "label", "pod", "web", "a=b", "-n", "demo");
        await kubectl.OkAsync("pod/web annotated", "annotate", "pod", "web", "c=d", "-n", "demo");
        await kubectl.OkAsync("deployment.apps/web image updated", "set", "image", "deployment/web", "c=busybox:2", "-n", "demo");
        await kubectl.OkAsync("pod/web patched", "patch", "pod", "web", "-n", "demo", "--type=json", "-p", """[{"op":"remove","path":"/metadata/labels/a"}]""");
        await kubectl.OkAsync("configmap/m created", "create", "configmap", "m", "--from-literal=x=y", "-n", "demo");
        await kubectl.OkAsync("x: \"y\"", "get", "configmap", "m", "-o", "yaml", "-n", "demo");
        await kubectl.OkAsync("service/web", "get", "all", "-n", "demo");
        await kubectl.OkAsync("deployments", "api-resources");
        await kubectl.OkAsync("yes", "auth", "can-i", "delete", "pods");
        await kubectl.OkAsync("pod \"web\" deleted", "delete", "pod", "web", "-n", "demo");
        await kubectl.OkAsync("deployment.apps \"web\" deleted", "delete", "deployment", "web", "-n", "demo");

        var (code, output) = await kubectl.RunAsync("get", "pod", "web", "-n", "demo");
        Assert.True(code == 1 && output.Contains("Error from server (NotFound): pods \"web\" not found", StringComparison.Ordinal), output);
    }
}
