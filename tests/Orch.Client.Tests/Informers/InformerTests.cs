using System.Collections.Concurrent;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Client.Informers;
using Orch.Resources;
using Orch.Testing.Fakes;
using Orch.Testing.Time;
using static Orch.Testing.Builders.Build;
using Orch.Testing.Builders;

namespace Orch.Client.Tests.Informers;

public sealed class InformerTests : IAsyncLifetime
{
    private readonly FakeTimeDriver _driver = new();
    private readonly FakeCluster _cluster;
    private readonly InformerFactory _factory;
    private readonly IInformer<V1Pod> _pods;
    private readonly List<string> _events = [];

    public InformerTests()
    {
        _cluster = new FakeCluster(_driver.Time);
        _factory = new InformerFactory(_cluster, _driver.Time, random: new Random(1));
        _pods = _factory.Informer<V1Pod>();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _factory.DisposeAsync();

    private static string Describe(InformerEvent<V1Pod> change) => (change.Old, change.New) switch
    {
        (null, { } added) => $"+{added.Metadata.Name}",
        ({ } gone, null) => $"-{gone.Metadata.Name}",
        var (_, changed) => $"~{changed!.Metadata.Name}",
    };

    private void Record()
        => _pods.Subscribe(change =>
        {
            lock (_events) { _events.Add(Describe(change)); }
        });

    private string[] Events()
    {
        lock (_events) { return [.. _events]; }
    }

    private async Task StartAsync()
    {
        _factory.Start();
        await _factory.WaitForSyncAsync(CancellationToken.None).Within("the first list");
        await WatchOpenAsync();
    }

    private Task WatchOpenAsync() => _cluster.WaitUntilAsync(() => _cluster.WatcherCount<V1Pod>() == 1, "the watch to open");

    private Task SeenAsync(params string[] expected)
        => Patience.UntilAsync(() => Events().SequenceEqual(expected), $"events {string.Join(' ', expected)}")
            .ContinueWith(_ => Assert.Equal(expected, Events()), TaskScheduler.Default);

    [Fact]
    public async Task Start_ListsThenFollows()
    {
        _cluster.Add(Pod("a"));
        Record();
        Assert.False(_pods.HasSynced);
        await StartAsync();
        Assert.True(_pods.HasSynced);
        var pods = _cluster.Resource<V1Pod>();
        await pods.CreateAsync(Pod("b"), default);
        _cluster.Change<V1Pod>(new ObjectKey("default", "a"), pod => pod.Spec.NodeName = "n1");
        await pods.DeleteAsync(new ObjectKey("default", "b"), DeleteRequest.Default, default);
        await SeenAsync("+a", "+b", "~a", "-b");
        Assert.Equal("n1", _pods.Find(new ObjectKey("default", "a"))!.Spec.NodeName);
        Assert.Null(_pods.Find(new ObjectKey("default", "b")));
        Assert.Single(_pods.List());
    }

    [Fact]
    public async Task Subscribe_Late_IsToldWhatExistsFirst()
    {
        _cluster.Add(Pod("a"), Pod("b"));
        await StartAsync();
        Record();
        Assert.Equal(["+a", "+b"], Events());
        _cluster.Add(Pod("c"));
        await SeenAsync("+a", "+b", "+c");
    }

    [Fact]
    public async Task Subscribe_Disposed_IsToldNoMore()
    {
        await StartAsync();
        var seen = 0;
        var subscription = _pods.Subscribe(_ => seen++);
        subscription.Dispose();
        Record();
        _cluster.Add(Pod("a"));
        await SeenAsync("+a");
        Assert.Equal(0, seen);
    }

    [Fact]
    public async Task Handler_ThatThrows_StopsNobody()
    {
        _pods.Subscribe(_ => throw new InvalidOperationException("boom"));
        Record();
        await StartAsync();
        _cluster.Add(Pod("a"));
        await SeenAsync("+a");
    }

    [Fact]
    public async Task CutStream_ResumesFromTheLastVersion_WithoutListing()
    {
        _cluster.Add(Pod("a"));
        Record();
        await StartAsync();
        _cluster.CutWatches(new IOException("connection reset"));
        _cluster.Add(Pod("b"));
        await _driver.RunUntilAsync(() => Events().Length == 2, "the missed pod");
        Assert.Equal(["+a", "+b"], Events());
        Assert.Single(_cluster.Actions, action => action.Verb == "list");
    }

    [Fact]
    public async Task Bookmark_IsWhereAWatchResumes_WhenOlderVersionsExpired()
    {
        _cluster.Add(Pod("a"));
        await StartAsync();
        Record();
        _cluster.Add(ConfigMap("noise"));
        _cluster.ExpireVersions();
        _cluster.SendBookmarks();
        await Patience.UntilAsync(() => _pods.ResourceVersion == $"{_cluster.Revision}", "the bookmark");
        _cluster.CutWatches();
        _cluster.Add(Pod("b"));
        await _driver.RunUntilAsync(() => Events().Length == 2, "the missed pod");
        Assert.Single(_cluster.Actions, action => action.Verb == "list");
    }

    [Fact]
    public async Task Expired_ListsAnew_AndTellsTheDifference()
    {
        _cluster.Add(Pod("kept"), Pod("changed"), Pod("gone"), Pod("remade"));
        Record();
        await StartAsync();
        var kept = _pods.Find(new ObjectKey("default", "kept"));
        _events.Clear();
        // While the watch is down, so that its end is not raced.
        _cluster.FailNext(1, "watch", error: new IOException("refused"));
        _cluster.CutWatches(new IOException("connection reset"));
        _cluster.Change<V1Pod>(new ObjectKey("default", "changed"), pod => pod.Spec.NodeName = "n1");
        _cluster.Remove<V1Pod>(new ObjectKey("default", "gone"));
        _cluster.Remove<V1Pod>(new ObjectKey("default", "remade"));
        _cluster.Add(Pod("remade"), Pod("new"));
        _cluster.ExpireVersions();
        await _driver.RunUntilAsync(() => Events().Length == 5, "the differences");
        Assert.Equal(["+new", "+remade", "-gone", "-remade", "~changed"], Events().Order(StringComparer.Ordinal));
        Assert.True(Array.IndexOf(Events(), "-remade") < Array.IndexOf(Events(), "+remade"));
        Assert.Same(kept, _pods.Find(new ObjectKey("default", "kept")));
        Assert.Equal(2, _cluster.Actions.Count(action => action.Verb == "list"));
        _cluster.Add(Pod("later"));
        await _driver.RunUntilAsync(() => Events().Contains("+later"), "the watch after the list");
    }

    [Fact]
    public async Task FailingServer_IsAskedAgainWithGrowingDelays()
    {
        _cluster.Add(Pod("a"));
        _cluster.FailNext(5, "list");
        _factory.Start();
        var passed = await _driver.RunUntilAsync(() => _pods.HasSynced, "the list to succeed at last");
        Assert.Equal(6, _cluster.Actions.Count(action => action.Verb == "list"));
        // 100 ms doubling, five times, each up to twice as long.
        Assert.InRange(passed, TimeSpan.FromMilliseconds(3100), TimeSpan.FromMilliseconds(6200));
    }

    [Fact]
    public async Task ResourceThatIsServedNoLonger_IsToldOfOnceAndWithoutAFault_UntilItIsServedAgain()
    {
        var lines = new LogLines();
        await using var factory = new InformerFactory(_cluster, _driver.Time, lines, new Random(1));
        var maps = factory.Informer<V1ConfigMap>();
        factory.Start();
        await maps.WaitForSyncAsync(CancellationToken.None).Within("the first list");
        await _cluster.WaitUntilAsync(() => _cluster.WatcherCount<V1ConfigMap>() == 1, "the watch to open");
        var (asked, isServed) = (0, false);
        _cluster.Intercept((action, _) => action.Resource.Resource == "configmaps" && !isServed && Interlocked.Increment(ref asked) > 0 ? Task.FromException(ApiErrors.NotFound()) : Task.CompletedTask);
        _cluster.CutWatches();
        await _driver.RunUntilAsync(() => Volatile.Read(ref asked) >= 4, "it to be asked for four times");
        var told = Assert.Single(lines.All, static line => !line.StartsWith("Debug", StringComparison.Ordinal));
        Assert.StartsWith("Information V1ConfigMap is not served now; asking again in ", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", told, StringComparison.Ordinal);
        isServed = true;
        await _driver.RunUntilAsync(() => _cluster.WatcherCount<V1ConfigMap>() == 1, "the watch to open again");
    }

    [Fact]
    public async Task LongList_IsReadInPages_AfterTheCacheOfTheServerCouldNot()
    {
        _cluster.Add([.. Enumerable.Range(0, 1203).Select(index => Pod($"p{index:d4}"))]);
        await StartAsync();
        Assert.Equal(1203, _pods.List().Count);
        _cluster.FailNext(1, "watch", error: ApiErrors.Expired("too old"));
        _cluster.FailNext(1, "list", error: ApiErrors.TooLargeResourceVersion(5, 4));
        _cluster.ClearActions();
        _cluster.Add(Pod("q"));
        _cluster.CutWatches(new IOException("reset"));
        await _driver.RunUntilAsync(() => _cluster.Actions.Count(action => action.Verb == "list") == 4, "one failed list and three pages");
        await WatchOpenAsync();
        Assert.Equal(1204, _pods.List().Count);
    }

    [Fact]
    public async Task Indexes_FollowChanges_AndMayBeAddedLate()
    {
        _cluster.Add(Pod("a").OnNode("n1"), Pod("b").OnNode("n1"), Pod("c").OnNode("n2"));
        _pods.AddIndex("node", pod => [pod.Spec.NodeName]);
        await StartAsync();
        _pods.AddIndex("name", pod => [pod.Metadata.Name]);
        Record();
        Assert.Equal(2, _pods.ByIndex("node", "n1").Count);
        Assert.Single(_pods.ByIndex("name", "c"));
        _cluster.Change<V1Pod>(new ObjectKey("default", "a"), pod => pod.Spec.NodeName = "n2");
        _cluster.Remove<V1Pod>(new ObjectKey("default", "b"));
        await SeenAsync("+a", "+b", "+c", "~a", "-b");
        Assert.Empty(_pods.ByIndex("node", "n1"));
        Assert.Equal(["a", "c"], _pods.ByIndex("node", "n2").Select(pod => pod.Metadata.Name).Order(StringComparer.Ordinal));
        Assert.Throws<ArgumentException>(() => _pods.ByIndex("zone", "z"));
    }

    [Fact]
    public async Task Selection_LimitsTheCache_AndLeavingItIsADeletion()
    {
        var selected = _factory.Informer<V1Pod>(new ListRequest { LabelSelector = "app=web" });
        Assert.Same(selected, _factory.Informer<V1Pod>(new ListRequest { LabelSelector = "app=web" }));
        Assert.NotSame(selected, _pods);
        _cluster.Add(Pod("a").WithLabel("app", "web"), Pod("b"));
        _factory.Start();
        await _factory.WaitForSyncAsync(default).Within("both lists");
        Assert.Equal(["a"], selected.List().Select(pod => pod.Metadata.Name));
        _cluster.Change<V1Pod>(new ObjectKey("default", "a"), pod => pod.Metadata.Labels["app"] = "db");
        _cluster.Change<V1Pod>(new ObjectKey("default", "b"), pod => pod.Metadata.Labels = new Dictionary<string, string> { ["app"] = "web" });
        await Patience.UntilAsync(() => selected.List().Select(pod => pod.Metadata.Name).SequenceEqual(["b"]), "the selection to change");
    }

    [Fact]
    public async Task Informer_AskedForAfterStart_StartsAtOnce()
    {
        await StartAsync();
        _cluster.Add(Node("n1"));
        var nodes = _factory.Informer<V1Node>();
        await nodes.WaitForSyncAsync(default).Within("the nodes");
        Assert.Single(nodes.List());
    }

    [Fact]
    public async Task Dispose_ClosesTheWatch_AndKeepsTheCache()
    {
        _cluster.Add(Pod("a"));
        await StartAsync();
        await _factory.DisposeAsync().AsTask().Within("the informers to stop");
        Assert.Equal(0, _cluster.WatcherCount<V1Pod>());
        Assert.Single(_pods.List());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Storm_OfCutsExpiriesAndFaults_LosesNothing(int seed)
    {
        var random = new Random(seed);
        var mirror = new Dictionary<string, string>();
        _pods.Subscribe(change =>
        {
            lock (mirror)
            {
                if (change.New is { } item) { mirror[item.Metadata.Name] = item.Metadata.ResourceVersion; }
                else { mirror.Remove(change.Old!.Metadata.Name); }
            }
        });
        _factory.Start();
        for (var step = 0; step < 300; step++)
        {
            var key = new ObjectKey("default", $"p{random.Next(20)}");
            var existing = _cluster.Find<V1Pod>(key);
            if (existing is null) { _cluster.Add(Pod(key.Name)); }
            else if (random.Next(3) == 0) { _cluster.Remove<V1Pod>(key); }
            else { _cluster.Change<V1Pod>(key, pod => pod.Metadata.Annotations = new Dictionary<string, string> { ["step"] = $"{step}" }); }
            switch (random.Next(12))
            {
                case 0: _cluster.CutWatches(new IOException("reset")); break;
                case 1: _cluster.CutWatches(); break;
                case 2: _cluster.ExpireVersions(); _cluster.CutWatches(); break;
                case 3: _cluster.FailNext(1, random.Next(2) == 0 ? "list" : "watch"); break;
                case 4: _cluster.SendBookmarks(); break;
                case 5: await FakeTimeDriver.SettleAsync(); break;
            }
        }

        var wanted = _cluster.List<V1Pod>().ToDictionary(pod => pod.Metadata.Name, pod => pod.Metadata.ResourceVersion);
        bool Same()
        {
            lock (mirror) { return mirror.Count == wanted.Count && wanted.All(pair => mirror.GetValueOrDefault(pair.Key) == pair.Value); }
        }

        await _driver.RunUntilAsync(Same, "the cache to equal the cluster", TimeSpan.FromHours(2));
        Assert.Equal(wanted.Count, _pods.List().Count);
    }

    /// <summary>Keeps what is logged: the level, then the text, then the fault's type where there is one.</summary>
    private sealed class LogLines : ILoggerFactory, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyList<string> All => [.. _lines];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => _lines.Enqueue($"{logLevel} {formatter(state, exception)}{(exception is null ? string.Empty : $" ({exception.GetType().Name})")}");

        public void Dispose()
        {
        }
    }
}
