using System.Diagnostics;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary><c>kubectl auth</c> against a real server over HTTPS.</summary>
public sealed class KubectlAuthTests : IAsyncLifetime
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
    public async Task Kubectl_AuthCommands_GoAsWithUpstream()
    {
        Skip.If(!File.Exists("/usr/bin/kubectl"), "kubectl is not installed at /usr/bin/kubectl");
        var file = Path.Combine(_home, "policy.yaml");
        await File.WriteAllTextAsync(file, Policy);

        await OkAsync("role.rbac.authorization.k8s.io/reader reconciled", "admin/system:masters", "auth", "reconcile", "-f", file);
        await OkAsync("reader   Role/reader", "admin/system:masters", "get", "rolebindings");
        await OkAsync("Username    jane", "jane/devs", "auth", "whoami");
        await OkAsync("[devs system:authenticated]", "jane/devs", "auth", "whoami");
        await OkAsync("yes", "jane/devs", "auth", "can-i", "get", "pods");
        await OkAsync("yes", "jane/devs", "auth", "can-i", "get", "pods/log");
        await OkAsync("yes", "jane/devs", "auth", "can-i", "update", "deployments.apps/web");
        await OkAsync("yes", "jane/devs", "auth", "can-i", "get", "/version");
        await NoAsync("no", "jane/devs", "auth", "can-i", "get", "/metrics");
        await NoAsync("no", "jane/devs", "auth", "can-i", "update", "deployments.apps");
        await NoAsync("no", "jane/devs", "auth", "can-i", "get", "pods", "-n", "kube-system");
        await OkAsync("yes", "admin/system:masters", "auth", "can-i", "list", "pods", "--as=jane", "--as-group=devs");
        var list = await OkAsync("pods/log", "jane/devs", "auth", "can-i", "--list");
        Assert.Matches(@"pods\s+\[\]\s+\[\]\s+\[get list\]", list);
        Assert.Matches(@"deployments\.apps\s+\[\]\s+\[web\]\s+\[update\]", list);
        Assert.Matches(@"\[/version\]\s+\[\]\s+\[get\]", list);
        await NoAsync("Error from server (Forbidden): secrets is forbidden: User \"jane\" cannot list resource \"secrets\" in API group \"\" in the namespace \"default\"", "jane/devs", "get", "secrets");
    }

    private async Task<string> OkAsync(string expected, string token, params string[] arguments)
    {
        var (code, output) = await RunAsync(token, arguments);
        Assert.True(code == 0 && output.Contains(expected, StringComparison.Ordinal), $"kubectl {string.Join(' ', arguments)} ended with {code}:\n{output}");
        return output;
    }

    private async Task NoAsync(string expected, string token, params string[] arguments)
    {
        var (code, output) = await RunAsync(token, arguments);
        Assert.True(code == 1 && output.Contains(expected, StringComparison.Ordinal), $"kubectl {string.Join(' ', arguments)} ended with {code}:\n{output}");
    }

    private async Task<(int Code, string Output)> RunAsync(string token, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/kubectl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[$"--server={_server.Address}", "--insecure-skip-tls-verify", $"--token={token}", $"--cache-dir={_home}", .. arguments]) { start.ArgumentList.Add(argument); }
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
