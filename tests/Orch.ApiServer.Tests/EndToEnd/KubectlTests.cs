using System.Diagnostics;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary>The installed kubectl against a real server over HTTPS.</summary>
public sealed class KubectlTests : IAsyncLifetime
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

    private readonly string _home = Directory.CreateTempSubdirectory("orch-kubectl").FullName;
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.ListenAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [SkippableFact]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_EverydayWork_GoesAsWithUpstream()
    {
        Skip.If(!File.Exists("/usr/bin/kubectl"), "kubectl is not installed at /usr/bin/kubectl");
        var file = Path.Combine(_home, "manifest.yaml");
        await File.WriteAllTextAsync(file, Manifest);

        await OkAsync("namespace/demo created", "create", "namespace", "demo");
        await OkAsync("deployment.apps/web created", "apply", "-f", file);
        await OkAsync("deployment.apps/web unchanged", "apply", "-f", file);
        await OkAsync("web    0/1     Pending   0", "get", "pods", "-n", "demo");
        await OkAsync("QoS Class:", "describe", "pod", "web", "-n", "demo");
        await OkAsync("deployment.apps/web scaled", "scale", "deployment", "web", "--replicas=5", "-n", "demo");
        await OkAsync("5", "get", "deployment", "web", "-n", "demo", "-o", "jsonpath={.spec.replicas}");
        await OkAsync("pod/web labeled", "label", "pod", "web", "a=b", "-n", "demo");
        await OkAsync("pod/web annotated", "annotate", "pod", "web", "c=d", "-n", "demo");
        await OkAsync("deployment.apps/web image updated", "set", "image", "deployment/web", "c=busybox:2", "-n", "demo");
        await OkAsync("pod/web patched", "patch", "pod", "web", "-n", "demo", "--type=json", "-p", """[{"op":"remove","path":"/metadata/labels/a"}]""");
        await OkAsync("configmap/m created", "create", "configmap", "m", "--from-literal=x=y", "-n", "demo");
        await OkAsync("x: \"y\"", "get", "configmap", "m", "-o", "yaml", "-n", "demo");
        await OkAsync("service/web", "get", "all", "-n", "demo");
        await OkAsync("deployments", "api-resources");
        await OkAsync("yes", "auth", "can-i", "delete", "pods");
        await OkAsync("pod \"web\" deleted", "delete", "pod", "web", "-n", "demo");
        await OkAsync("deployment.apps \"web\" deleted", "delete", "deployment", "web", "-n", "demo");

        var (code, output) = await RunAsync("get", "pod", "web", "-n", "demo");
        Assert.True(code == 1 && output.Contains("Error from server (NotFound): pods \"web\" not found", StringComparison.Ordinal), output);
    }

    private async Task OkAsync(string expected, params string[] arguments)
    {
        var (code, output) = await RunAsync(arguments);
        Assert.True(code == 0 && output.Contains(expected, StringComparison.Ordinal), $"kubectl {string.Join(' ', arguments)} ended with {code}:\n{output}");
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/kubectl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[$"--server={_server.Address}", "--insecure-skip-tls-verify", "--token=admin/system:masters", $"--cache-dir={_home}", .. arguments]) { start.ArgumentList.Add(argument); }
        start.Environment["HOME"] = _home;
        start.Environment["KUBECONFIG"] = Path.Combine(_home, "none");
        start.Environment["CLOUDSDK_CONFIG"] = _home;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await error);
    }
}
