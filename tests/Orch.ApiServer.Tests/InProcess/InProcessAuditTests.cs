using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.InProcess;

/// <summary>Calls of typed clients in the process are recorded as requests are.</summary>
public sealed class InProcessAuditTests : IDisposable
{
    private const string Policy = """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
        - level: None
          users: [quiet]
        - level: Metadata
          resources: [{group: "", resources: [secrets]}]
        - level: RequestResponse
          resources: [{group: "", resources: [configmaps, serviceaccounts/token]}]
          namespaces: [default]
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("orch-audit").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Log_CallsInTheProcess_AreThereAsRequestsAre()
    {
        var log = Path.Combine(_folder, "audit.log");
        await File.WriteAllTextAsync(Path.Combine(_folder, "policy.yaml"), Policy);
        await using (var server = await TestServer.StartAsync(options =>
        {
            options.Audit.PolicyFile = Path.Combine(_folder, "policy.yaml");
            options.Audit.LogPath = log;
        }))
        {
            var secrets = server.Admin.Resource<V1Secret>();
            var maps = server.Admin.Resource<V1ConfigMap>();
            await secrets.CreateAsync(new V1Secret { Metadata = Meta("s"), Data = new Dictionary<string, byte[]> { ["k"] = "hush-hush"u8.ToArray() } }, default);
            await maps.CreateAsync(new V1ConfigMap { Metadata = Meta("c"), Data = new Dictionary<string, string> { ["k"] = "v" } }, default);
            await maps.PatchAsync(new ObjectKey("default", "c"), new ResourcePatch(PatchKind.Merge, """{"data":{"k":"w"}}"""u8.ToArray()), default);
            await maps.ListAsync(new ListRequest { Namespace = "default", LabelSelector = "a=b" }, default);
            await Assert.ThrowsAsync<ApiException>(() => maps.GetAsync(new ObjectKey("default", "none"), default));
            await Assert.ThrowsAsync<ApiException>(() => server.Client(ClientIdentity.Component("joe")).Resource<V1ConfigMap>().DeleteAsync(new ObjectKey("default", "c"), DeleteRequest.Default, default));
            await Assert.ThrowsAsync<ApiException>(() => server.Client(ClientIdentity.Component("quiet")).Resource<V1Secret>().GetAsync(new ObjectKey("default", "s"), default));
            using var stop = new CancellationTokenSource();
            await foreach (var change in maps.WatchAsync(new WatchRequest(string.Empty) { Namespace = "default" }, stop.Token)) { if (change.Object!.Metadata.Name == "c") { break; } }
        }

        var text = await File.ReadAllTextAsync(log);
        Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("hush-hush"u8), text, StringComparison.Ordinal);
        var events = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement).Where(static item => Text(item.GetProperty("user"), "username") is "kubernetes-admin" or "joe").ToList();
        Assert.Equal(
            [
                "Metadata ResponseComplete create secrets/ 201", "RequestResponse ResponseComplete create configmaps/c 201", "RequestResponse ResponseComplete patch configmaps/c 200",
                "RequestResponse ResponseComplete list configmaps/ 200", "RequestResponse ResponseComplete get configmaps/none 404", "RequestResponse ResponseComplete delete configmaps/c 403",
                "RequestResponse ResponseStarted watch configmaps/ 200", "RequestResponse ResponseComplete watch configmaps/ 200",
            ],
            events.Select(static item => $"{Text(item, "level")} {Text(item, "stage")} {Text(item, "verb")} {Text(item.GetProperty("objectRef"), "resource")}/{Text(item.GetProperty("objectRef"), "name")} {item.GetProperty("responseStatus").GetProperty("code")}"));
        Assert.Equal("v", Text(events[1].GetProperty("requestObject").GetProperty("data"), "k"));
        Assert.Equal("w", Text(events[2].GetProperty("responseObject").GetProperty("data"), "k"));
        Assert.Equal("/api/v1/namespaces/default/configmaps?labelSelector=a%3Db", Text(events[3], "requestURI"));
        Assert.Equal("Status", Text(events[4].GetProperty("responseObject"), "kind"));
        Assert.Equal("forbid", Text(events[5].GetProperty("annotations"), "authorization.k8s.io/decision"));
        Assert.Equal("allow", Text(events[1].GetProperty("annotations"), "authorization.k8s.io/decision"));
        Assert.Equal("::1", events[1].GetProperty("sourceIPs")[0].GetString());
        Assert.Equal("orch/in-process", Text(events[1], "userAgent"));
    }

    private static V1ObjectMeta Meta(string name) => new() { Name = name, NamespaceProperty = "default" };

    private static string Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.GetString() ?? string.Empty : string.Empty;
}
