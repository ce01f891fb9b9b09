using System.Net;
using System.Text.Json;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.InProcess;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Storage;
using Orch.Store.Memory;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Serving;

public sealed class RequestDeadlineTests : IAsyncLifetime
{
    private const string Message = "Timeout: request did not complete within requested timeout - context deadline exceeded";
    private readonly FakeTimeDriver _driver = new();
    private HangingStore _store = null!;
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(null, services =>
        {
            services.AddSingleton<IStore>(provider => _store = new HangingStore(provider.GetRequiredService<MemoryStore>()));
            services.AddSingleton(new ServingLimits { RequestTimeout = TimeSpan.FromSeconds(60) });
            services.AddSingleton<TimeProvider>(_driver.Time);
        });
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task TypedReads_OfAStoreThatDoesNotAnswer_EndAfterAMinute()
    {
        var maps = _server.Admin.Resource<V1ConfigMap>();
        _store.Hangs = true;
        foreach (var read in (Func<Task>[])[() => maps.GetAsync(new ObjectKey("default", "a"), CancellationToken.None), () => maps.ListAsync(new ListRequest { Namespace = "default" }, CancellationToken.None)])
        {
            var reading = Assert.ThrowsAsync<ApiException>(read);
            var waited = await _driver.RunUntilAsync(() => reading.IsCompleted, "the read to end", TimeSpan.FromMinutes(2));
            var refusal = await reading;
            Assert.Equal((504, "Timeout", Message), (refusal.Code, refusal.Status.Reason, refusal.Status.Message));
            // Time goes on while a busy machine comes to begin and to answer.
            Assert.InRange(waited, TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(119));
        }
    }

    [Fact]
    public async Task TypedRead_ThatItsCallerGivesUp_IsCancelledAndNotTooLate()
    {
        using var stop = new CancellationTokenSource();
        _store.Hangs = true;
        var reading = _server.Admin.Resource<V1ConfigMap>().GetAsync(new ObjectKey("default", "a"), stop.Token);
        await _store.Asked.Within("the store to be asked");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Theory]
    [InlineData("/api/v1/namespaces/default/configmaps")]
    [InlineData("/api/v1/namespaces/default/configmaps/a")]
    public async Task ReadsByTheHandler_OfAStoreThatDoesNotAnswer_EndAfterAMinute(string path)
    {
        using var http = new HttpClient(_server.Services.GetRequiredService<InProcessKubernetes>().CreateHandler(ClientIdentity.Admin)) { BaseAddress = new Uri("http://orch.test") };
        _store.Hangs = true;
        var reading = http.GetAsync(new Uri(path, UriKind.Relative));
        var waited = await _driver.RunUntilAsync(() => reading.IsCompleted, "the read to end", TimeSpan.FromMinutes(2));
        using var answer = await reading;
        using var status = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.GatewayTimeout, Message), (answer.StatusCode, status.RootElement.GetProperty("message").GetString()));
        Assert.InRange(waited, TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(119));
    }

    [Fact]
    public async Task Deadline_OfWorkThatIsDoneAtOnce_StartsNoClock()
    {
        var driver = new FakeTimeDriver();
        using var deadline = new RequestDeadline(TimeSpan.FromSeconds(60), driver.Time, CancellationToken.None);
        Assert.Equal(1, await deadline.RunAsync(new ValueTask<int>(1)));
        Assert.Equal(0, driver.ArmedTimers);
        await deadline.RunAsync(ValueTask.CompletedTask);
        Assert.Equal(0, driver.ArmedTimers);
    }

    [Fact]
    public void Deadline_PastOrGivenUp_CancelsAndTellsWhich()
    {
        var time = new FakeTimeProvider();
        using var caller = new CancellationTokenSource();
        var work = new TaskCompletionSource();
        using (var deadline = new RequestDeadline(TimeSpan.FromSeconds(60), time, caller.Token))
        {
            _ = deadline.RunAsync(new ValueTask(work.Task)).AsTask();
            time.Advance(TimeSpan.FromSeconds(59));
            Assert.Equal((false, false), (deadline.Token.IsCancellationRequested, deadline.IsPast));
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal((true, true), (deadline.Token.IsCancellationRequested, deadline.IsPast));
        }

        using var left = new RequestDeadline(TimeSpan.FromSeconds(60), time, caller.Token);
        _ = left.RunAsync(new ValueTask(work.Task)).AsTask();
        caller.Cancel();
        time.Advance(TimeSpan.FromSeconds(70));
        Assert.Equal((true, false), (left.Token.IsCancellationRequested, left.IsPast));
    }
}
