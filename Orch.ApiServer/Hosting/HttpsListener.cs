using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Hosting;

/// <summary>The HTTPS side: Kestrel with HTTP/1.1 and HTTP/2, without the rest of a web host.</summary>
internal sealed class HttpsListener(ApiFrontend frontend, ILoggerFactory logging) : IAsyncDisposable
{
    private WebApplication? _container;
    private IServer? _server;

    /// <summary>Begins to listen.</summary>
    /// <returns>The address with the real port.</returns>
    public async Task<Uri> StartAsync(ApiServerOptions options, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<ILoggerFactory>(new QuietLogging(logging));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPool.Factory>();
        _container = builder.Build();
        _server = _container.Services.GetRequiredService<IServer>();
        try
        {
            await _server.StartAsync(new RequestApplication(frontend), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new InvalidOperationException(
                $"The API server cannot listen on {options.BindAddress}:{options.Port}: {exception.Message} Set {ApiServerOptions.Section}:Port to a free port, or to 0 for any.", exception);
        }

        var bound = new Uri(_server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var address = IPAddress.Parse(options.BindAddress);
        var host = address.Equals(IPAddress.Any) ? "127.0.0.1" : address.Equals(IPAddress.IPv6Any) ? "[::1]" : bound.Host;
        return new Uri($"https://{host}:{bound.Port}");
    }

    /// <summary>Lets requests end until the token gives up on them.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _container?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static void Configure(KestrelServerOptions kestrel, ApiServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowResponseHeaderCompression = true;
        kestrel.Limits.MaxRequestBodySize = null;
        // Room for the next records to be made while the last are sent.
        kestrel.Limits.MaxResponseBufferSize = 256 * 1024;
        // A watch may be silent for long, and a client that reads slowly is dropped by the watch cache instead.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1_000;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
        kestrel.Limits.Http2.InitialStreamWindowSize = 1024 * 1024;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Listen(IPAddress.Parse(options.BindAddress), options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = options.ServingCertificate,
                ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                // Who may come in is for the authenticators to say; a bad certificate must not end the handshake of one who also has a token.
                ClientCertificateValidation = static (_, _, _) => true,
                CheckCertificateRevocation = false,
                HandshakeTimeout = TimeSpan.FromSeconds(10),
            });
        });
    }
}
