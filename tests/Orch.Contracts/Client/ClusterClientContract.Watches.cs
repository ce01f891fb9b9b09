using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Testing.Time;

namespace Orch.Contracts.Client;

public abstract partial class ClusterClientContract
{
    [Fact]
    public async Task Watch_FromAVersion_TellsEachLaterChange_InOrder()
    {
        await CreateAsync("before");
        var version = (await Maps.ListAsync(Here, default)).ResourceVersion;
        var created = await CreateAsync("a", ("k", "1"));
        await using var watch = Watch(new WatchRequest(version) { Namespace = Namespace });
        Assert.Equal((WatchEventKind.Added, "a"), Say(await watch.NextAsync()));
        var updated = await Maps.UpdateAsync(created with { Data = new Dictionary<string, string> { ["k"] = "2" } }, default);
        var change = await watch.NextAsync();
        Assert.Equal((WatchEventKind.Modified, "a"), Say(change));
        Assert.Equal("2", change.Object!.Data["k"]);
        Assert.Equal(updated.Metadata.ResourceVersion, change.ResourceVersion);
        await Maps.DeleteAsync(Key("a"), DeleteRequest.Default, default);
        var deletion = await watch.NextAsync();
        Assert.Equal((WatchEventKind.Deleted, "a"), Say(deletion));
        Assert.Equal("2", deletion.Object!.Data["k"]);
        Assert.NotEqual(updated.Metadata.ResourceVersion, deletion.ResourceVersion);
        Assert.Equal(deletion.ResourceVersion, deletion.Object.Metadata.ResourceVersion);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    public async Task Watch_FromTheStart_FirstTellsWhatExists(string? version)
    {
        await CreateAsync("a");
        await CreateAsync("b");
        await using var watch = Watch(new WatchRequest(version) { Namespace = Namespace });
        string[] first = [Say(await watch.NextAsync()).Name, Say(await watch.NextAsync()).Name];
        Assert.Equal(["a", "b"], first.Order(StringComparer.Ordinal));
        await CreateAsync("c");
        Assert.Equal((WatchEventKind.Added, "c"), Say(await watch.NextAsync()));
    }

    [Fact]
    public async Task Watch_Resumed_MissesNothing_AndRepeatsNothing()
    {
        var version = (await Maps.ListAsync(Here, default)).ResourceVersion;
        var seen = new List<string>();
        for (var round = 0; round < 5; round++)
        {
            await CreateAsync($"m{round}a");
            await CreateAsync($"m{round}b");
            await using var watch = Watch(new WatchRequest(version) { Namespace = Namespace });
            for (var count = 0; count < 2; count++)
            {
                var change = await watch.NextAsync();
                seen.Add(change.Object!.Metadata.Name);
                version = change.ResourceVersion;
            }
        }

        Assert.Equal(Enumerable.Range(0, 5).SelectMany(round => new[] { $"m{round}a", $"m{round}b" }), seen);
    }

    [Fact]
    public async Task Watch_BySelector_TellsEnteringAsAdded_AndLeavingAsDeleted()
    {
        var version = (await Maps.ListAsync(Here, default)).ResourceVersion;
        await using var watch = Watch(new WatchRequest(version) { Namespace = Namespace, LabelSelector = "app=web" });
        await LabelledAsync("other", ("app", "db"));
        await LabelledAsync("a");
        await LabelAsync("a", "web");
        Assert.Equal((WatchEventKind.Added, "a"), Say(await watch.NextAsync()));
        await LabelAsync("a", "db");
        Assert.Equal((WatchEventKind.Deleted, "a"), Say(await watch.NextAsync()));
        await LabelAsync("other", "web");
        Assert.Equal((WatchEventKind.Added, "other"), Say(await watch.NextAsync()));
    }

    [Fact]
    public async Task Watch_OfANamespace_TellsNothingOfOthers()
    {
        await using var watch = Watch(new WatchRequest((await Maps.ListAsync(Here, default)).ResourceVersion) { Namespace = Namespace });
        await Client.Resource<V1PriorityClass>().ListAsync(ListRequest.All, default);
        await CreateAsync("mine");
        Assert.Equal((WatchEventKind.Added, "mine"), Say(await watch.NextAsync()));
    }

    [SkippableFact]
    public async Task Watch_FromAnExpiredVersion_IsExpired()
    {
        var version = (await CreateAsync("a")).Metadata.ResourceVersion;
        await CreateAsync("b");
        Skip.IfNot(await ExpireVersionsAsync(), "this implementation cannot be made to forget history");
        await using var watch = Watch(new WatchRequest(version) { Namespace = Namespace });
        var failure = await Assert.ThrowsAsync<ApiException>(() => watch.NextAsync());
        Assert.True(failure.IsExpired);
        Assert.Equal(410, failure.Code);
    }

    [Fact]
    public async Task Watch_Cancelled_Ends()
    {
        using var stop = new CancellationTokenSource();
        await CreateAsync("a");
        var watch = Watch(new WatchRequest("0") { Namespace = Namespace }, stop);
        await watch.NextAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch.NextAsync());
        await watch.DisposeAsync();
    }

    [Fact]
    public async Task Watch_WithManyWriters_TellsEveryVersionOnce()
    {
        var version = (await Maps.ListAsync(Here, default)).ResourceVersion;
        await using var watch = Watch(new WatchRequest(version) { Namespace = Namespace });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var count = 0; count < 25; count++) { await CreateAsync($"w{writer}-{count}"); }
        }));
        var names = new HashSet<string>();
        for (var count = 0; count < 100; count++) { Assert.True(names.Add(Say(await watch.NextAsync()).Name)); }
        Assert.Equal(100, names.Count);
    }

    private static (WatchEventKind Kind, string Name) Say(WatchEvent<V1ConfigMap> change) => (change.Kind, change.Object!.Metadata.Name);

    private Task<V1ConfigMap> LabelAsync(string name, string app)
        => Maps.PatchAsync(Key(name), new ResourcePatch(PatchKind.Merge, Utf8($$$$"""{"metadata":{"labels":{"app":"{{{{app}}}}"}}}""")), default);

    private Watching Watch(WatchRequest request, CancellationTokenSource? stop = null) => new(Maps, request, Namespace, stop ?? new CancellationTokenSource());

    /// <summary>Reads a watch event by event; bookmarks, and objects that the cluster itself makes, are passed over.</summary>
    private sealed class Watching(IResourceClient<V1ConfigMap> maps, WatchRequest request, string namespaceName, CancellationTokenSource stop) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<WatchEvent<V1ConfigMap>> _events = maps.WatchAsync(request, stop.Token).GetAsyncEnumerator(CancellationToken.None);

        public async Task<WatchEvent<V1ConfigMap>> NextAsync()
        {
            while (true)
            {
                Assert.True(await _events.MoveNextAsync().AsTask().Within("the next event of a watch"), "the watch ended");
                var change = _events.Current;
                if (change.Kind == WatchEventKind.Bookmark) { continue; }
                Assert.Equal(namespaceName, change.Object!.Metadata.NamespaceProperty);
                if (change.Object.Metadata.Name != "kube-root-ca.crt") { return change; }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            try
            {
                await _events.DisposeAsync();
            }
            catch (NotSupportedException)
            {
                // A read is still pending: its cancellation ends it.
            }
        }
    }
}
