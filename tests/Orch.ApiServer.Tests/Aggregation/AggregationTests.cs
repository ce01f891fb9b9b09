using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Aggregation;

public sealed class AggregationTests : IAsyncLifetime
{
    private const string Services = "/apis/apiregistration.k8s.io/v1/apiservices";
    private readonly List<string> _seen = [];
    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task LocalGroups_HaveTheirApiServices_AndCustomOnesComeAndGo()
    {
        var core = await _http.WatchAsync($"{Services}?watch=1&fieldSelector=metadata.name=v1.", static _ => true).Within("the core's service");
        Assert.Equal("Local", (string)core["status"]!["conditions"]![0]!["reason"]!);
        Assert.Equal("onstart", (string)core["metadata"]!["labels"]!["kube-aggregator.kubernetes.io/automanaged"]!);
        await _http.DefineAsync(Crds.Widgets());
        var custom = await _http.WatchAsync($"{Services}?watch=1&fieldSelector=metadata.name=v1.example.com", static _ => true).Within("the custom group's service");
        Assert.Equal((1000, 100), ((int)custom["spec"]!["groupPriorityMinimum"]!, (int)custom["spec"]!["versionPriority"]!));
        var gone = _http.WatchAsync($"{Services}?watch=1&fieldSelector=metadata.name=v1.example.com&resourceVersion={(string)custom["metadata"]!["resourceVersion"]!}", static _ => true, "DELETED");
        await (await _http.UndefineAsync()).Gone;
        await gone.Within("the custom group's service to go");
    }

    [Theory]
    [InlineData("""{"group":"x.example.com","version":"v2","groupPriorityMinimum":1,"versionPriority":1}""", "metadata.name: Invalid value: \"v1.x.example.com\": must be `spec.version+\".\"+spec.group`: \"v2.x.example.com\"")]
    [InlineData("""{"group":"x.example.com","version":"v1","groupPriorityMinimum":0,"versionPriority":1001}""", "[spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000, spec.versionPriority: Invalid value: 1001: must be positive and less than 1000]")]
    [InlineData("""{"group":"x.example.com","version":"v1","groupPriorityMinimum":1,"versionPriority":1,"insecureSkipTLSVerify":true}""", "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify")]
    [InlineData("""{"group":"x.example.com","version":"v1","groupPriorityMinimum":1,"versionPriority":1,"service":{"name":"a"}}""", "spec.service.namespace: Required value")]
    public async Task Create_Wrong_IsRefusedInUpstreamsWords(string spec, string message)
    {
        var (code, body, _) = await _http.SendAsync("POST", Services, $$"""{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.x.example.com"},"spec":{{spec}}}""");
        Assert.Equal($"APIService.apiregistration.k8s.io \"v1.x.example.com\" is invalid: {message}", body.Message());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task ExtensionServers_FindOutWhomToTrust()
    {
        var (_, map, _) = await _http.SendAsync("GET", "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication");
        Assert.Equal("[\"front-proxy-client\"]", (string)map["data"]!["requestheader-allowed-names"]!);
        Assert.Contains("BEGIN CERTIFICATE", (string)map["data"]!["requestheader-client-ca-file"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_GoToTheService_InTheNameOfWhoAsks()
    {
        await using var backend = await BackendAsync();
        await RegisterAsync(backend);
        using var jane = _server.Http("jane/system:masters,dev");
        using var message = new HttpRequestMessage(HttpMethod.Get, "/apis/metrics.example.com/v1/namespaces/default/readings/a?x=1");
        message.Headers.Add("X-Remote-User", "root");
        var answer = await jane.SendAsync(message);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"kind":"Reading","apiVersion":"metrics.example.com/v1","user":"jane","groups":"system:masters,dev,system:authenticated","client":"CN=front-proxy-client","query":"?x=1"}""", await answer.Content.ReadAsStringAsync());

        var (_, group, _) = await _http.SendAsync("GET", "/apis/metrics.example.com");
        Assert.Equal("v1", (string)group["preferredVersion"]!["version"]!);
        var (_, index, _) = await _http.SendAsync("GET", "/openapi/v3");
        Assert.Equal("/openapi/v3/apis/metrics.example.com/v1?hash=1", (string)index["paths"]!["apis/metrics.example.com/v1"]!["serverRelativeURL"]!);
        Assert.NotNull(index["paths"]!["api/v1"]);
        var (_, document, _) = await _http.SendAsync("GET", "/openapi/v3/apis/metrics.example.com/v1?hash=1");
        Assert.Equal("readings", (string)document["info"]!["title"]!);
    }

    [Fact]
    public async Task ServiceThatIsAway_IsUnavailable_AndKeepsItsPlaceInDiscovery()
    {
        var backend = await BackendAsync();
        await RegisterAsync(backend);
        await backend.DisposeAsync();
        await _http.SendAsync("DELETE", "/api/v1/namespaces/default/services/metrics");
        await _http.SendAsync("PATCH", $"{Services}/v1.metrics.example.com", """{"spec":{"versionPriority":14}}""", "application/merge-patch+json");
        var item = await _http.WatchAsync($"{Services}?watch=1&fieldSelector=metadata.name=v1.metrics.example.com", static item => Crds.Condition(item, "Available") == "False").Within("the service to be found away");
        Assert.Equal("ServiceNotFound", (string)item["status"]!["conditions"]![0]!["reason"]!);
        var (code, body, _) = await _http.SendAsync("GET", "/apis/metrics.example.com/v1/namespaces/default/readings/a");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "service unavailable\n"), (code, body.GetValue<string>()));
    }

    private async Task<WebApplication> BackendAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = Certificate();
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = static (_, _, _) => true;
        })));
        var app = builder.Build();
        app.MapGet("/apis/metrics.example.com/v1", static () => Results.Text("""{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"metrics.example.com/v1","resources":[{"name":"readings","singularName":"reading","namespaced":true,"kind":"Reading","verbs":["get","list"]}]}""", "application/json"));
        app.MapGet("/openapi/v3", static () => Results.Text("""{"paths":{"apis/metrics.example.com/v1":{"serverRelativeURL":"/openapi/v3/apis/metrics.example.com/v1?hash=1"}}}""", "application/json"));
        app.MapGet("/openapi/v3/apis/metrics.example.com/v1", static () => Results.Text("""{"openapi":"3.0.0","info":{"title":"readings"}}""", "application/json"));
        app.MapGet("/apis/metrics.example.com/v1/namespaces/default/readings/a", (HttpContext http) =>
        {
            _seen.Add(http.Request.Path);
            return Results.Text($$"""{"kind":"Reading","apiVersion":"metrics.example.com/v1","user":"{{http.Request.Headers["X-Remote-User"]}}","groups":"{{string.Join(',', http.Request.Headers["X-Remote-Group"].AsEnumerable())}}","client":"{{http.Connection.ClientCertificate?.Subject}}","query":"{{http.Request.QueryString}}"}""", "application/json");
        });
        await app.StartAsync();
        return app;
    }

    private async Task RegisterAsync(WebApplication backend)
    {
        var port = new Uri(backend.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        // A name outside the cluster: endpoints cannot be on the loopback.
        await _http.SendAsync("POST", "/api/v1/namespaces/default/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"metrics"},"spec":{"type":"ExternalName","externalName":"localhost"}}""");
        var bundle = Convert.ToBase64String(Encoding.ASCII.GetBytes(Certificate().ExportCertificatePem()));
        var (code, body, _) = await _http.SendAsync("POST", Services, """{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.metrics.example.com"},"spec":{"group":"metrics.example.com","version":"v1","groupPriorityMinimum":100,"versionPriority":15,"caBundle":"BUNDLE","service":{"namespace":"default","name":"metrics","port":PORT}}}""".Replace("BUNDLE", bundle, StringComparison.Ordinal).Replace("PORT", port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
        var last = string.Empty;
        try
        {
            await _http.WatchAsync($"{Services}?watch=1&fieldSelector=metadata.name=v1.metrics.example.com", item => { last = item["status"]?.ToJsonString() ?? "none"; return Crds.Condition(item, "Available") == "True"; }).Within("the service to be found");
        }
        catch (TimeoutException) { Assert.Fail($"the service was not found: {last}"); }
    }

    private X509Certificate2? _certificate;

    // Of the name that a service has inside the cluster.
    private X509Certificate2 Certificate()
    {
        if (_certificate is not null) { return _certificate; }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=metrics", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("metrics.default.svc");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        return _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
