using System.Net;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Bootstrap;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Serving.Fairness;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Serving.Fairness;

/// <summary>Priority and fairness on a whole server with its own schemas and levels.</summary>
public sealed class FlowControlTests
{
    private static readonly RequestInfo Pods = RequestInfo.Parse("GET", "/api/v1/namespaces/a/pods", isWatch: false);

    [Fact]
    public async Task Overload_OneNoisyUser_OthersAreServedSoonAndTheNoisyIsTurnedAway()
    {
        await using var server = await TestServer.StartAsync(Small);
        var flows = server.Services.GetRequiredService<FlowController>();
        var noisy = Enumerable.Range(0, 1_000).Select(_ => (Who: "noisy", Ticket: Enter(flows, "noisy"))).ToList();
        var quiet = Enumerable.Range(0, 10).Select(_ => (Who: "quiet", Ticket: Enter(flows, "quiet"))).ToList();

        // A hand of six queues of fifty, and the one that is being served: what is more is told to come back.
        Assert.InRange(noisy.Count(static item => item.Ticket.IsFaulted), 690, 705);
        Assert.DoesNotContain(quiet, static item => item.Ticket.IsFaulted);

        var level = flows.Levels["global-default"];
        var waiting = noisy.Concat(quiet).Where(static item => !item.Ticket.IsFaulted).ToList();
        var served = new List<string>();
        while (served.Count < 100)
        {
            var (who, ticket) = await FirstAsync(waiting);
            waiting.Remove((who, ticket));
            served.Add(who);
            (await ticket).Leave();
        }

        Assert.Equal(10, served.Count(static who => who == "quiet"));
        Assert.InRange(served.LastIndexOf("quiet"), 10, 85);
        Assert.Equal(0, flows.Levels["catch-all"].Rejected);
        Assert.True(level.Rejected > 600);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => noisy.First(static item => item.Ticket.IsFaulted).Ticket);
        Assert.Equal(429, refusal.Code);
        Assert.True(refusal.Status.Details.RetryAfterSeconds >= 1);
    }

    [Fact]
    public async Task InProcess_LevelIsFull_SuperusersPassAndOthersAreTurnedAway()
    {
        await using var server = await TestServer.StartAsync(Small);
        var flows = server.Services.GetRequiredService<FlowController>();
        await server.Admin.Resource<V1ConfigMap>().CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "c", NamespaceProperty = "default" } }, default);
        await server.Admin.Resource<V1ClusterRoleBinding>().CreateAsync(new V1ClusterRoleBinding
        {
            Metadata = new V1ObjectMeta { Name = "jane" }, RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = "edit" },
            Subjects = [new Rbacv1Subject { ApiGroup = "rbac.authorization.k8s.io", Kind = "User", Name = "jane" }],
        }, default);
        // Authorization looks at the cache, which a consistent list waits for.
        await server.Admin.Resource<V1ClusterRoleBinding>().ListAsync(new ListRequest(), default);
        var jane = server.Client(ClientIdentity.Component("jane")).Resource<V1ConfigMap>();
        var key = new ObjectKey("default", "c");
        await jane.GetAsync(key, default);
        var held = Enumerable.Range(0, 400).Select(_ => Enter(flows, "jane")).ToList();

        var refusal = await Assert.ThrowsAsync<ApiException>(() => jane.GetAsync(key, default));

        Assert.Equal(429, refusal.Code);
        Assert.Equal("c", (await server.Admin.Resource<V1ConfigMap>().GetAsync(key, default)).Metadata.Name);
        var executing = flows.Levels["exempt"].Executing;
        await LeaveAsync(held);
        Assert.Equal("c", (await jane.GetAsync(key, default)).Metadata.Name);
        Assert.Equal((0, 0, 0), (flows.Levels["global-default"].Executing, flows.Levels["global-default"].InUse, executing));
    }

    [Fact]
    public async Task Write_ThatManyWatch_KeepsSeatsUntilTheyAreTold()
    {
        var time = new FakeTimeProvider();
        var level = new PriorityLevel("l", "u", time);
        level.Configure(new V1PriorityLevelConfigurationSpec { Type = "Limited", Limited = new V1LimitedPriorityLevelConfiguration() }, new SeatLimits(10, 10, 10));
        var work = new Work(1, 4, TimeSpan.FromMilliseconds(5));
        Assert.True(level.TryEnter(work.Width));
        Assert.Equal(4, level.InUse);

        level.Leave(work, null);
        Assert.Equal((0, 4), (level.Executing, level.InUse));
        time.Advance(TimeSpan.FromMilliseconds(5));

        await Task.Run(async () => { while (level.InUse != 0) { await Task.Yield(); } }).Within("the seats to come back");
    }

    [Theory]
    [InlineData(0, 1, 0, 0)]
    [InlineData(9, 1, 0, 0)]
    [InlineData(10, 1, 1, 5)]
    [InlineData(25, 1, 3, 5)]
    [InlineData(200, 1, 10, 10)]
    public async Task Estimate_WriteWithWatchers_GrowsWithThem(int watchers, int seats, int later, double milliseconds)
    {
        await using var server = await TestServer.StartAsync();
        var resources = server.Services.GetRequiredService<Orch.ApiServer.Registry.ServedResources>();
        var cache = resources.Find(typeof(V1ConfigMap))!.Cache;
        var watches = Enumerable.Range(0, watchers).Select(index => cache.WatchFromNow(index % 2 == 0 ? Orch.ApiServer.Caching.WatchScope.All : new() { KeyPrefix = cache.Prefix + "a/" }, out _)).ToList();
        using var inside = cache.WatchFromNow(Orch.ApiServer.Caching.WatchScope.All, out _);
        using var elsewhere = cache.WatchFromNow(new() { KeyPrefix = cache.Prefix + "b/" }, out _);
        elsewhere.MarkRemote();
        watches.ForEach(static watch => watch.MarkRemote());

        var work = new WorkEstimate(resources).Of(new WorkQuestion(RequestInfo.Parse("PUT", "/api/v1/namespaces/a/configmaps/c", isWatch: false)), 10);

        Assert.Equal(new Work(seats, later, TimeSpan.FromMilliseconds(milliseconds)), work);
        watches.ForEach(static watch => watch.Dispose());
        Assert.Equal(0, cache.RemoteWatchersOf("a", "c"));
    }

    [Theory]
    [InlineData("/api/v1/configmaps", false, 0, 4)]
    [InlineData("/api/v1/configmaps", false, 100, 1)]
    [InlineData("/api/v1/configmaps", true, 100, 4)]
    [InlineData("/api/v1/namespaces/default/configmaps", false, 0, 4)]
    [InlineData("/api/v1/namespaces/other/configmaps", false, 0, 1)]
    public async Task Estimate_List_GrowsWithWhatIsLookedAt(string path, bool isSelected, long limit, int seats)
    {
        await using var server = await TestServer.StartAsync();
        var maps = server.Admin.Resource<V1ConfigMap>();
        for (var index = 0; index < 330; index++) { await maps.CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = $"c{index}", NamespaceProperty = "default" } }, default); }
        await maps.ListAsync(new ListRequest(), default);

        var work = new WorkEstimate(server.Services.GetRequiredService<Orch.ApiServer.Registry.ServedResources>())
            .Of(new WorkQuestion(RequestInfo.Parse("GET", path, isWatch: false)) { IsSelected = isSelected, Limit = limit }, 10);

        Assert.Equal(seats, work.Seats);
    }

    [Fact]
    public async Task FlowSchema_ItsLevelComesAndGoes_SaysSoInItsStatus()
    {
        await using var server = await TestServer.StartAsync();
        var schemas = server.Admin.Resource<V1FlowSchema>();
        await UntilAsync("workload-low", "service-accounts", "False", "Found");
        await schemas.CreateAsync(new V1FlowSchema
        {
            Metadata = new V1ObjectMeta { Name = "mine" },
            Spec = new V1FlowSchemaSpec { PriorityLevelConfiguration = new V1PriorityLevelConfigurationReference { Name = "later" } },
        }, default);

        var dangling = await UntilAsync("later", "mine", "True", "NotFound");
        Assert.Equal("This FlowSchema references the PriorityLevelConfiguration object named \"later\" but there is no such object", dangling.Message);
        await server.Admin.Resource<V1PriorityLevelConfiguration>().CreateAsync(new V1PriorityLevelConfiguration
        {
            Metadata = new V1ObjectMeta { Name = "later" },
            Spec = new V1PriorityLevelConfigurationSpec { Type = "Limited", Limited = new V1LimitedPriorityLevelConfiguration { LimitResponse = new V1LimitResponse { Type = "Reject" } } },
        }, default);
        var found = await UntilAsync("later", "mine", "False", "Found");
        Assert.Equal("This FlowSchema references the PriorityLevelConfiguration object named \"later\" and it exists", found.Message);
        Assert.NotNull(found.LastTransitionTime);

        async Task<V1FlowSchemaCondition> UntilAsync(string level, string schema, string status, string reason)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await foreach (var change in schemas.WatchAsync(new WatchRequest(string.Empty) { FieldSelector = $"metadata.name={schema}" }, limit.Token))
            {
                if (change.Object?.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Dangling" && condition.Status == status && condition.Reason == reason) is { } condition
                    && condition.Message.Contains(level, StringComparison.Ordinal)) { return condition; }
            }

            throw new InvalidOperationException("the watch ended");
        }
    }

    [Fact]
    public void Dangling_AsItShouldBe_IsNotWrittenAgain()
    {
        var schema = new V1FlowSchema { Spec = new V1FlowSchemaSpec { PriorityLevelConfiguration = new V1PriorityLevelConfigurationReference { Name = "l" } } };
        var condition = DanglingLoop.Wanted(schema, hasLevel: true, DateTime.UnixEpoch)!;
        schema.Status = new V1FlowSchemaStatus { Conditions = [condition] };

        Assert.Null(DanglingLoop.Wanted(schema, hasLevel: true, DateTime.UnixEpoch.AddDays(1)));
        Assert.Equal(DateTime.UnixEpoch.AddDays(1), DanglingLoop.Wanted(schema, hasLevel: false, DateTime.UnixEpoch.AddDays(1))!.LastTransitionTime);
    }

    [Fact]
    public async Task Debug_Tables_AreForSuperusersAndTellWhoWaits()
    {
        await using var server = await TestServer.ListenAsync(Small);
        var flows = server.Services.GetRequiredService<FlowController>();
        var held = Enumerable.Range(0, 3).Select(_ => Enter(flows, "joe\nroot, 0")).ToList();
        using var http = server.Http();

        var levels = await http.GetStringAsync(new Uri("/debug/api_priority_and_fairness/dump_priority_levels", UriKind.Relative));
        var requests = await http.GetStringAsync(new Uri("/debug/api_priority_and_fairness/dump_requests?includeRequestDetails=1", UriKind.Relative));
        var queues = await http.GetStringAsync(new Uri("/debug/api_priority_and_fairness/dump_queues", UriKind.Relative));

        Assert.Contains("\nglobal-default,", levels, StringComparison.Ordinal);
        Assert.Equal(3, requests.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("joe root, 0", requests, StringComparison.Ordinal);
        Assert.Equal(128, queues.Split('\n').Count(static line => line.StartsWith("global-default,", StringComparison.Ordinal)));
        using var joe = server.Http("joe/system:authenticated");
        using var answer = await joe.GetAsync(new Uri("/debug/api_priority_and_fairness/dump_requests", UriKind.Relative));
        Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests);
        await LeaveAsync(held);
    }

    private static void Small(ApiServerOptions options) => (options.MaxReadsInFlight, options.MaxWritesInFlight) = (4, 4);

    private static Task<FlowTicket> Enter(FlowController flows, string user)
    {
        try { return flows.EnterAsync(new UserInfo(user, ["system:authenticated"]), new WorkQuestion(Pods), CancellationToken.None).AsTask(); }
        catch (ApiException refusal) { return Task.FromException<FlowTicket>(refusal); }
    }

    private static Task LeaveAsync(IEnumerable<Task<FlowTicket>> held)
        => Task.WhenAll(held.Where(static ticket => !ticket.IsFaulted).Select(static async ticket => (await ticket.Within("its turn")).Leave()));

    private static async Task<(string, Task<FlowTicket>)> FirstAsync(List<(string Who, Task<FlowTicket> Ticket)> waiting)
    {
        var ready = await Task.WhenAny(waiting.Select(static item => item.Ticket)).Within("a request to get its seat");
        return waiting.First(item => item.Ticket == ready);
    }
}
