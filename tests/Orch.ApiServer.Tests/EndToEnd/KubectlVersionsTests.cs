using System.Diagnostics;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary>Every version of kubectl that lies beside the installed one, with the verbs that people use most.</summary>
public sealed class KubectlVersionsTests : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("orch-kubectl").FullName;
    private TestServer _server = null!;

    public static TheoryData<string> Versions
    {
        get
        {
            var data = new TheoryData<string>();
            if (Find() is { } kubectl)
            {
                foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(kubectl)!, "kubectl.1.*").Order(StringComparer.Ordinal)) { data.Add(file); }
            }

            if (data.Count == 0) { data.Add(string.Empty); }
            return data;
        }
    }

    public async Task InitializeAsync() => _server = await TestServer.ListenAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_OfAnyVersion_DoesTheCommonVerbs(string kubectl)
    {
        Skip.If(kubectl.Length == 0, "no kubectl.1.* lies beside kubectl");
        var file = Path.Combine(_home, "map.yaml");
        await File.WriteAllTextAsync(file, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {x: '1'}\n");
        await OkAsync(kubectl, "configmap/m created", "apply", "-f", file);
        await File.WriteAllTextAsync(file, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {x: '2'}\n");
        await OkAsync(kubectl, "configmap/m configured", "apply", "-f", file);
        await OkAsync(kubectl, "2", "get", "configmap", "m", "-o", "jsonpath={.data.x}");
        await OkAsync(kubectl, "NAME", "get", "configmaps", "--chunk-size=1");
        await OkAsync(kubectl, "deployment.apps/web created", "create", "deployment", "web", "--image=busybox:1");
        await OkAsync(kubectl, "deployment.apps/web scaled", "scale", "deployment", "web", "--replicas=3");
        await OkAsync(kubectl, "0/3", "get", "deployments");
        await OkAsync(kubectl, "labeled", "label", "deployment", "web", "a=b");
        await OkAsync(kubectl, "RollingUpdateStrategy", "describe", "deployment", "web");
        await OkAsync(kubectl, "m ", "get", "configmap", "m", "--watch", "--request-timeout=2s");
        await OkAsync(kubectl, "configmap \"m\" deleted", "delete", "configmap", "m");
        var (code, output) = await RunAsync(kubectl, "get", "configmap", "m");
        Assert.True(code == 1 && output.Contains("Error from server (NotFound): configmaps \"m\" not found", StringComparison.Ordinal), output);
    }

    private static string? Find()
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator))
        {
            var file = new FileInfo(Path.Combine(folder, "kubectl"));
            if (file.Exists) { return (file.ResolveLinkTarget(returnFinalTarget: true) ?? file).FullName; }
        }

        return null;
    }

    private async Task OkAsync(string kubectl, string expected, params string[] arguments)
    {
        var (_, output) = await RunAsync(kubectl, arguments);
        Assert.True(output.Contains(expected, StringComparison.Ordinal), $"{kubectl} {string.Join(' ', arguments)}:\n{output}");
    }

    private async Task<(int Code, string Output)> RunAsync(string kubectl, params string[] arguments)
    {
        var start = new ProcessStartInfo(kubectl) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[$"--server={_server.Address}", "--insecure-skip-tls-verify", "--token=admin/system:masters", $"--cache-dir={_home}", .. arguments]) { start.ArgumentList.Add(argument); }
        start.Environment["HOME"] = _home;
        start.Environment["KUBECONFIG"] = Path.Combine(_home, "none");
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await error);
    }
}
