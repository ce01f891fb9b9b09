using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Orch.EndToEnd.Tests.Scenarios;

[Collection(ClusterTests.Name), Trait("Needs", "Docker")]
public sealed class OfficialClientTests(ClusterFixture cluster)
{
    private Kubernetes Connect() => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Cluster.Kubeconfig));

    [SkippableFact]
    public async Task Objects_are_created_read_replaced_patched_listed_and_deleted()
    {
        var scope = (await cluster.NamespaceAsync("client")).Namespace;
        using var client = Connect();

        var created = await client.CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "settings", Labels = new Dictionary<string, string> { ["kind"] = "test" } }, Data = new Dictionary<string, string> { ["a"] = "1" } }, scope);
        var read = await client.CoreV1.ReadNamespacedConfigMapAsync("settings", scope);
        Assert.Equal(created.Metadata.ResourceVersion, read.Metadata.ResourceVersion);

        read.Data["b"] = "2";
        var replaced = await client.CoreV1.ReplaceNamespacedConfigMapAsync(read, "settings", scope);
        Assert.Equal("2", replaced.Data["b"]);
        var conflict = await Assert.ThrowsAsync<HttpOperationException>(() => client.CoreV1.ReplaceNamespacedConfigMapAsync(read, "settings", scope));
        Assert.Equal(System.Net.HttpStatusCode.Conflict, conflict.Response.StatusCode);

        var merged = await client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch("""{"data":{"a":null,"c":"3"}}""", V1Patch.PatchType.MergePatch), "settings", scope);
        Assert.Equal(["b", "c"], merged.Data.Keys.Order());
        var json = await client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch("""[{"op":"replace","path":"/data/c","value":"4"}]""", V1Patch.PatchType.JsonPatch), "settings", scope);
        Assert.Equal("4", json.Data["c"]);
        var strategic = await client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch("""{"metadata":{"labels":{"more":"yes"}}}""", V1Patch.PatchType.StrategicMergePatch), "settings", scope);
        Assert.Equal(["kind", "more"], strategic.Metadata.Labels.Keys.Order());

        Assert.Single((await client.CoreV1.ListNamespacedConfigMapAsync(scope, labelSelector: "kind=test")).Items);
        await client.CoreV1.DeleteNamespacedConfigMapAsync("settings", scope);
        var absent = await Assert.ThrowsAsync<HttpOperationException>(() => client.CoreV1.ReadNamespacedConfigMapAsync("settings", scope));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, absent.Response.StatusCode);
        Assert.Contains("configmaps \\\"settings\\\" not found", absent.Response.Content, StringComparison.Ordinal);
        await client.CoreV1.DeleteNamespaceAsync(scope);
    }

    [SkippableFact]
    public async Task Changes_are_watched()
    {
        var scope = (await cluster.NamespaceAsync("watch")).Namespace;
        using var client = Connect();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var from = (await client.CoreV1.ListNamespacedSecretAsync(scope)).Metadata.ResourceVersion;
        var seen = new List<string>();
        var watch = Task.Run(async () =>
        {
            await foreach (var (kind, secret) in client.CoreV1.WatchListNamespacedSecretAsync(scope, resourceVersion: from, cancellationToken: limit.Token))
            {
                seen.Add($"{kind} {secret.Metadata.Name}");
                if (kind == WatchEventType.Deleted) { return; }
            }
        });

        await client.CoreV1.CreateNamespacedSecretAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = "word" }, StringData = new Dictionary<string, string> { ["w"] = "x" } }, scope);
        await client.CoreV1.PatchNamespacedSecretAsync(new V1Patch("""{"stringData":{"w":"y"}}""", V1Patch.PatchType.MergePatch), "word", scope);
        await client.CoreV1.DeleteNamespacedSecretAsync("word", scope);
        await watch.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["Added word", "Modified word", "Deleted word"], seen);
        await client.CoreV1.DeleteNamespaceAsync(scope);
    }

    [SkippableFact]
    public async Task Containers_are_entered_and_their_logs_read()
    {
        var kubectl = await ToolPod.StartAsync(cluster, "client");
        using var client = Connect();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        string? said = null;

        var code = await client.NamespacedPodExecAsync("tool", kubectl.Namespace, "main", ["sh", "-c", "head -n 1; exit 4"], false, async (input, output, _) =>
        {
            await input.WriteAsync("from outside\n"u8.ToArray(), limit.Token);
            using var reader = new StreamReader(output, Encoding.UTF8);
            said = await reader.ReadLineAsync(limit.Token);
        }, limit.Token);

        Assert.Equal("from outside", said);
        Assert.Equal(4, code);
        await using var log = await client.CoreV1.ReadNamespacedPodLogAsync("tool", kubectl.Namespace, cancellationToken: limit.Token);
        using var lines = new StreamReader(log);
        Assert.Equal("line 0", await lines.ReadLineAsync(limit.Token));
        await ToolPod.EndAsync(kubectl);
    }
}
