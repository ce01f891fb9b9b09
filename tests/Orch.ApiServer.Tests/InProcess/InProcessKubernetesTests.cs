using k8s;
using k8s.Autorest;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.InProcess;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.InProcess;

/// <summary>The official client on a server that does not even listen.</summary>
public sealed class InProcessKubernetesTests : IAsyncLifetime
{
    private readonly RecordingPlugin _plugin = new();
    private TestServer _server = null!;
    private IKubernetes _client = null!;

    private InProcessKubernetes Road => _server.Services.GetRequiredService<InProcessKubernetes>();

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(null, services => services.AddSingleton<IAdmissionPlugin>(_plugin));
        _client = Road.CreateClient(ClientIdentity.Admin);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Objects_AreMadeReadChangedListedAndDeleted()
    {
        var made = await _client.CoreV1.CreateNamespacedConfigMapAsync(Map("a", "1"), "default");
        Assert.NotNull(made.Metadata.Uid);
        Assert.Equal("1", (await _client.CoreV1.ReadNamespacedConfigMapAsync("a", "default")).Data["x"]);

        made.Data["x"] = "2";
        Assert.Equal("2", (await _client.CoreV1.ReplaceNamespacedConfigMapAsync(made, "a", "default")).Data["x"]);
        var patched = await _client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch("""{"data":{"y":"3"}}""", V1Patch.PatchType.MergePatch), "a", "default");
        Assert.Equal(("2", "3"), (patched.Data["x"], patched.Data["y"]));

        await _client.CoreV1.CreateNamespacedConfigMapAsync(Map("b", "1"), "default");
        var page = await _client.CoreV1.ListNamespacedConfigMapAsync("default", limit: 1);
        var next = await _client.CoreV1.ListNamespacedConfigMapAsync("default", limit: 1, continueParameter: page.Metadata.ContinueProperty);
        Assert.Equal(("a", "b"), (page.Items.Single().Metadata.Name, next.Items.Single().Metadata.Name));

        await _client.CoreV1.DeleteNamespacedConfigMapAsync("a", "default");
        var error = await Assert.ThrowsAsync<HttpOperationException>(() => _client.CoreV1.ReadNamespacedConfigMapAsync("a", "default"));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, error.Response.StatusCode);
        Assert.Contains("configmaps \\\"a\\\" not found", error.Response.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stale_Update_IsAConflict()
    {
        var made = await _client.CoreV1.CreateNamespacedConfigMapAsync(Map("a", "1"), "default");
        made.Metadata.ResourceVersion = "1";
        var error = await Assert.ThrowsAsync<HttpOperationException>(() => _client.CoreV1.ReplaceNamespacedConfigMapAsync(made, "a", "default"));
        Assert.Equal(System.Net.HttpStatusCode.Conflict, error.Response.StatusCode);
    }

    [Fact]
    public async Task Watch_Streams_UntilItIsLeft()
    {
        var channel = System.Threading.Channels.Channel.CreateUnbounded<string>();
        using var stop = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            await foreach (var (type, item) in _client.CoreV1.WatchListNamespacedConfigMapAsync("default", cancellationToken: stop.Token)) { channel.Writer.TryWrite($"{type} {item.Metadata.Name}"); }
        });
        await _client.CoreV1.CreateNamespacedConfigMapAsync(Map("a", "1"), "default");
        Assert.Equal("Added a", await channel.Reader.ReadAsync().AsTask().Within("the creation"));
        await _client.CoreV1.DeleteNamespacedConfigMapAsync("a", "default");
        Assert.Equal("Deleted a", await channel.Reader.ReadAsync().AsTask().Within("the deletion"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching.Within("the watch to end"));
    }

    [Fact]
    public async Task Watch_LeftByItsReader_EndsAtTheServer()
    {
        using var http = new HttpClient(Road.CreateHandler(ClientIdentity.Admin)) { BaseAddress = new Uri("http://any") };
        var cache = _server.Services.GetRequiredService<Orch.ApiServer.Caching.StoreMirror>().CacheOf("/registry/core/configmaps/");
        var response = await http.GetAsync(new Uri("/api/v1/configmaps?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead).Within("the headers");
        Assert.Equal(1, cache.WatchCount);
        response.Dispose();
        await Patience.UntilAsync(() => cache.WatchCount == 0, "the watch to be gone");
    }

    [Fact]
    public async Task Stop_EndsWatches()
    {
        var server = await TestServer.StartAsync();
        using var http = new HttpClient(server.Services.GetRequiredService<InProcessKubernetes>().CreateHandler(ClientIdentity.Admin)) { BaseAddress = new Uri("http://any") };
        using var response = await http.GetAsync(new Uri("/api/v1/configmaps?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await server.DisposeAsync().AsTask().Within("the server to stop");
        while (await reader.ReadLineAsync().Within("the watch to end") is { } line) { Assert.StartsWith("{\"type\":\"ADDED\"", line, StringComparison.Ordinal); }
    }

    [Fact]
    public async Task LargeList_IsReadAtTheClientsPace()
    {
        for (var number = 0; number < 40; number++) { await _client.CoreV1.CreateNamespacedConfigMapAsync(Map($"m-{number}", new string('x', 20_000)), "default"); }
        Assert.Equal(40, (await _client.CoreV1.ListNamespacedConfigMapAsync("default")).Items.Count);
        using var http = new HttpClient(Road.CreateHandler(ClientIdentity.Admin)) { BaseAddress = new Uri("http://any") };
        // Left in the middle: nothing hangs and nothing is logged as a fault.
        using var response = await http.GetAsync(new Uri("/api/v1/configmaps", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(10, await (await response.Content.ReadAsStreamAsync()).ReadAtLeastAsync(new byte[10], 10));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Identity_ThatMayNot_IsDenied(bool overHttp)
    {
        var nobody = new ClientIdentity("nobody", []);
        if (overHttp)
        {
            using var client = Road.CreateClient(nobody);
            var error = await Assert.ThrowsAsync<HttpOperationException>(() => client.CoreV1.ListNamespacedConfigMapAsync("default"));
            Assert.Equal(System.Net.HttpStatusCode.Forbidden, error.Response.StatusCode);
            Assert.Contains("User \\\"nobody\\\" cannot list resource \\\"configmaps\\\"", error.Response.Content, StringComparison.Ordinal);
            return;
        }

        var maps = _server.Client(nobody).Resource<V1ConfigMap>();
        var map = Map("a", "1");
        map.Metadata.NamespaceProperty = "default";
        foreach (var call in (Func<Task>[])[
            () => maps.GetAsync(new("default", "a"), CancellationToken.None),
            () => maps.ListAsync(new ListRequest(), CancellationToken.None),
            () => maps.CreateAsync(map, CancellationToken.None),
            () => maps.UpdateAsync(map, CancellationToken.None),
            () => maps.DeleteAsync(new("default", "a"), new DeleteRequest(), CancellationToken.None),
            () => maps.WatchAsync(new WatchRequest("0"), CancellationToken.None).FirstAsync().AsTask(),
        ])
        {
            Assert.Equal(403, (await Assert.ThrowsAsync<ApiException>(call)).Code);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AdmissionPlugin_SeesAndRefuses_WhicheverRoad(bool overHttp)
    {
        var map = Map("seen", "1");
        map.Metadata.NamespaceProperty = "default";
        if (overHttp) { await _client.CoreV1.CreateNamespacedConfigMapAsync(map, "default"); }
        else { await _server.Admin.Resource<V1ConfigMap>().CreateAsync(map, CancellationToken.None); }
        Assert.Contains("kubernetes-admin Create configmaps", _plugin.Seen);

        var refused = Map("refused", "1");
        refused.Metadata.NamespaceProperty = "default";
        if (overHttp)
        {
            var error = await Assert.ThrowsAsync<HttpOperationException>(() => _client.CoreV1.CreateNamespacedConfigMapAsync(refused, "default"));
            Assert.Equal(System.Net.HttpStatusCode.Forbidden, error.Response.StatusCode);
        }
        else { Assert.Equal(403, (await Assert.ThrowsAsync<ApiException>(() => _server.Admin.Resource<V1ConfigMap>().CreateAsync(refused, CancellationToken.None))).Code); }
    }

    private static V1ConfigMap Map(string name, string x) => new() { Metadata = new V1ObjectMeta { Name = name }, Data = new Dictionary<string, string> { ["x"] = x } };

    private sealed class RecordingPlugin : IMutatingAdmission
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _seen = new();

        public IReadOnlyCollection<string> Seen => _seen;

        public string Name => "recording";

        public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource) => resource.Resource == "configmaps";

        public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
        {
            _seen.Enqueue($"{request.User.Name} {request.Operation} {request.Resource.Resource}");
            return request.Name == "refused" ? throw Errors.ApiErrors.Forbidden(request.Resource, request.Name, "so it is") : ValueTask.CompletedTask;
        }
    }
}
