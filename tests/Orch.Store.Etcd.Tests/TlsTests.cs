using Orch.Contracts.Storage;
using Orch.Storage;

namespace Orch.Store.Etcd.Tests;

[Trait("Needs", "Etcd")]
public sealed class TlsTests : IAsyncLifetime
{
    private readonly TestCertificates _certificates = new();
    private readonly EtcdServer _server;

    public TlsTests() => _server = new EtcdServer(_certificates);

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificates.Dispose();
    }

    [SkippableFact]
    public async Task ClientCertificate_ReadsWritesAndWatches()
    {
        EtcdServer.SkipIfMissing();
        using var store = _server.NewStore();
        await using var watch = new WatchProbe(store, new StoreWatchRequest("/", Revision.None), TimeSpan.FromSeconds(20));
        await watch.NextAsync();
        var result = await store.CommitAsync(CommitRequest.Create("/a", default), default);
        Assert.Equal(result.Revision, (await watch.NextEventsAsync()).Revision);
    }

    [SkippableFact]
    public async Task UnknownAuthorityOrNoClientCertificate_IsUnavailable()
    {
        EtcdServer.SkipIfMissing();
        foreach (var authority in new[] { null, _certificates.Authority })
        {
            var options = new EtcdStoreOptions { RequestTimeout = TimeSpan.FromMilliseconds(700), CertificateAuthorityFile = authority };
            options.Endpoints.Add(_server.Endpoint);
            using var store = new EtcdStore(options);
            var failure = await Assert.ThrowsAsync<StoreException>(async () => await store.CurrentRevisionAsync(default));
            Assert.Equal(StoreErrorCode.Unavailable, failure.Code);
        }
    }
}
