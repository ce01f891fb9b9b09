using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orch.ApiServer.Hosting;

/// <summary>Kestrel with HTTP/1.1 and HTTP/2, without the rest of a web host; made once, before or when it is to listen.</summary>
internal sealed class ListenerContainer(ILoggerFactory logging) : IAsyncDisposable
{
    private const int ResponseBufferBytes = 256 * 1024;
    private readonly Lock _gate = new();
    private WebApplication? _container;

    /// <summary>The container of services, which has the server.</summary>
    public IServiceProvider Of(ApiServerOptions options)
    {
        lock (_gate) { return (_container ??= Build(options)).Services; }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _container?.DisposeAsync() ?? ValueTask.CompletedTask;

    private WebApplication Build(ApiServerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<ILoggerFactory>(new QuietLogging(logging));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPool.Factory>();
        // As much as a response may hold back: a list then goes to the socket in few large pieces, which both ends take with fewer wakes.
        builder.Services.Configure<SocketTransportOptions>(static sockets => sockets.MaxWriteBufferSize = ResponseBufferBytes);
        return builder.Build();
    }

    private static void Configure(KestrelServerOptions kestrel, ApiServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowResponseHeaderCompression = true;
        kestrel.Limits.MaxRequestBodySize = null;
        // Room for the next records to be made while the last are sent.
        kestrel.Limits.MaxResponseBufferSize = ResponseBufferBytes;
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
