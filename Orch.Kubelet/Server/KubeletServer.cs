using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Nodes;
using Orch.Kubelet.Pods;
using Orch.Serialization;

namespace Orch.Kubelet.Server;

/// <summary>The node's own HTTPS API.</summary>
internal sealed partial class KubeletServer(
    ClientAuthentication authentication,
    LogEndpoint logs,
    StreamEndpoints streams,
    UsageEndpoints usage,
    PodWorkers workers,
    NodeHealth health,
    IOptions<KubeletOptions> options,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<KubeletServer>();
    private WebApplication? _app;
    private X509Certificate2? _ownCertificate;

    /// <summary>Starts to listen.</summary>
    /// <returns>The port, where any free one was asked for too.</returns>
    public async Task<int> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(KubeletServer).Assembly.GetName().Name });
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(new IPEndPoint(options.Value.ListenAddress, options.Value.Port), listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = options.Value.ServerCertificate ?? (_ownCertificate = SelfSigned()),
                    ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                    // Judged with the request, so that the client gets an answer it understands.
                    ClientCertificateValidation = static (_, _, _) => true,
                    CheckCertificateRevocation = false,
                });
            });
        });
        var app = builder.Build();
        app.UseWebSockets();
        app.Use(AuthorizeAsync);
        Map(app);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        _app = app;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var port = new Uri(address.Replace("[::]", "localhost", StringComparison.Ordinal)).Port;
        Log.Listening(_logger, options.Value.NodeName, port);
        return port;
    }

    public async Task StopAsync()
    {
        if (_app is null) { return; }
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        await _app.StopAsync(atOnce.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _ownCertificate?.Dispose();
        _app = null;
    }

    private async Task AuthorizeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path != "/healthz")
        {
            if (authentication.Authenticate(context.Connection.ClientCertificate) is not { } user)
            {
                await Answers.TextAsync(context, StatusCodes.Status401Unauthorized, "Unauthorized").ConfigureAwait(false);
                return;
            }

            if (!options.Value.AuthorizeClient(user, context.Request.Path))
            {
                await Answers.TextAsync(context, StatusCodes.Status403Forbidden, $"Forbidden (user={user.Name}, path={context.Request.Path})").ConfigureAwait(false);
                return;
            }
        }

        await next(context).ConfigureAwait(false);
    }

    private void Map(WebApplication app)
    {
        static string Route(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
        app.MapGet("/healthz", context => Answers.TextAsync(context, StatusCodes.Status200OK, "ok"));
        app.MapGet("/readyz", context => health.Faults is { Length: > 0 } faults
            ? Answers.TextAsync(context, StatusCodes.Status503ServiceUnavailable, faults)
            : Answers.TextAsync(context, StatusCodes.Status200OK, "ok"));
        app.MapGet("/pods", context => Answers.JsonAsync(context, ApiJson.Serialize(new V1PodList { ApiVersion = "v1", Kind = "PodList", Metadata = new V1ListMeta(), Items = [.. workers.Pods] })));
        app.MapGet("/containerLogs/{ns}/{pod}/{container}", context => logs.ServeAsync(context, Route(context, "ns"), Route(context, "pod"), Route(context, "container")));
        app.MapGet("/stats/summary", usage.ServeSummaryAsync);
        app.MapGet("/metrics", usage.ServeMetricsAsync);
        app.MapGet("/metrics/resource", usage.ServeResourceMetricsAsync);
        foreach (var path in (string[])["{ns}/{pod}/{container}", "{ns}/{pod}/{uid}/{container}"])
        {
            app.MapMethods("/exec/" + path, ["GET", "POST"], context => streams.ExecAsync(context, Route(context, "ns"), Route(context, "pod"), Route(context, "container")));
            app.MapMethods("/attach/" + path, ["GET", "POST"], context => streams.AttachAsync(context, Route(context, "ns"), Route(context, "pod"), Route(context, "container")));
        }

        foreach (var path in (string[])["{ns}/{pod}", "{ns}/{pod}/{uid}"])
        {
            app.MapMethods("/portForward/" + path, ["GET", "POST"], context => streams.PortForwardAsync(context, Route(context, "ns"), Route(context, "pod")));
        }
    }

    private X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={options.Value.NodeName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(options.Value.NodeName);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The API of node {Node} listens on port {Port}")]
        public static partial void Listening(ILogger logger, string node, int port);
    }
}
