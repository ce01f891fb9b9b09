using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Caching;
using Orch.Client;
using Orch.Security;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Fixtures;

/// <summary>A whole server on its own memory store.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly TestCertificates? _certificates;

    private TestServer(IHost host, TestCertificates? certificates)
    {
        _host = host;
        _certificates = certificates;
    }

    public IServiceProvider Services => _host.Services;

    public IClusterClient Admin => Client(ClientIdentity.Admin);

    public TestCertificates Certificates => _certificates ?? throw new InvalidOperationException("this server does not listen");

    public Uri Address => Services.GetRequiredService<ApiServerEndpoint>().Address;

    /// <summary>Without a listener.</summary>
    public static Task<TestServer> StartAsync(Action<ApiServerOptions>? configure = null, Action<IServiceCollection>? services = null)
        => StartAsync(null, configure, services);

    /// <summary>On a free port of the loopback.</summary>
    public static Task<TestServer> ListenAsync(Action<ApiServerOptions>? configure = null, Action<IServiceCollection>? services = null)
        => StartAsync(new TestCertificates(), configure, services);

    /// <summary>Waits until the caches have what has been written: authorization and admission look there, and there alone.</summary>
    public Task CaughtUpAsync() => Services.GetRequiredService<StoreMirror>().CatchUpAsync(CancellationToken.None).AsTask().Within("the caches to catch up");

    public IClusterClient Client(ClientIdentity identity) => Services.GetRequiredService<IClusterClientFactory>().CreateClient(identity);

    /// <summary>An HTTP client with a bearer token of the form <c>user/group,group</c>; a superuser's by default.</summary>
    public HttpClient Http(string? token = "admin/system:masters")
    {
        var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Certificates.Trust() } };
        var client = new HttpClient(handler) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        if (token is not null) { client.DefaultRequestHeaders.Authorization = new("Bearer", token); }
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        // Objects out of the cache are everybody's: whoever changed one is found here.
        var changed = CacheAudit.FindChanged(Services.GetRequiredService<StoreMirror>());
        await _host.StopAsync().Within("the server to stop");
        if (_host is IAsyncDisposable disposable) { await disposable.DisposeAsync(); }
        _certificates?.Dispose();
        Assert.Empty(changed);
    }

    private static async Task<TestServer> StartAsync(TestCertificates? certificates, Action<ApiServerOptions>? configure, Action<IServiceCollection>? services)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        builder.Services.AddOrchMemoryStore();
        builder.Services.AddSingleton<IAuthenticator, SubjectAuthenticator>();
        services?.Invoke(builder.Services);
        builder.Services.AddOrchApiServer(options =>
        {
            options.Listens = certificates is not null;
            options.ServingCertificate = certificates?.Server;
            options.BindAddress = "127.0.0.1";
            options.Port = 0;
            options.Authenticators = ["test"];
            configure?.Invoke(options);
        });
        var host = builder.Build();
        await host.StartAsync().Within("the server to start");
        return new TestServer(host, certificates);
    }
}
