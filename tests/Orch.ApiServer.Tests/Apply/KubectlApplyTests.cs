using System.Diagnostics;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Apply;

/// <summary>Releases of kubectl that apply on the server's side, against a real server over HTTPS.</summary>
public sealed class KubectlApplyTests : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("orch-kubectl-apply").FullName;
    private TestServer _server = null!;
    private string _kubectl = string.Empty;

    public static TheoryData<string> Releases => ["kubectl", "kubectl.1.27", "kubectl.1.33"];

    public async Task InitializeAsync() => _server = await TestServer.ListenAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [SkippableTheory]
    [MemberData(nameof(Releases))]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_ServerSideApply_GoesAsWithUpstream(string release)
    {
        _kubectl = Find(release) ?? string.Empty;
        Skip.If(_kubectl.Length == 0, $"{release} is not installed");
        var file = Path.Combine(_home, "web.yaml");
        await File.WriteAllTextAsync(file, Manifest(2, "busybox:1"));

        // From the client's side to the server's.
        await OkAsync("deployment.apps/web created", "apply", "-f", file);
        await File.WriteAllTextAsync(file, Manifest(3, "busybox:1"));
        await OkAsync("deployment.apps/web serverside-applied", "apply", "--server-side", "-f", file);
        await OkAsync("deployment.apps/web serverside-applied", "apply", "--server-side", "-f", file);

        // kubectl makes the client-side applier's entry its own.
        var owners = await OwnersAsync();
        Assert.Contains("kubectl Apply ", owners);
        Assert.DoesNotContain("kubectl-client-side-apply Update ", owners);

        // A conflict, and its end.
        await OkAsync("deployment.apps/web scaled", "scale", "deployment", "web", "--replicas=5");
        await FailAsync($"Apply failed with 1 conflict: conflict with \"{release}\" with subresource \"scale\" using apps/v1: .spec.replicas", "apply", "--server-side", "-f", file);
        await OkAsync("deployment.apps/web serverside-applied", "apply", "--server-side", "--force-conflicts", "-f", file);
        await OkAsync("3", "get", "deployment", "web", "-o", "jsonpath={.spec.replicas}");

        // What would change, without a change.
        await File.WriteAllTextAsync(file, Manifest(3, "busybox:2"));
        var (code, difference) = await RunAsync("diff", "--server-side", "-f", file);
        Assert.True(code == 1 && difference.Contains("busybox:2", StringComparison.Ordinal), difference);
        await OkAsync("busybox:1", "get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}");

        await OkAsync("managedFields:", "get", "deployment", "web", "-o", "yaml", "--show-managed-fields");
        await OkAsync("deployment.apps/web serverside-applied (server dry run)", "apply", "--server-side", "--dry-run=server", "-f", file);
        await OkAsync("deployment.apps/web serverside-applied", "apply", "--server-side", "--field-manager=robot", "--force-conflicts", "-f", file);
        Assert.Contains("robot Apply ", await OwnersAsync());

        // And back to the client's side.
        await File.WriteAllTextAsync(file, Manifest(4, "busybox:2"));
        await OkAsync("deployment.apps/web configured", "apply", "-f", file);
        await FailAsync("field not declared in schema", "apply", "--server-side", "--validate=false", "-f", await WrongAsync());
    }

    private static string Manifest(int replicas, string image) => $$$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: default}
        spec:
          replicas: {{{{replicas}}}}
          selector: {matchLabels: {app: web}}
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: "{{{{image}}}}"}]}}
        """;

    private static string? Find(string release)
    {
        const string Installed = "/usr/bin/kubectl";
        if (!File.Exists(Installed)) { return null; }
        if (release == "kubectl") { return Installed; }
        var real = File.ResolveLinkTarget(Installed, returnFinalTarget: true)?.FullName ?? Installed;
        var path = Path.Combine(Path.GetDirectoryName(real)!, release);
        return File.Exists(path) ? path : null;
    }

    private async Task<string> WrongAsync()
    {
        var file = Path.Combine(_home, "wrong.yaml");
        await File.WriteAllTextAsync(file, Manifest(1, "busybox:1").Replace("replicas", "replicaz", StringComparison.Ordinal));
        return file;
    }

    private async Task<List<string>> OwnersAsync()
    {
        var (_, text) = await RunAsync("get", "deployment", "web", "--show-managed-fields", "-o", "jsonpath={range .metadata.managedFields[*]}{.manager} {.operation} {.subresource}{\"\\n\"}{end}");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private async Task OkAsync(string expected, params string[] arguments)
    {
        var (code, output) = await RunAsync(arguments);
        Assert.True(code == 0 && output.Contains(expected, StringComparison.Ordinal), $"kubectl {string.Join(' ', arguments)} ended with {code}:\n{output}");
    }

    private async Task FailAsync(string expected, params string[] arguments)
    {
        var (code, output) = await RunAsync(arguments);
        Assert.True(code != 0 && output.Contains(expected, StringComparison.Ordinal), $"kubectl {string.Join(' ', arguments)} ended with {code}:\n{output}");
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(_kubectl) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[$"--server={_server.Address}", "--insecure-skip-tls-verify", "--token=admin/system:masters", $"--cache-dir={_home}/cache", .. arguments]) { start.ArgumentList.Add(argument); }
        start.Environment["HOME"] = _home;
        start.Environment["KUBECONFIG"] = Path.Combine(_home, "none");
        start.Environment["CLOUDSDK_CONFIG"] = _home;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await error);
    }
}
