using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Admission.Webhooks;

/// <summary>A webhook on the loopback, over HTTPS; what it answers is the test's.</summary>
public sealed class WebhookServer : IAsyncDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly WebApplication _application;

    private WebhookServer(WebApplication application, TestCertificates certificates)
    {
        _application = application;
        _certificates.Dispose();
        _certificates = certificates;
    }

    /// <summary>By path; gets the review, answers the whole body.</summary>
    public Dictionary<string, Func<JsonObject, HttpContext, Task<string>>> Answers { get; } = [];

    /// <summary>The requests that came, with their paths.</summary>
    public List<(string Path, JsonObject Request)> Seen { get; } = [];

    public int Port { get; private set; }

    /// <summary>How many connections were opened.</summary>
    public HashSet<string> Connections { get; } = [];

    public byte[] Authority => Encoding.ASCII.GetBytes(_certificates.Authority.ExportCertificatePem());

    public static async Task<WebhookServer> StartAsync()
    {
        var certificates = new TestCertificates();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificates.Server)));
        var application = builder.Build();
        var server = new WebhookServer(application, certificates);
        application.Run(server.AnswerAsync);
        await application.StartAsync();
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Port = new Uri(address).Port;
        return server;
    }

    public string Url(string path) => $"https://127.0.0.1:{Port}/{path}";

    /// <summary>An answer to a review.</summary>
    public static string Review(JsonObject request, bool allowed, string more = "")
        => "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"response\":{"
            + $"\"uid\":\"{request["uid"]}\",\"allowed\":{(allowed ? "true" : "false")}{(more.Length > 0 ? "," + more : string.Empty)}" + "}}";

    /// <summary>An answer with a patch.</summary>
    public static string Patch(JsonObject request, string patch)
        => Review(request, true, $"\"patchType\":\"JSONPatch\",\"patch\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(patch))}\"");

    /// <summary>Answers a path.</summary>
    public void On(string path, Func<JsonObject, string> answer) => Answers[path] = (request, _) => Task.FromResult(answer(request));

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        _certificates.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var review = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
        var request = (JsonObject)review["request"]!;
        var path = context.Request.Path.Value!.TrimStart('/');
        lock (Seen)
        {
            Seen.Add((path, request));
            Connections.Add(context.Connection.Id);
        }

        var answer = await Answers[path](request, context);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer);
    }
}
