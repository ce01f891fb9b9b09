using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Storage;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Caching;

public sealed class WatchCacheTests
{
    private const string Prefix = "/registry/core/configmaps/";

    /// <summary>Writers go on while watches of every scope come from several starting points; each must see its part of the history exactly.</summary>
    [Fact]
    public async Task Watches_UnderConcurrentWrites_SeeEveryChangeOnceAndInOrder()
    {
        await using var server = await TestServer.StartAsync();
        var store = server.Services.GetRequiredService<IStore>();
        var cache = server.Services.GetRequiredService<StoreMirror>().CacheOf(Prefix);
        var start = (await store.CurrentRevisionAsync(CancellationToken.None)).Value;
        const int writers = 4, writes = 500;

        var followers = new List<(WatchScope Scope, long After, Task<List<(long, string, bool)>> Seen)>();
        WatchScope[] scopes = [WatchScope.All, new() { KeyPrefix = Prefix + "ns-1/" }, new() { Key = Prefix + "ns-2/c-3", KeyPrefix = Prefix + "ns-2/" }];
        foreach (var scope in scopes) { Follow(scope, cache.WatchAfter(scope, start), start); }

        var work = Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var count = 0; count < writes; count++)
            {
                var key = $"{Prefix}ns-{random.Next(3)}/c-{random.Next(6)}";
                var write = random.Next(4) == 0 ? StoreWrite.Delete(key) : StoreWrite.Put(key, Json(key, count));
                await store.CommitAsync(new CommitRequest([], [write]), CancellationToken.None);
                if (count % 100 == 50)
                {
                    // The cache may not have come to the start of the history that is compared.
                    var after = Math.Max(start, cache.Snapshot.Revision);
                    lock (followers) { Follow(scopes[writer % 3], cache.WatchAfter(scopes[writer % 3], after), after); }
                }
            }
        })).ToArray();
        await Task.WhenAll(work).Within("the writers");

        // The last write wakes every watch once more; one that missed a signal would wait for ever.
        StoreWrite[] last = [.. new[] { Prefix + "ns-1/c-0", Prefix + "ns-2/c-3" }.Select(key => StoreWrite.Put(key, Json("last", 0)))];
        var end = (await store.CommitAsync(new CommitRequest([], last), CancellationToken.None)).Revision.Value;

        var expected = await HistoryAsync(store, start, end);
        Assert.NotEmpty(expected);
        foreach (var (scope, after, seen) in followers)
        {
            var wanted = expected.Where(item => item.Item1 > after && (scope.Key is null ? scope.KeyPrefix is null || item.Item2.StartsWith(scope.KeyPrefix, StringComparison.Ordinal) : item.Item2 == scope.Key));
            Assert.Equal(wanted, await seen.Within("a watch"));
        }

        void Follow(WatchScope scope, CacheWatch watch, long after) => followers.Add((scope, after, Task.Run(async () =>
        {
            using (watch)
            {
                var seen = new List<(long, string, bool)>();
                var lasts = scope == WatchScope.All ? 2 : 1;
                while (lasts > 0)
                {
                    while (watch.TryRead(out var item))
                    {
                        seen.Add((item.Revision, item.Key, item.Current is null));
                        if (item.Current?.StoredJson.Span.IndexOf("\"last\""u8) >= 0) { lasts--; }
                    }

                    if (lasts > 0) { await watch.WaitAsync(); }
                }

                return seen;
            }
        })));
    }

    [Fact]
    public async Task Watch_TooFarBehind_IsClosed()
    {
        await using var server = await TestServer.StartAsync(options => options.WatchBacklog = 16);
        var store = server.Services.GetRequiredService<IStore>();
        var mirror = server.Services.GetRequiredService<StoreMirror>();
        using var watch = mirror.CacheOf(Prefix).WatchFromNow(WatchScope.All, out _);
        var revision = 0L;
        for (var count = 0; count < 40; count++) { revision = (await store.CommitAsync(new CommitRequest([], [StoreWrite.Put(Prefix + "a/b", Json("b", count))]), CancellationToken.None)).Revision.Value; }
        await mirror.WaitForAsync(revision, CancellationToken.None).AsTask().Within("the cache to catch up");

        Assert.Equal(WatchEnd.TooSlow, watch.End);
        Assert.False(watch.TryRead(out _));
        Assert.True(mirror.DroppedWatches >= 1, "the server has watches of its own, which may have fallen behind too");
    }

    [Fact]
    public void Watch_OlderThanTheHistory_IsExpired()
    {
        var cache = new ResourceCache(Prefix, null, new CacheLimits { MinEvents = 2, MaxEvents = 3 }, TimeProvider.System);
        cache.Load(ObjectTree.Empty, 10);
        for (var revision = 11L; revision <= 20; revision++)
        {
            cache.Stage(new StoreEvent(Prefix + "a/b", new StoreEntry(Prefix + "a/b", Json("b", 1), new Revision(11), new Revision(revision), 1), new Revision(revision), null));
            cache.Publish();
        }

        var error = Assert.Throws<ApiException>(() => cache.WatchAfter(WatchScope.All, 16));
        Assert.Equal("too old resource version: 16 (17)", error.Message);
        Assert.Equal(410, error.Code);
        using var watch = cache.WatchAfter(WatchScope.All, 17);
        Assert.True(watch.TryRead(out var item));
        Assert.Equal(18, item.Revision);
    }

    [Fact]
    public async Task Selectors_ObjectComesAndGoes_IsAddedAndDeleted()
    {
        await using var server = await TestServer.StartAsync();
        var client = server.Admin.Resource<V1ConfigMap>();
        var list = await client.ListAsync(ListRequest.All, CancellationToken.None);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var watch = client.WatchAsync(new WatchRequest(list.ResourceVersion) { LabelSelector = "on=yes", Namespace = "default" }, stop.Token).GetAsyncEnumerator(stop.Token);

        var made = await client.CreateAsync(Map("a", "no"), stop.Token);
        made = await client.UpdateAsync(Map("a", "yes"), stop.Token);
        var changed = await client.UpdateAsync(new V1ConfigMap { Metadata = Map("a", "yes").Metadata, Data = new Dictionary<string, string> { ["x"] = "y" } }, stop.Token);
        var gone = await client.UpdateAsync(Map("a", "no"), stop.Token);

        Assert.Equal((WatchEventKind.Added, made.ResourceVersion(), null), await NextAsync());
        Assert.Equal((WatchEventKind.Modified, changed.ResourceVersion(), "y"), await NextAsync());
        // Its last state in sight, at the version at which it went.
        Assert.Equal((WatchEventKind.Deleted, gone.ResourceVersion(), "y"), await NextAsync());

        async Task<(WatchEventKind, string, string?)> NextAsync()
        {
            Assert.True(await watch.MoveNextAsync().AsTask().Within("an event"));
            Assert.Equal(watch.Current.ResourceVersion, watch.Current.Object!.ResourceVersion());
            return (watch.Current.Kind, watch.Current.ResourceVersion, watch.Current.Object!.Data?["x"]);
        }
    }

    [Fact]
    public async Task PagedList_UnderConcurrentWrites_IsOneSnapshot()
    {
        await using var server = await TestServer.StartAsync();
        var client = server.Admin.Resource<V1ConfigMap>();
        for (var number = 0; number < 200; number++) { await client.CreateAsync(Map($"m-{number:D3}", "0"), CancellationToken.None); }

        using var stop = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            var random = new Random(1);
            for (var turn = 1; !stop.IsCancellationRequested; turn++)
            {
                // All objects of one commit carry the same turn, so a torn list shows.
                var name = $"m-{random.Next(200):D3}";
                await client.UpdateAsync(Map(name, turn.ToString(System.Globalization.CultureInfo.InvariantCulture)), CancellationToken.None);
            }
        });

        for (var round = 0; round < 20; round++)
        {
            var seen = new List<V1ConfigMap>();
            string? next = null;
            string? version = null;
            do
            {
                var page = await client.ListAsync(new ListRequest { Namespace = "default", Limit = 17, Continue = next }, CancellationToken.None);
                version ??= page.ResourceVersion;
                Assert.Equal(version, page.ResourceVersion);
                seen.AddRange(page.Items);
                next = page.Continue;
            }
            while (next is not null);

            Assert.Equal(200, seen.Count(item => item.Metadata.Name.StartsWith("m-", StringComparison.Ordinal)));
            Assert.Equal(seen.Select(item => item.Metadata.Name).Order(StringComparer.Ordinal), seen.Select(item => item.Metadata.Name));
            Assert.All(seen, item => Assert.True(long.Parse(item.Metadata.ResourceVersion, System.Globalization.CultureInfo.InvariantCulture) <= long.Parse(version!, System.Globalization.CultureInfo.InvariantCulture)));
        }

        await stop.CancelAsync();
        await writer.Within("the writer");
    }

    [Fact]
    public async Task NextPage_HistoryIsGone_OffersToGoOnInconsistently()
    {
        await using var server = await TestServer.StartAsync();
        var reader = server.Services.GetRequiredService<ObjectReader>();
        var store = server.Services.GetRequiredService<IStore>();
        var resource = server.Services.GetRequiredService<ServedResources>().Find(typeof(V1ConfigMap))!;
        var client = server.Admin.Resource<V1ConfigMap>();
        var old = (await store.CurrentRevisionAsync(CancellationToken.None)).Value;
        for (var number = 0; number < 5; number++) { await client.CreateAsync(Map($"m-{number}", "0"), CancellationToken.None); }
        await store.CompactAsync(await store.CurrentRevisionAsync(CancellationToken.None), CancellationToken.None);

        var call = new ListCall(Selection.Parse(resource, "default", null, null)) { Limit = 2, Continue = new ContinueToken(old, "m-2\0").ToString() };
        var error = await Assert.ThrowsAsync<ApiException>(() => reader.ListAsync(resource, call, CancellationToken.None).AsTask());

        Assert.Equal(410, error.Code);
        Assert.StartsWith("The provided continue parameter is too old", error.Message, StringComparison.Ordinal);
        var rest = await reader.ListAsync(resource, call with { Continue = error.Status.Metadata.ContinueProperty, Limit = 0 }, CancellationToken.None);
        Assert.Equal(["m-3", "m-4"], rest.Items.Select(item => item.ObjectKey.Name));
    }

    private static V1ConfigMap Map(string name, string value) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", Labels = new Dictionary<string, string> { ["on"] = value } },
    };

    private static byte[] Json(string name, int value)
        => System.Text.Encoding.UTF8.GetBytes($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name[(name.LastIndexOf('/') + 1)..]}}}","namespace":"ns","labels":{"v":"{{{value}}}" } } }""");

    private static async Task<List<(long, string, bool)>> HistoryAsync(IStore store, long after, long end)
    {
        var history = new List<(long, string, bool)>();
        await foreach (var batch in store.WatchAsync(new StoreWatchRequest(Prefix, new Revision(after)) { ProgressInterval = TimeSpan.FromMilliseconds(50) }, CancellationToken.None))
        {
            history.AddRange(batch.Events.Select(item => (item.Revision.Value, item.Key, item.Entry is null)));
            if (batch.Revision.Value >= end) { return history; }
        }

        return history;
    }
}
