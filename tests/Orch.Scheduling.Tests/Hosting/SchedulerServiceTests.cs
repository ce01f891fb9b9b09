using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orch.Client;
using Orch.Scheduling.Framework;
using Orch.Testing.Fakes;
using Orch.Testing.Time;

namespace Orch.Scheduling.Tests.Hosting;

public sealed class SchedulerServiceTests : IAsyncDisposable
{
    private static readonly string[] Gang = ["a", "b", "c"];
    private readonly FakeTimeDriver _driver = new();
    private readonly FakeCluster _cluster;
    private readonly RecordedEvents _events = new();
    private readonly List<IHost> _hosts = [];

    public SchedulerServiceTests() => _cluster = new FakeCluster(_driver.Time);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    [Fact]
    public async Task PendingPod_NodeWithRoom_IsBoundAndAnnounced()
    {
        _cluster.Add(Make.Node("n1"), Make.Pod("p"));

        await StartAsync();

        await _driver.RunUntilAsync(() => NodeOf("p") == "n1", "pod p bound to n1");
        await _driver.RunUntilAsync(() => _events.Has("Normal Scheduled p Successfully assigned default/p to n1"), "the Scheduled event");
    }

    [Fact]
    public async Task PendingPod_NothingFits_SaysWhyAndIsBoundOnceANodeComes()
    {
        _cluster.Add(Make.Node("small", cpu: "100m"), Make.Pod("p", cpu: "2"));
        await StartAsync();
        await _driver.RunUntilAsync(() => Condition("p")?.Status == "False", "the PodScheduled condition");

        Assert.Equal("Unschedulable", Condition("p")!.Reason);
        Assert.Equal("0/1 nodes are available: 1 Insufficient cpu.", Condition("p")!.Message);

        _cluster.Put(Make.Node("large"));
        await _driver.RunUntilAsync(() => NodeOf("p") == "large", "pod p bound to large", within: TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Binding_Refused_IsTriedAgainAndTheRoomIsGivenBack()
    {
        var refused = 0;
        _cluster.Add(Make.Node("n1", cpu: "1"));
        _cluster.Intercept((action, _) => action.ToString().Contains("binding", StringComparison.Ordinal) && Interlocked.Increment(ref refused) == 1
            ? throw new ApiException(new V1Status { Code = 500, Reason = StatusReasons.InternalError, Message = "broken" })
            : Task.CompletedTask);
        await StartAsync();

        _cluster.Put(Make.Pod("p", cpu: "1"));

        await _driver.RunUntilAsync(() => NodeOf("p") == "n1", "pod p bound at the second try", within: TimeSpan.FromSeconds(20));
        Assert.Equal(2, refused);
    }

    [Fact]
    public async Task Pod_OfAnotherScheduler_IsLeftAlone()
    {
        _cluster.Add(Make.Node("n1"), Make.Pod("other", spec => spec.SchedulerName = "mine"), Make.Pod("own"));

        await StartAsync();

        await _driver.RunUntilAsync(() => NodeOf("own") == "n1", "pod own bound");
        Assert.Null(NodeOf("other"));
    }

    [Fact]
    public async Task AddedPlugin_Scores_DecidesTheNode()
    {
        _cluster.Add(Make.Node("a"), Make.Node("b"), Make.Node("c"), Make.Pod("p"));

        await StartAsync(services => services.AddSchedulerPlugin<PrefersC>(weight: 100));

        await _driver.RunUntilAsync(() => NodeOf("p") is not null, "pod p bound");
        Assert.Equal("c", NodeOf("p"));
    }

    [Fact]
    public async Task WaitingPod_Allowed_IsBound_AndOneNeverAllowedIsNot()
    {
        _cluster.Add(Make.Node("n1"), Make.Pod("p"), Make.Pod("q"));
        await StartAsync(services => services.AddSchedulerPlugin<AsksFirst>());
        var waiting = _hosts[0].Services.GetRequiredService<IWaitingPods>();
        await _driver.RunUntilAsync(() => waiting.Uids.Count == 2, "both pods waiting", within: TimeSpan.FromSeconds(1));

        waiting.Allow("uid-p");

        await _driver.RunUntilAsync(() => NodeOf("p") == "n1", "pod p bound", within: TimeSpan.FromSeconds(1));
        await _driver.RunUntilAsync(() => Condition("q")?.Status == "False", "pod q refused when its time was over");
        Assert.Null(NodeOf("q"));
    }

    [Fact]
    public async Task WaitingPods_MoreThanBindingSlots_AreAllBoundOnceTheGangIsComplete()
    {
        _cluster.Add(Make.Node("n1"));
        foreach (var name in Gang) { _cluster.Add(Make.Pod(name)); }
        await StartAsync(services => services.AddSchedulerPlugin<AsksFirst>().Configure<SchedulingOptions>(options => options.MaxConcurrentBindings = 1));
        var waiting = _hosts[0].Services.GetRequiredService<IWaitingPods>();
        await _driver.RunUntilAsync(() => waiting.Uids.Count == Gang.Length, "the whole gang waiting", within: TimeSpan.FromSeconds(1));

        foreach (var uid in waiting.Uids) { waiting.Allow(uid); }

        await _driver.RunUntilAsync(() => Gang.All(name => NodeOf(name) == "n1"), "the whole gang bound", within: TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("Reserve")]
    [InlineData("Permit")]
    [InlineData("PreBind")]
    public async Task Plugin_ThrowsBeforeTheBinding_CostsThePodATurnAndGivesTheRoomBack(string point)
    {
        _cluster.Add(Make.Node("n1", cpu: "1"), Make.Pod("p", cpu: "1"));
        await StartAsync(services => services.AddSingleton(new Saboteur.Plan(point)).AddSchedulerPlugin<Saboteur>());

        await _driver.RunUntilAsync(() => NodeOf("p") == "n1", "pod p bound at the second try", within: TimeSpan.FromSeconds(20));
        Assert.True(_events.Has("Warning FailedScheduling p broken on purpose"));
    }

    [Fact]
    public async Task Plugin_ThrowsAfterTheBinding_TheNextPodIsStillBound()
    {
        _cluster.Add(Make.Node("n1"), Make.Pod("p"));
        await StartAsync(services => services.AddSingleton(new Saboteur.Plan("PostBind")).AddSchedulerPlugin<Saboteur>());
        await _driver.RunUntilAsync(() => NodeOf("p") == "n1", "pod p bound");

        _cluster.Put(Make.Pod("q"));

        await _driver.RunUntilAsync(() => NodeOf("q") == "n1", "pod q bound");
    }

    [Fact]
    public async Task Start_UnknownPluginInAProfile_NamesItAndWhatThereIs()
    {
        var failure = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => StartAsync(services => services.Configure<SchedulingOptions>(options =>
        {
            var profile = new SchedulerProfileOptions();
            profile.Enabled.Add("RackAware");
            options.Profiles.Add(profile);
        })));

        Assert.Contains("\"RackAware\", which is not registered; registered are", failure.Message, StringComparison.Ordinal);
    }

    private string? NodeOf(string pod) => _cluster.Find<V1Pod>("default", pod)?.Spec.NodeName;

    private V1PodCondition? Condition(string pod)
        => _cluster.Find<V1Pod>("default", pod)?.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "PodScheduled");

    private async Task StartAsync(Action<IServiceCollection>? configure = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddSingleton<TimeProvider>(_driver.Time);
        builder.Services.AddSingleton<IClusterClientFactory>(_cluster);
        builder.Services.AddKeyedSingleton<IEventRecorder>("Orch.Scheduling", _events);
        builder.Services.AddOrchScheduling(options => options.RandomSeed = 1);
        configure?.Invoke(builder.Services);
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
    }

    private sealed class PrefersC : IScorePlugin
    {
        public string Name => "PrefersC";

        public long Score(CycleState state, PodInfo pod, NodeInfo node) => node.Name == "c" ? 100 : 0;
    }

    private sealed class AsksFirst : IPermitPlugin
    {
        public string Name => "AsksFirst";

        public PermitResult Permit(CycleState state, PodInfo pod, string nodeName)
            => new(new SchedulingStatus(SchedulingCode.Wait, null), TimeSpan.FromSeconds(30));
    }

    // Throws once, at one extension point.
    private sealed class Saboteur(Saboteur.Plan plan) : IReservePlugin, IPermitPlugin, IPreBindPlugin, IPostBindPlugin
    {
        public string Name => "Saboteur";

        public SchedulingStatus Reserve(CycleState state, PodInfo pod, string nodeName) => plan.Reach("Reserve");

        public void Unreserve(CycleState state, PodInfo pod, string nodeName)
        {
        }

        public PermitResult Permit(CycleState state, PodInfo pod, string nodeName) => new(plan.Reach("Permit"), TimeSpan.Zero);

        public ValueTask<SchedulingStatus> PreBindAsync(CycleState state, PodInfo pod, string nodeName, CancellationToken cancellationToken) => new(plan.Reach("PreBind"));

        public void PostBind(CycleState state, PodInfo pod, string nodeName) => plan.Reach("PostBind");

        public sealed class Plan(string point)
        {
            private int _done;

            public SchedulingStatus Reach(string here)
                => here == point && Interlocked.Exchange(ref _done, 1) == 0 ? throw new InvalidOperationException("broken on purpose") : SchedulingStatus.Success;
        }
    }

    private sealed class RecordedEvents : IEventRecorder
    {
        private readonly List<string> _lines = [];

        public bool Has(string line)
        {
            lock (_lines) { return _lines.Contains(line); }
        }

        public void Normal(IKubernetesObject<V1ObjectMeta> subject, string reason, string message) => Add("Normal", subject, reason, message);

        public void Warning(IKubernetesObject<V1ObjectMeta> subject, string reason, string message) => Add("Warning", subject, reason, message);

        private void Add(string type, IKubernetesObject<V1ObjectMeta> subject, string reason, string message)
        {
            lock (_lines) { _lines.Add($"{type} {reason} {subject.Metadata.Name} {message}"); }
        }
    }
}
