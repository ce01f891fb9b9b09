using System.Text;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Kinds;
using Orch.Resources;
using Orch.Storage;

namespace Orch.ApiServer.Tests.Caching;

public sealed class WakePaceTests
{
    private const string Prefix = "/registry/core/configmaps/";
    private readonly FakeTimeProvider _time = new();
    private readonly ResourceCache _cache;
    private long _revision;

    public WakePaceTests() => _cache = new ResourceCache(Prefix, BuiltInResources.All().First(static item => item.ObjectType == typeof(V1ConfigMap)), new CacheLimits(), _time);

    [Fact]
    public void Crowd_AfterASilence_IsWokenAtOnce()
    {
        var crowd = Crowd(WakePace.Crowd);
        Write();
        Assert.All(crowd, static wait => Assert.True(wait.IsCompleted));
    }

    [Fact]
    public void Crowd_OfManyEvents_IsWokenOnceForAllOfAMoment()
    {
        var crowd = Watches(WakePace.Crowd);
        Write();
        var waits = crowd.ConvertAll(Drain);
        for (var index = 0; index < 5; index++) { Write(); }
        Assert.All(waits, static wait => Assert.False(wait.IsCompleted));
        _time.Advance(WakePace.Least - TimeSpan.FromMilliseconds(1));
        Assert.All(waits, static wait => Assert.False(wait.IsCompleted));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.All(waits, static wait => Assert.True(wait.IsCompleted));
        Assert.All(crowd, static watch => Assert.Equal(5, Read(watch)));

        // And not more often than that after it either.
        waits = crowd.ConvertAll(Drain);
        Write();
        Assert.All(waits, static wait => Assert.False(wait.IsCompleted));
        _time.Advance(WakePace.Least);
        Assert.All(waits, static wait => Assert.True(wait.IsCompleted));
    }

    [Fact]
    public void FewFollowers_AreWokenForEachEvent()
    {
        var watches = Watches(WakePace.Crowd - 1);
        for (var index = 0; index < 3; index++)
        {
            var waits = watches.ConvertAll(Drain);
            Write();
            Assert.All(waits, static wait => Assert.True(wait.IsCompleted));
        }
    }

    [Fact]
    public void FollowerInTheProcess_IsWokenForEachEvent_AmongACrowdOfOthers()
    {
        Crowd(WakePace.Crowd);
        var near = _cache.WatchFromNow(WatchScope.All, out _);
        for (var index = 0; index < 3; index++)
        {
            var wait = Drain(near);
            Write();
            Assert.True(wait.IsCompleted);
        }
    }

    [Fact]
    public void Crowd_ThatShrinksBeforeItIsWoken_IsWokenAllTheSame()
    {
        var crowd = Watches(WakePace.Crowd);
        Write();
        var waits = crowd.ConvertAll(Drain);
        Write();
        foreach (var watch in crowd.Skip(1)) { watch.Dispose(); }
        Assert.False(waits[0].IsCompleted);
        _time.Advance(WakePace.Least);
        Assert.True(waits[0].IsCompleted);
        Assert.Equal(1, Read(crowd[0]));
    }

    private List<ValueTask> Crowd(int count) => Watches(count).ConvertAll(Drain);

    private List<CacheWatch> Watches(int count)
    {
        var watches = Enumerable.Range(0, count).Select(_ => _cache.WatchFromNow(WatchScope.All, out var _)).ToList();
        watches.ForEach(static watch => watch.MarkRemote());
        return watches;
    }

    private void Write()
    {
        var revision = new Revision(++_revision);
        var json = Encoding.UTF8.GetBytes($$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c","namespace":"n"},"data":{"at":"{{{_revision}}}"}}""");
        _cache.Stage(new StoreEvent($"{Prefix}n/c", new StoreEntry($"{Prefix}n/c", json, revision, revision, 1), revision, null));
        _cache.Publish();
    }

    private static ValueTask Drain(CacheWatch watch)
    {
        Read(watch);
        var wait = watch.WaitAsync();
        // It was woken before it waited.
        return wait.IsCompleted ? watch.WaitAsync() : wait;
    }

    private static int Read(CacheWatch watch)
    {
        var count = 0;
        while (watch.TryRead(out _)) { count++; }
        return count;
    }
}
