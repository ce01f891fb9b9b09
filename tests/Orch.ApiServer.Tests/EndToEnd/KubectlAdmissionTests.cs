using System.Diagnostics;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary>What admission says, as the installed kubectl shows it.</summary>
public sealed class KubectlAdmissionTests : IAsyncLifetime
{
    private const string Manifest = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: default, namespace: demo}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: demo}
        spec:
          selector: {matchLabels: {app: web}}
          template: {metadata: {labels: {app: web}}, spec: {hostNetwork: true, containers: [{name: c, image: "busybox:1"}]}}
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
    public async Task Kubectl_ShowsWarningsAndRefusals()
    {
        Skip.If(!File.Exists("/usr/bin/kubectl"), "kubectl is not installed at /usr/bin/kubectl");
        var file = Path.Combine(_home, "manifest.yaml");
        await File.WriteAllTextAsync(file, Manifest);
        await ExpectAsync(0, "namespace/demo created", "create", "namespace", "demo");
        await ExpectAsync(0, "namespace/demo labeled", "label", "namespace", "demo", "pod-security.kubernetes.io/warn=baseline", "pod-security.kubernetes.io/enforce=baseline");

        await ExpectAsync(0, "Warning: would violate PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)\n", "apply", "-f", file);
        await ExpectAsync(0, "deployment.apps/web", "get", "deployments", "-n", "demo", "-o", "name");
        await ExpectAsync(
            1, "Error from server (Forbidden): pods \"shell\" is forbidden: violates PodSecurity \"baseline:latest\": privileged (container \"shell\" must not set securityContext.privileged=true)",
            "run", "shell", "--image=busybox:1", "--privileged", "-n", "demo");
        await ExpectAsync(0, "pod/fine created", "run", "fine", "--image=busybox:1", "-n", "demo");
        await ExpectAsync(
            0, "Warning: existing pods in namespace \"demo\" violate the new PodSecurity enforce level \"restricted:latest\"\nWarning: fine: allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile",
            "label", "namespace", "demo", "pod-security.kubernetes.io/enforce=restricted", "--overwrite");
        await ExpectAsync(1, "is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"odd\": must be one of privileged, baseline, restricted",
            "label", "namespace", "demo", "pod-security.kubernetes.io/enforce=odd", "--overwrite");
    }

    private async Task ExpectAsync(int code, string expected, params string[] arguments)
    {
        var (actual, output) = await RunAsync(arguments);
        Assert.True(actual == code && output.Contains(expected, StringComparison.Ordinal), $"kubectl {string.Join(' ', arguments)} ended with {actual}:\n{output}");
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/kubectl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[$"--server={_server.Address}", "--insecure-skip-tls-verify", "--token=admin/system:masters", $"--cache-dir={_home}", .. arguments]) { start.ArgumentList.Add(argument); }
        start.Environment["HOME"] = _home;
        start.Environment["KUBECONFIG"] = Path.Combine(_home, "none");
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await error + await output);
    }
}
