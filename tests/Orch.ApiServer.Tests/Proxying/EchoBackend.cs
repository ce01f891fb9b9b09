using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Proxying;

/// <summary>A web server on the loopback that tells what it was asked, and can do some things that pages do.</summary>
internal sealed class EchoBackend : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TestCertificates? _certificates;

    private EchoBackend(WebApplication application, TestCertificates? certificates)
    {
        _application = application;
        _certificates = certificates;
        Port = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
    }

    public int Port { get; }

    /// <summary>Lets <c>/slowly</c> and <c>/cut</c> go on after their first part.</summary>
    public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="isSecure">Over TLS, with a certificate that nobody knows.</param>
    /// <param name="name">Is told in each answer.</param>
    public static async Task<EchoBackend> StartAsync(bool isSecure = false, string name = "")
    {
        var certificates = isSecure ? new TestCertificates() : null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (certificates is null) { return; }
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificates.Server;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = static (_, _, _) => true;
            });
        }));
        var application = builder.Build();
        EchoBackend? backend = null;
        application.Run(context => backend!.AnswerAsync(context, name));
        await application.StartAsync();
        return backend = new EchoBackend(application, certificates);
    }

    public async ValueTask DisposeAsync()
    {
        Go.TrySetResult();
        await _application.StopAsync();
        await _application.DisposeAsync();
        _certificates?.Dispose();
    }

    private async Task AnswerAsync(HttpContext context, string name)
    {
        var (request, response) = (context.Request, context.Response);
        switch (request.Path.Value)
        {
            case "/to":
                response.StatusCode = 302;
                response.Headers.Location = request.Query["link"].ToString().Replace("SELF", $"127.0.0.1:{Port}", StringComparison.Ordinal);
                return;
            case "/status":
                response.StatusCode = int.Parse(request.Query["code"]!, System.Globalization.CultureInfo.InvariantCulture);
                response.Headers["Access-Control-Allow-Origin"] = "*";
                response.Headers["X-Own"] = new[] { "a", "b" };
                await response.WriteAsync("as asked");
                return;
            case "/slowly":
                await response.WriteAsync("first;");
                await response.Body.FlushAsync();
                await Go.Task;
                await response.WriteAsync("second");
                return;
            case "/big":
                for (var count = 0; count < 64; count++) { await response.Body.WriteAsync(new byte[65_536]); }
                return;
            case "/cut":
                await response.WriteAsync("some");
                await response.Body.FlushAsync();
                await Go.Task;
                context.Abort();
                return;
            case "/socket":
                response.Headers.Upgrade = "echo";
                var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
                var buffer = new byte[1024];
                while (await stream.ReadAsync(buffer) is > 0 and var read) { await stream.WriteAsync(buffer.AsMemory(0, read)); await stream.FlushAsync(); }
                return;
            default:
                using (var reader = new StreamReader(request.Body))
                {
                    var headers = new JsonObject(request.Headers.Select(static header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value.ToString())));
                    response.ContentType = "application/json";
                    await response.Body.WriteAsync(Encoding.UTF8.GetBytes(new JsonObject
                    {
                        ["name"] = name,
                        ["method"] = request.Method,
                        ["target"] = context.Features.Get<IHttpRequestFeature>()!.RawTarget,
                        ["headers"] = headers,
                        ["body"] = await reader.ReadToEndAsync(),
                        ["certificate"] = context.Connection.ClientCertificate?.Subject,
                    }.ToJsonString()));
                }

                return;
        }
    }
}
