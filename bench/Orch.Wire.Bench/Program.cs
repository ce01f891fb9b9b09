using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Wire.Bench;

// What the wire alone takes: no API server, only finished bytes of the size of its answers, over the same listener with the same settings. A load generator
// that drives this one measures itself, TLS, HTTP/2 and the machine: no API server in this process can be faster.
// Arguments: FOLDER PORT. Answers lists of 5,000 pods, patches of one annotation, and watches that are told of each patch.
const int BufferBytes = 256 * 1024;
var folder = args[0];
using var certificates = new TestCertificates();
using var admin = certificates.Client("kubernetes-admin", "system:masters");
Directory.CreateDirectory(folder);
await File.WriteAllTextAsync(Path.Combine(folder, "ca.crt"), certificates.Authority.ExportCertificatePem());
await File.WriteAllTextAsync(Path.Combine(folder, "admin.crt"), admin.ExportCertificatePem());
await File.WriteAllTextAsync(Path.Combine(folder, "admin.key"), admin.GetECDsaPrivateKeyPem());

var subscribers = new Subscribers();
var filler = new string('x', 1_420);
var list = Encoding.ASCII.GetBytes(
    $$"""{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[{{string.Join(',', Enumerable.Range(0, 5_000).Select(static n => $$"""{"metadata":{"name":"pod-{{n:D6}}"},"spec":"{{new string('x', 1_510)}}"}"""))}}]}""");

var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPool.Factory>();
builder.Services.Configure<SocketTransportOptions>(static sockets => sockets.MaxWriteBufferSize = BufferBytes);
builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
{
    kestrel.Limits.MaxResponseBufferSize = BufferBytes;
    kestrel.Limits.MinResponseDataRate = null;
    kestrel.Limits.Http2.MaxStreamsPerConnection = 1_000;
    kestrel.ListenLocalhost(int.Parse(args[1], CultureInfo.InvariantCulture), listen =>
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.UseHttps(certificates.Server);
    });
});
await using var application = builder.Build();
application.Run(async context =>
{
    var (request, response) = (context.Request, context.Response);
    if (request.Query["watch"] == "true") { await WatchAsync(context); return; }
    if (request.Method != "PATCH")
    {
        if (request.Method == "POST") { response.StatusCode = StatusCodes.Status201Created; }
        await response.BodyWriter.WriteAsync(request.Path == "/api/v1/pods" ? list : """{"metadata":{"resourceVersion":"1"},"items":[]}"""u8.ToArray());
        return;
    }

    using var body = new StreamReader(request.Body);
    var patch = await body.ReadToEndAsync();
    var annotations = patch["{\"metadata\":{".Length..^2];
    var item = $$$"""{"kind":"Pod","metadata":{"name":"target",{{{annotations}}}},"spec":"{{{filler}}}","status":{}}""";
    subscribers.Send(Encoding.ASCII.GetBytes($"{{\"type\":\"MODIFIED\",\"object\":{item}}}\n"));
    await response.BodyWriter.WriteAsync(Encoding.ASCII.GetBytes(item));
});
await application.RunAsync();

async Task WatchAsync(HttpContext context)
{
    var lines = subscribers.Add(context.RequestAborted);
    var writer = context.Response.BodyWriter;
    await writer.FlushAsync();
    while (await lines.WaitToReadAsync())
    {
        while (lines.TryRead(out var line))
        {
            line.CopyTo(writer.GetSpan(line.Length));
            writer.Advance(line.Length);
            if (writer.UnflushedBytes > 64 * 1024) { await writer.FlushAsync(); }
        }

        await writer.FlushAsync();
    }
}
