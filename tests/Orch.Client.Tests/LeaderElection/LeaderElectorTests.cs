using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Orch.Client.LeaderElection;
using Orch.Resources;
using Orch.Testing.Fakes;
using Orch.Testing.Time;

namespace Orch.Client.Tests.LeaderElection;

public sealed class LeaderElectorTests
{
    private static readonly ObjectKey Lease = new("kube-system", "test");
    private readonly FakeTimeDriver _driver = new();
    private readonly FakeCluster _cluster;

    public LeaderElectorTests() => _cluster = new FakeCluster(_driver.Time);

    private Candidate Start(string name, TimeProvider? time = null, bool release = true) => new(name, _cluster, time ?? _driver.Time, release);

    private V1LeaseSpec Spec() => _cluster.Find<V1Lease>(Lease)!.Spec;

    [Fact]
    public async Task First_TakesTheLease_AndTheSecondWaits()
    {
        await using var one = Start("one");
        await _driver.RunUntilAsync(() => one.Leads, "one to lead");
        await using var two = Start("two");
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(40));
        Assert.True(one.Leads);
        Assert.False(two.Leads);
        Assert.Equal(("one", 15, 0), (Spec().HolderIdentity, Spec().LeaseDurationSeconds, Spec().LeaseTransitions));
        Assert.True(_driver.Now.UtcDateTime - Spec().RenewTime <= TimeSpan.FromSeconds(2));
        Assert.Equal("one", two.Elector.Leader);
    }

    [Fact]
    public async Task Cancel_EndsTheWorkFirst_ThenFreesTheLease_AndTheNextTakesOver()
    {
        await using var one = Start("one");
        await _driver.RunUntilAsync(() => one.Leads, "one to lead");
        await using var two = Start("two");
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(5));
        await one.StopAsync();
        Assert.Equal(string.Empty, Spec().HolderIdentity);
        var passed = await _driver.RunUntilAsync(() => two.Leads, "two to lead");
        Assert.InRange(passed, TimeSpan.Zero, TimeSpan.FromSeconds(4.4));
        Assert.Equal(1, Spec().LeaseTransitions);
    }

    [Fact]
    public async Task Partitioned_LeaderStopsBeforeTheOtherStarts()
    {
        await using var one = Start("one");
        await _driver.RunUntilAsync(() => one.Leads, "one to lead");
        await using var two = Start("two");
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(10));
        var cutAt = _driver.Now;
        one.Client.Cut = true;
        await _driver.RunUntilAsync(() => two.Leads, "two to lead");
        Assert.False(one.Leads);
        Assert.True(one.StoppedAt < two.StartedAt, $"one stopped at {one.StoppedAt}, two started at {two.StartedAt}");
        Assert.InRange(one.StoppedAt - cutAt, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.InRange(two.StartedAt - cutAt, TimeSpan.FromSeconds(13), TimeSpan.FromSeconds(22));
        one.Client.Cut = false;
        await _driver.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.False(one.Leads);
        Assert.True(two.Leads);
    }

    [Fact]
    public async Task ShortOutage_IsSurvived()
    {
        await using var one = Start("one");
        await _driver.RunUntilAsync(() => one.Leads, "one to lead");
        one.Client.Cut = true;
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(6));
        one.Client.Cut = false;
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, one.Terms);
        Assert.True(one.Leads);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public async Task ClockSkew_DoesNotMatter(int seconds)
    {
        await using var one = Start("one");
        await _driver.RunUntilAsync(() => one.Leads, "one to lead");
        await using var two = Start("two", new SkewedTime(_driver.Time, TimeSpan.FromSeconds(seconds)));
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(40));
        Assert.True(one.Leads);
        Assert.False(two.Leads);
    }

    [Fact]
    public async Task LeaseTakenByForce_EndsTheLead()
    {
        await using var one = Start("one");
        await _driver.RunUntilAsync(() => one.Leads, "one to lead");
        _cluster.Change<V1Lease>(Lease, lease =>
        {
            lease.Spec.HolderIdentity = "somebody";
            lease.Spec.LeaseDurationSeconds = 15;
        });
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.False(one.Leads);
        await _driver.RunUntilAsync(() => one.Leads, "one to lead again when the other does not renew");
        Assert.Equal(2, one.Terms);
    }

    [Fact]
    public async Task LeaseDeleted_IsMadeAnew()
    {
        await using var one = Start("one");
        await _driver.RunUntilAsync(() => one.Leads, "one to lead");
        _cluster.Remove<V1Lease>(Lease);
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.True(one.Leads);
        Assert.Equal("one", Spec().HolderIdentity);
    }

    [Fact]
    public async Task Crash_WithoutRelease_TheNextWaitsTheLeaseOut()
    {
        await using var one = Start("one", release: false);
        await _driver.RunUntilAsync(() => one.Leads, "one to lead");
        await using var two = Start("two");
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(5));
        await one.StopAsync();
        var passed = await _driver.RunUntilAsync(() => two.Leads, "two to lead");
        Assert.InRange(passed, TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Work_ThatThrows_EndsTheCampaign_AndFreesTheLease()
    {
        var elector = new LeaderElector(_cluster, Lease, "one", _driver.Time, NullLogger.Instance);
        var running = elector.RunAsync(_ => throw new InvalidOperationException("boom"), CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.Within("the campaign to end"));
        Assert.Equal(string.Empty, Spec().HolderIdentity);
        Assert.False(elector.IsLeader);
    }

    [Fact]
    public async Task ManyCandidates_NeverTwoLeaders()
    {
        var candidates = Enumerable.Range(0, 4).Select(index => Start($"c{index}", new SkewedTime(_driver.Time, TimeSpan.FromMinutes(index)))).ToArray();
        var random = new Random(7);
        var mostLeaders = 0;
        for (var step = 0; step < 15; step++)
        {
            candidates[random.Next(4)].Client.Cut = random.Next(2) == 0;
            await _driver.AdvanceAsync(TimeSpan.FromSeconds(random.Next(1, 12)));
            mostLeaders = Math.Max(mostLeaders, candidates.Count(candidate => candidate.Leads));
        }

        foreach (var candidate in candidates) { candidate.Client.Cut = false; }
        await _driver.RunUntilAsync(() => candidates.Count(candidate => candidate.Leads) == 1, "a leader");
        Assert.Equal(1, mostLeaders);
        foreach (var candidate in candidates) { await candidate.DisposeAsync(); }
    }

    [Fact]
    public void Options_ThatContradict_AreRefused()
        => Assert.Throws<ArgumentException>(() => new LeaderElector(_cluster, Lease, "one", _driver.Time, NullLogger.Instance,
            new LeaderElectionOptions { RenewDeadline = TimeSpan.FromSeconds(20) }));

    private sealed class Candidate : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;
        private readonly TimeProvider _time;

        public Candidate(string name, FakeCluster cluster, TimeProvider time, bool release)
        {
            _time = time is SkewedTime skewed ? skewed.True : time;
            Client = new CuttableClient(cluster);
            Elector = new LeaderElector(Client, Lease, name, time, NullLogger.Instance, new LeaderElectionOptions { ReleaseOnCancel = release }, new Random(name[^1]));
            _running = Elector.RunAsync(LeadAsync, _stop.Token);
        }

        public CuttableClient Client { get; }

        public LeaderElector Elector { get; }

        public bool Leads { get; private set; }

        public int Terms { get; private set; }

        public DateTimeOffset StartedAt { get; private set; }

        public DateTimeOffset StoppedAt { get; private set; }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _running.Within("the candidate to stop");
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
        }

        private async Task LeadAsync(CancellationToken cancellationToken)
        {
            (Leads, Terms, StartedAt) = (true, Terms + 1, _time.GetUtcNow());
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            finally
            {
                (Leads, StoppedAt) = (false, _time.GetUtcNow());
            }
        }
    }

    /// <summary>Fails every call while cut.</summary>
    private sealed class CuttableClient(FakeCluster cluster) : IClusterClient
    {
        private readonly FakeCluster _cluster = cluster;

        public volatile bool Cut;

        public IResourceClient<T> Resource<T>()
            where T : class, k8s.IKubernetesObject<V1ObjectMeta> => new CuttableResource<T>(this, _cluster.Resource<T>());
    }

    private sealed class CuttableResource<T>(CuttableClient owner, IResourceClient<T> inner) : IResourceClient<T>
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        private IResourceClient<T> Inner => owner.Cut ? throw new IOException("network is unreachable") : inner;

        public Task<T> GetAsync(ObjectKey key, CancellationToken cancellationToken) => Inner.GetAsync(key, cancellationToken);

        public Task<ResourceList<T>> ListAsync(ListRequest request, CancellationToken cancellationToken) => Inner.ListAsync(request, cancellationToken);

        public IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchRequest request, CancellationToken cancellationToken) => Inner.WatchAsync(request, cancellationToken);

        public Task<T> CreateAsync(T resource, CancellationToken cancellationToken) => Inner.CreateAsync(resource, cancellationToken);

        public Task<T> UpdateAsync(T resource, CancellationToken cancellationToken) => Inner.UpdateAsync(resource, cancellationToken);

        public Task<T> UpdateStatusAsync(T resource, CancellationToken cancellationToken) => Inner.UpdateStatusAsync(resource, cancellationToken);

        public Task<T> UpdateSubresourceAsync(T resource, string subresource, CancellationToken cancellationToken) => Inner.UpdateSubresourceAsync(resource, subresource, cancellationToken);

        public Task<T> PatchAsync(ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken) => Inner.PatchAsync(key, patch, cancellationToken);

        public Task DeleteAsync(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken) => Inner.DeleteAsync(key, request, cancellationToken);

        public Task<TBody?> CreateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
            where TBody : class, k8s.IKubernetesObject => Inner.CreateSubresourceAsync(key, subresource, body, cancellationToken);

        public Task<TBody> UpdateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
            where TBody : class, k8s.IKubernetesObject => Inner.UpdateSubresourceAsync(key, subresource, body, cancellationToken);

        public Task<TBody> GetSubresourceAsync<TBody>(ObjectKey key, string subresource, CancellationToken cancellationToken)
            where TBody : class, k8s.IKubernetesObject => Inner.GetSubresourceAsync<TBody>(key, subresource, cancellationToken);
    }

    /// <summary>Tells a wrong time, at the right speed.</summary>
    private sealed class SkewedTime(TimeProvider inner, TimeSpan by) : TimeProvider
    {
        public TimeProvider True => inner;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + by;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
    }
}
