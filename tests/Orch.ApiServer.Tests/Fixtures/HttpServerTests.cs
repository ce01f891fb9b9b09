namespace Orch.ApiServer.Tests.Fixtures;

/// <summary>Tests of which each has a listening server of its own, and a superuser's client of it.</summary>
public abstract class HttpServerTests : ServerTests
{
    private protected HttpClient _http = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _http = _server.Http();
    }

    public override async Task DisposeAsync()
    {
        _http.Dispose();
        await base.DisposeAsync();
    }
}
