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
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.CustomResources;

public sealed class ConversionTests : IAsyncLifetime
{
    private readonly List<int> _asked = [];
    private Func<JsonObject, JsonObject> _answer = static review => review;
    private TestServer _server = null!;
    private WebApplication _webhook = null!;
    private HttpClient _http = null!;
    private X509Certificate2 _certificate = null!;

    public async Task InitializeAsync()
    {
        _certificate = Certificate();
        _answer = Convert;
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate)));
        _webhook = builder.Build();
        _webhook.MapPost("/convert", async (HttpContext http) =>
        {
            var review = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
            lock (_asked) { _asked.Add(review["request"]!["objects"]!.AsArray().Count); }
            return Results.Text(_answer(review).ToJsonString(), "application/json");
        });
        await _webhook.StartAsync();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await _webhook.DisposeAsync();
        _certificate.Dispose();
    }

    [Fact]
    public async Task WithoutAWebhook_VersionsDifferInTheirNameAlone()
    {
        var definition = TwoVersions();
        definition["spec"]!["versions"]![1]!["deprecated"] = true;
        await _http.DefineAsync(definition);
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1}"""));
        var (_, body, answer) = await _http.SendAsync("GET", Crds.Path("a", "v2"));
        Assert.Equal(("example.com/v2", "{}"), ((string)body["apiVersion"]!, body["spec"]!.ToJsonString()));
        Assert.Equal("299 - \"example.com/v2 Widget is deprecated\"", Assert.Single(answer.Headers.GetValues("Warning")));
        var (_, list, _) = await _http.SendAsync("GET", Crds.Path(version: "v2"));
        Assert.Equal("example.com/v2", (string)list["items"]![0]!["apiVersion"]!);
    }

    [Fact]
    public async Task Webhook_ConvertsBothWays_AndAWholeListAtOnce()
    {
        await _http.DefineAsync(WithWebhook());
        var (code, body, _) = await _http.SendAsync("POST", Crds.Path(version: "v2"), Crds.Widget("a", """{"width":1}""", "v2"));
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
        Assert.Equal("""{"width":1}""", body["spec"]!.ToJsonString());
        (_, body, _) = await _http.SendAsync("GET", Crds.Path("a"));
        Assert.Equal("""{"size":1}""", body["spec"]!.ToJsonString());
        for (var count = 0; count < 5; count++) { await _http.SendAsync("POST", Crds.Path(), Crds.Widget($"b{count}", """{"size":2}""")); }
        _asked.Clear();
        var (_, list, _) = await _http.SendAsync("GET", Crds.Path(version: "v2"));
        Assert.Equal(6, list["items"]!.AsArray().Count);
        Assert.All(list["items"]!.AsArray(), static item => Assert.NotNull(item!["spec"]!["width"]));
        Assert.Single(_asked);
        await _http.SendAsync("GET", Crds.Path(version: "v2"));
        Assert.Single(_asked);

        var (_, patched, _) = await _http.SendAsync("PATCH", Crds.Path("a", "v2"), """{"spec":{"width":7}}""", "application/merge-patch+json");
        Assert.Equal(7, (int)patched["spec"]!["width"]!);
        var seen = await _http.WatchAsync(Crds.Path(version: "v2") + "?watch=1", static item => (string)item["metadata"]!["name"]! == "a").Within("the watch");
        Assert.Equal(7, (int)seen["spec"]!["width"]!);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { """{"response":{"uid":"UID","result":{"status":"Failed","message":"no such width"}}}""", "conversion webhook for example.com/v1, Kind=Widget failed: no such width" },
        { """{"response":{"uid":"UID","result":{"status":"Success"},"convertedObjects":[]}}""", "conversion webhook for example.com/v1, Kind=Widget returned 0 objects, expected 1" },
        { """{"response":{"uid":"UID","result":{"status":"Success"},"convertedObjects":[{"apiVersion":"example.com/v1","kind":"Widget"}]}}""", "conversion webhook for example.com/v1, Kind=Widget returned invalid converted object at index 0: invalid groupVersion (expected example.com/v2, received example.com/v1)" },
        { """{}""", "conversion webhook for example.com/v1, Kind=Widget failed: no response provided" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Webhook_ThatFails_FailsTheRequest(string answer, string message)
    {
        await _http.DefineAsync(WithWebhook());
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1}"""));
        _answer = review => (JsonObject)JsonNode.Parse(answer.Replace("UID", (string)review["request"]!["uid"]!, StringComparison.Ordinal))!;
        var (code, body, _) = await _http.SendAsync("GET", Crds.Path("a", "v2"));
        Assert.Equal(message, body.Message());
        Assert.Equal(HttpStatusCode.InternalServerError, code);
    }

    private static JsonObject TwoVersions()
    {
        var definition = Crds.Widgets("""{"type":"object","properties":{"size":{"type":"integer"}}}""");
        var other = (JsonObject)Crds.Widgets("""{"type":"object","properties":{"width":{"type":"integer"}}}""")["spec"]!["versions"]![0]!.DeepClone();
        other["name"] = "v2";
        other["storage"] = false;
        definition["spec"]!["versions"]!.AsArray().Add(other);
        return definition;
    }

    private JsonObject WithWebhook()
    {
        var port = new Uri(_webhook.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        var definition = TwoVersions();
        definition["spec"]!["conversion"] = new JsonObject
        {
            ["strategy"] = "Webhook",
            ["webhook"] = new JsonObject
            {
                ["conversionReviewVersions"] = new JsonArray("v1"),
                ["clientConfig"] = new JsonObject { ["url"] = $"https://localhost:{port}/convert", ["caBundle"] = System.Convert.ToBase64String(Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem())) },
            },
        };
        return definition;
    }

    private static JsonObject Convert(JsonObject review)
    {
        var request = review["request"]!;
        var wanted = (string)request["desiredAPIVersion"]!;
        var (from, to) = wanted.EndsWith("v2", StringComparison.Ordinal) ? ("size", "width") : ("width", "size");
        var converted = new JsonArray();
        foreach (var item in request["objects"]!.AsArray())
        {
            var copy = item!.DeepClone();
            copy["apiVersion"] = wanted;
            copy["spec"] = new JsonObject { [to] = copy["spec"]?[from]?.DeepClone() };
            converted.Add(copy);
        }

        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "ConversionReview",
            ["response"] = new JsonObject { ["uid"] = (string)request["uid"]!, ["result"] = new JsonObject { ["status"] = "Success" }, ["convertedObjects"] = converted },
        };
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=webhook", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
