using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Storage;
using Orch.Store.Memory;

namespace Orch.ApiServer.Tests.Encryption;

/// <summary>One object that cannot be read hurts nobody but those who ask for it.</summary>
public sealed class UnreadableTests
{
    private const string Path = "/api/v1/namespaces/default/secrets";
    private const string Key = "/registry/core/secrets/default/bad";
    private const string Option = "ignoreStoreReadErrorWithClusterBreakingPotential";
    private const string Fault = Key + " is encrypted by a provider or key that the encryption configuration does not have; add it after the first.";
    private const string Refusal = "Internal error occurred: StorageError: corrupt object, Code: 7, Key: " + Key + ", ResourceVersion: 0, AdditionalErrorMsg: data from the storage is not transformable: " + Fault;

    [Fact]
    public async Task Start_WithIt_ServesEverythingElseAndNamesIt()
    {
        await using var server = await StartAsync();
        using var client = server.Http();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Path + "/good")).StatusCode);
        await RefusedAsync(await client.GetAsync(Path + "/bad"));
        await RefusedAsync(await client.GetAsync(Path + "/bad?resourceVersion=0"));

        using var list = await client.GetAsync(Path);
        Assert.Equal(["good"], await NamesAsync(list));
        Assert.Equal($"299 - \"secrets \\\"default/bad\\\" cannot be read: {Fault}\"", Assert.Single(list.Headers.GetValues("Warning")));
        using var all = await client.GetAsync("/api/v1/secrets?limit=1");
        Assert.Equal(["good"], await NamesAsync(all));
        Assert.True(all.Headers.Contains("Warning"));
        using var elsewhere = await client.GetAsync("/api/v1/namespaces/kube-system/secrets");
        Assert.False(elsewhere.Headers.Contains("Warning"));
        using var pods = await client.GetAsync("/api/v1/pods");
        Assert.False(pods.Headers.Contains("Warning"));
    }

    [Fact]
    public async Task Writes_ToIt_AreRefused()
    {
        await using var server = await StartAsync();
        using var client = server.Http();
        var body = Json("bad");
        await RefusedAsync(await client.PutAsync(Path + "/bad", new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } }));
        using var patch = new HttpRequestMessage(HttpMethod.Patch, Path + "/bad") { Content = new StringContent("{}", Encoding.UTF8, "application/merge-patch+json") };
        await RefusedAsync(await client.SendAsync(patch));
        using var apply = new HttpRequestMessage(HttpMethod.Patch, Path + "/bad?fieldManager=me") { Content = new StringContent("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"bad\"}}", Encoding.UTF8, "application/apply-patch+yaml") };
        await RefusedAsync(await client.SendAsync(apply));
        await RefusedAsync(await client.DeleteAsync(new Uri(Path + "/bad", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.Conflict, (await client.PostAsync(Path, new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } })).StatusCode);
        await RefusedAsync(await client.DeleteAsync(new Uri(Path, UriKind.Relative)));
        Assert.Empty(await NamesAsync(await client.GetAsync(Path)));
    }

    [Fact]
    public async Task Delete_WithTheOption_RemovesItForWhoMay()
    {
        await using var server = await StartAsync();
        using var client = server.Http();
        using var other = server.Http("eve/");
        await GrantAsync(server, "eve");
        var refused = await DeleteAsync(other, "bad");
        Assert.Equal((HttpStatusCode.Forbidden, "secrets \"bad\" is forbidden: not permitted to do \"unsafe-delete-ignore-read-errors\", reason: "), (refused.Code, refused.Message));

        var readable = await DeleteAsync(client, "good");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, $"secrets \"good\" is invalid: {Option}: Invalid value: true: is exclusively used to delete corrupt object(s), try again by removing this option"), (readable.Code, readable.Message));
        var mixed = await DeleteAsync(client, "bad", ",\"gracePeriodSeconds\":0,\"propagationPolicy\":\"Background\",\"dryRun\":[\"All\"],\"preconditions\":{\"uid\":\"u\"}");
        Assert.Equal(
            $"DeleteOptions.meta.k8s.io \"\" is invalid: [{string.Join(", ", new[] { "dryRun", "propagationPolicy", "gracePeriodSeconds", "preconditions" }.Select(static name => $"{Option}: Invalid value: true: cannot be set together with .{name}"))}]",
            mixed.Message);
        var collection = await DeleteAsync(client, string.Empty);
        Assert.Equal($"DeleteOptions.meta.k8s.io \"\" is invalid: {Option}: Invalid value: true: is not allowed with DELETECOLLECTION, try again after removing the option", collection.Message);

        Assert.Equal(HttpStatusCode.OK, (await DeleteAsync(client, "bad")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(Path + "/bad")).StatusCode);
        using var list = await client.GetAsync(Path);
        Assert.False(list.Headers.Contains("Warning"));
        Assert.Equal(["good"], await NamesAsync(list));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await DeleteAsync(client, "bad")).Code);
    }

    [Fact]
    public async Task Namespace_WithIt_StaysUntilItIsRemoved()
    {
        await using var server = await StartAsync("/registry/core/secrets/doomed/bad");
        using var client = server.Http();
        await server.Admin.Resource<V1Namespace>().CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "doomed" } }, CancellationToken.None);
        await client.DeleteAsync(new Uri("/api/v1/namespaces/doomed", UriKind.Relative));
        var finalize = JsonContent.Create(new { apiVersion = "v1", kind = "Namespace", metadata = new { name = "doomed" }, spec = new { } });
        using var refused = await client.PutAsync("/api/v1/namespaces/doomed/finalize", finalize);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("it still has an object that cannot be read", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await DeleteAsync(client, "bad", path: "/api/v1/namespaces/doomed/secrets")).Code);
        await server.CaughtUpAsync();
        using var done = await client.PutAsync("/api/v1/namespaces/doomed/finalize", JsonContent.Create(new { apiVersion = "v1", kind = "Namespace", metadata = new { name = "doomed" }, spec = new { } }));
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/api/v1/namespaces/doomed")).StatusCode);
    }

    // As when another server has a key already that this one gets in a moment.
    [Fact]
    public async Task Change_ThatCannotBeRead_LeavesWatchersWithTheLastReadableState()
    {
        await using var server = await StartAsync();
        using var client = server.Http();
        var inner = server.Services.GetRequiredService<MemoryStore>();
        await inner.CommitAsync(CommitRequest.Create("/registry/core/secrets/default/late", Json("late")), CancellationToken.None);
        Assert.Equal(["good", "late"], await NamesAsync(await client.GetAsync(Path)));
        await inner.CommitAsync(new CommitRequest([], [StoreWrite.Put("/registry/core/secrets/default/late", "k8s:enc:aesgcm:v1:elsewhere:xxxx"u8.ToArray())]), CancellationToken.None);
        using var list = await client.GetAsync(Path);
        Assert.Equal(["good", "late"], await NamesAsync(list));
        Assert.Equal(2, list.Headers.GetValues("Warning").Count());
        await RefusedAsync(await client.GetAsync(Path + "/late"), "late");
        await inner.CommitAsync(new CommitRequest([], [StoreWrite.Put("/registry/core/secrets/default/late", Json("late"))]), CancellationToken.None);
        Assert.Equal(["good", "late"], await NamesAsync(await client.GetAsync(Path)));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Path + "/late")).StatusCode);
    }

    [Fact]
    public async Task Value_ThatIsNoObject_IsTreatedAlikeWithoutEncryption()
    {
        await using var server = await StartAsync(Key, "k8s\0protobuf"u8.ToArray(), isEncrypted: false);
        using var client = server.Http();
        using var list = await client.GetAsync(Path);
        Assert.Equal(["good"], await NamesAsync(list));
        Assert.Equal($"299 - \"secrets \\\"default/bad\\\" cannot be read: {Key} does not hold a JSON object.\"", Assert.Single(list.Headers.GetValues("Warning")));
        Assert.Equal(HttpStatusCode.OK, (await DeleteAsync(client, "bad")).Code);
    }

    private static async Task RefusedAsync(HttpResponseMessage answer, string name = "bad")
    {
        using (answer)
        {
            using var status = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Equal((HttpStatusCode.InternalServerError, Refusal.Replace("/bad", "/" + name, StringComparison.Ordinal)), (answer.StatusCode, status.RootElement.GetProperty("message").GetString()));
        }
    }

    private static async Task<List<string>> NamesAsync(HttpResponseMessage answer)
    {
        using var list = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return [.. list.RootElement.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("metadata").GetProperty("name").GetString()!)];
    }

    private static async Task<(HttpStatusCode Code, string? Message)> DeleteAsync(HttpClient client, string name, string more = "", string path = Path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, name.Length == 0 ? path : $"{path}/{name}")
        {
            Content = new StringContent($"{{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"{Option}\":true{more}}}", Encoding.UTF8, "application/json"),
        };
        using var answer = await client.SendAsync(request);
        using var status = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, status.RootElement.TryGetProperty("message", out var message) ? message.GetString() : null);
    }

    private static async Task GrantAsync(TestServer server, string user)
    {
        await server.Admin.Resource<V1ClusterRole>().CreateAsync(
            new V1ClusterRole { Metadata = new V1ObjectMeta { Name = "deleter" }, Rules = [new V1PolicyRule { ApiGroups = [""], Resources = ["secrets"], Verbs = ["delete", "get"] }] }, CancellationToken.None);
        await server.Admin.Resource<V1ClusterRoleBinding>().CreateAsync(
            new V1ClusterRoleBinding
            {
                Metadata = new V1ObjectMeta { Name = "deleter" },
                RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = "deleter" },
                Subjects = [new Rbacv1Subject { Kind = "User", Name = user, ApiGroup = "rbac.authorization.k8s.io" }],
            },
            CancellationToken.None);
        await server.CaughtUpAsync();
    }

    private static byte[] Json(string name)
        => Encoding.UTF8.GetBytes($$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"{{name}}","namespace":"default","uid":"u"},"type":"Opaque"}""");

    private static Task<TestServer> StartAsync(string key = Key, byte[]? bad = null, bool isEncrypted = true) => TestServer.ListenAsync(null, services =>
    {
        services.AddSingleton<IHostedService>(provider => new Filler(provider.GetRequiredService<MemoryStore>(), key, bad ?? "k8s:enc:aesgcm:v1:nobody:xxxx"u8.ToArray()));
        if (!isEncrypted) { return; }
        services.AddOrchEncryptionAtRest(static options => options.Configuration =
            "kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources: [{resources: [secrets], providers: [{identity: {}}, {aesgcm: {keys: [{name: one, secret: c2VjcmV0IGlzIHNlY3VyZQ==}]}}]}]");
    });

    /// <summary>Puts values into the store before the server reads it.</summary>
    private sealed class Filler(MemoryStore store, string key, byte[] bad) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await store.CommitAsync(CommitRequest.Create(key, bad), cancellationToken);
            await store.CommitAsync(CommitRequest.Create("/registry/core/secrets/default/good", Json("good")), cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
