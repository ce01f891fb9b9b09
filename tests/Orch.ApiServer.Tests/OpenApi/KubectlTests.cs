using k8s.Models;
using Orch.Testing.Kubectl;

namespace Orch.ApiServer.Tests.OpenApi;

/// <summary>Runs every kubectl that is installed against our schemas, decoder and patcher.</summary>
[Trait("Needs", "kubectl")]
public sealed class KubectlTests : IDisposable
{
    private const string Path = "/apis/apps/v1/namespaces/default/deployments/web";
    private readonly Kubectl _kubectl = new();

    public static TheoryData<string> Versions
    {
        get
        {
            var data = new TheoryData<string>();
            const string Folder = "/usr/lib/google-cloud-sdk/bin";
            foreach (var file in Directory.Exists(Folder) ? Directory.GetFiles(Folder, "kubectl.1.*") : []) { data.Add(file); }
            foreach (var file in new[] { "/usr/bin/kubectl", "/usr/local/bin/kubectl" }.Where(file => data.Count == 0 && File.Exists(file))) { data.Add(file); }
            foreach (var file in ClientCache.Kubectls()) { data.Add(file); }
            if (data.Count == 0) { data.Add(string.Empty); }
            return data;
        }
    }

    public void Dispose() => _kubectl.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    public async Task Explain_ShowsTypesAndTexts(string kubectl)
    {
        var (code, output) = await RunAsync(kubectl, "explain", "deployment.spec.template.spec.restartPolicy");
        Assert.True(code == 0, output);
        Assert.Contains("Restart policy for all containers within the pod.", output.Replace("\n", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        (code, output) = await RunAsync(kubectl, "explain", "pods", "--recursive");
        Assert.True(code == 0, output);
        Assert.Contains("terminationGracePeriodSeconds", output, StringComparison.Ordinal);
        (code, output) = await RunAsync(kubectl, "explain", "deployment.spec.strategy", "--output=plaintext-openapiv2");
        Assert.True(code == 0, output);
        Assert.Contains("rollingUpdate", output, StringComparison.Ordinal);
        Assert.Contains(_kubectl.Server.Requests, static request => request.StartsWith("GET /openapi/v2", StringComparison.Ordinal) && request.Contains("protobuf", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    public async Task Create_RefusesUnknownFields(string kubectl)
    {
        var (code, output) = await RunAsync(kubectl, "create", "--validate=strict", "-f", Write(Manifest.Replace("replicas", "replicaz", StringComparison.Ordinal)));
        Assert.NotEqual(0, code);
        Assert.Contains("unknown field \"spec.replicaz\"", output, StringComparison.Ordinal);
        Assert.Contains(_kubectl.Server.Requests, static request => request.Contains("fieldValidation=Strict", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    public async Task Apply_ThreeTimes_MergesByKey(string kubectl)
    {
        var (code, output) = await RunAsync(kubectl, "apply", "-f", Write(Manifest));
        Assert.True(code == 0, output);
        // Someone else adds a container and an environment variable; apply must keep both.
        var live = _kubectl.Server.Stored<V1Deployment>(Path);
        live.Spec.Template.Spec.Containers.Add(new V1Container { Name = "sidecar", Image = "s" });
        live.Spec.Template.Spec.Containers[0].Env.Add(new V1EnvVar { Name = "INJECTED", Value = "1" });
        _kubectl.Server.Store(Path, Serialization.ApiJson.Serialize(live));

        (code, output) = await RunAsync(kubectl, "apply", "-f", Write(Manifest
            .Replace("value: old", "value: new", StringComparison.Ordinal)
            .Replace("        - name: GONE\n          value: x\n", string.Empty, StringComparison.Ordinal)
            .Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal)
            .Replace("emptyDir: {}", "hostPath:\n          path: /x", StringComparison.Ordinal)));
        Assert.True(code == 0, output);
        Assert.Contains("deployment.apps/web configured", output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);
        var patched = _kubectl.Server.Stored<V1Deployment>(Path);
        Assert.Equal(3, patched.Spec.Replicas);
        Assert.Equal(["web", "sidecar"], patched.Spec.Template.Spec.Containers.Select(static item => item.Name));
        Assert.Equal(["KEPT=new", "INJECTED=1"], patched.Spec.Template.Spec.Containers[0].Env.Select(static item => $"{item.Name}={item.Value}"));
        var volume = Assert.Single(patched.Spec.Template.Spec.Volumes);
        Assert.Equal("/x", volume.HostPath?.Path);
        Assert.Null(volume.EmptyDir);
        Assert.Contains(_kubectl.Server.Requests, static request => request.StartsWith("PATCH", StringComparison.Ordinal) && request.Contains("application/strategic-merge-patch+json", StringComparison.Ordinal));
    }

    private const string Manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: default
        spec:
          replicas: 2
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              volumes:
              - name: v
                emptyDir: {}
              containers:
              - name: web
                image: web:1
                env:
                - name: KEPT
                  value: old
                - name: GONE
                  value: x
                volumeMounts:
                - name: v
                  mountPath: /v

        """;

    private string Write(string text) => _kubectl.Write(text);

    private Task<(int Code, string Output)> RunAsync(string kubectl, params string[] arguments) => _kubectl.RunAsync(kubectl, arguments);
}
