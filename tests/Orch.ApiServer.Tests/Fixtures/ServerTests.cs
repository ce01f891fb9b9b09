namespace Orch.ApiServer.Tests.Fixtures;

/// <summary>Tests of which each has a listening server of its own.</summary>
public abstract class ServerTests : IAsyncLifetime
{
    private protected TestServer _server = null!;

    public virtual async Task InitializeAsync() => _server = await TestServer.ListenAsync();

    public virtual async Task DisposeAsync() => await _server.DisposeAsync();
}
