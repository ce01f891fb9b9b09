using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Bootstrap;
using Orch.Storage;
using Orch.Store.Memory;

namespace Orch.ApiServer.Tests.Bootstrap;

public sealed class ServerLeasesTests : IAsyncLifetime
{
    private static readonly IPEndPoint First = IPEndPoint.Parse("192.0.2.1:6443");
    private static readonly IPEndPoint Second = IPEndPoint.Parse("192.0.2.2:6443");
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStore _store = new();
    private ServerLeases _leases = null!;

    public Task InitializeAsync()
    {
        _leases = new ServerLeases(_store, _time);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Server_ThatRenews_Lives()
    {
        var other = new ServerLeases(_store, _time);
        for (var round = 0; round < 10; round++)
        {
            await _leases.RenewAsync(First, default);
            await other.RenewAsync(Second, default);
            Assert.Equal([First, Second], await LiveAsync(_leases, First));
            Assert.Equal([First, Second], await LiveAsync(other, Second));
            _time.Advance(KubernetesService.Interval);
        }
    }

    [Fact]
    public async Task Server_ThatIsSilent_IsGoneAfterFifteenSeconds_WithItsKey()
    {
        await _leases.RenewAsync(First, default);
        await new ServerLeases(_store, _time).RenewAsync(Second, default);
        var found = await _leases.FindAsync(First, default);
        Assert.Equal(TimeSpan.FromSeconds(15), found.NextEnd);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([First, Second], await LiveAsync(_leases, First));
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal([First, Second], await LiveAsync(_leases, First));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal([First], await LiveAsync(_leases, First));
        Assert.Equal(1, (await _store.RangeAsync(RangeRequest.Prefix(ServerLeases.Prefix), default)).Count);
        Assert.Null((await _leases.FindAsync(First, default)).NextEnd);
    }

    [Fact]
    public async Task Reader_ThatWasCutOff_TakesNobodysSilenceForAnEnd()
    {
        await _leases.RenewAsync(First, default);
        await new ServerLeases(_store, _time).RenewAsync(Second, default);
        await LiveAsync(_leases, First);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal([First, Second], await LiveAsync(_leases, First));
    }

    [Fact]
    public async Task Lease_OfThisMachineUnderAnotherPort_CountsOnceItMoves()
    {
        var beside = new IPEndPoint(First.Address, 7443);
        var other = new ServerLeases(_store, _time);
        await other.RenewAsync(beside, default);
        await _leases.RenewAsync(First, default);
        Assert.Equal([First], await LiveAsync(_leases, First));
        _time.Advance(TimeSpan.FromSeconds(10));
        await other.RenewAsync(beside, default);
        Assert.Equal([First, beside], await LiveAsync(_leases, First));
    }

    [Theory]
    [InlineData("")]
    [InlineData("junk")]
    [InlineData("null")]
    [InlineData("""{"Address":"nowhere","Port":1}""")]
    [InlineData("""{"Address":"192.0.2.3","Port":0}""")]
    [InlineData("""{"Address":"192.0.2.3","Port":65536}""")]
    [InlineData("""{"Address":null,"Port":1}""")]
    [InlineData("""{"kind":"Endpoints","subsets":[]}""")]
    public async Task Lease_ThatCannotBeRead_IsPassedOver(string value)
    {
        await _store.CommitAsync(new CommitRequest([], [StoreWrite.Put(ServerLeases.Prefix + "odd", System.Text.Encoding.UTF8.GetBytes(value))]), default);
        await _leases.RenewAsync(First, default);
        Assert.Equal([First], await LiveAsync(_leases, First));
    }

    private static async Task<List<IPEndPoint>> LiveAsync(ServerLeases leases, IPEndPoint self) => KubernetesEndpoints.Ordered((await leases.FindAsync(self, default)).Servers);
}
