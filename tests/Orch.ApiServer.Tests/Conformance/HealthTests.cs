using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orch.ApiServer.Health;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Upstream's <c>health_handlers.go</c>, as far as it does not name upstream's own parts.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private readonly SwitchedCheck _check = new();
    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync(services: services => services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthCheck>(_check)));
        _http = _server.Http();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    public async Task Verbose_NamesEachCheck(string path)
    {
        Assert.Equal((200, "ok"), await GetAsync(path));
        var (code, text) = await GetAsync(path + "?verbose=1");
        Assert.Equal(200, code);
        Assert.Subset(text.Split('\n').ToHashSet(), new HashSet<string> { "[+]ping ok", "[+]etcd ok", "[+]switched ok" });
        Assert.EndsWith($"\n{path[1..]} check passed\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_IsNotToldToEverybody()
    {
        _check.Fault = "the secret reason";
        var (code, text) = await GetAsync("/readyz");
        Assert.Equal(500, code);
        Assert.Contains("[-]switched failed: reason withheld\n", text, StringComparison.Ordinal);
        Assert.EndsWith("readyz check failed\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Equal((500, "internal server error: the secret reason\n"), await GetAsync("/readyz/switched"));
        Assert.Equal((200, "ok"), await GetAsync("/readyz?exclude=switched"));
    }

    [Fact]
    public async Task Exclude_OfWhatIsNoCheck_IsWarnedOf()
    {
        var (code, text) = await GetAsync("/livez?verbose&exclude=switched&exclude=two&exclude=one");
        Assert.Equal(200, code);
        Assert.Contains("[+]switched excluded: ok\n", text, StringComparison.Ordinal);
        Assert.EndsWith("warn: some health checks cannot be excluded: no matches for \"one\",\"two\"\nlivez check passed\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ThatIsNone_IsNoPage() => Assert.Equal((404, "404 page not found\n"), await GetAsync("/livez/nothing"));

    [Fact]
    public async Task Slis_CountWhatChecksSaid()
    {
        Assert.Equal((200, ""), await GetAsync("/metrics/slis"));
        await GetAsync("/readyz");
        _check.Fault = "away";
        await GetAsync("/readyz");
        await GetAsync("/livez?exclude=switched");
        var (_, text) = await GetAsync("/metrics/slis");
        foreach (var line in (string[])
            ["# TYPE kubernetes_healthcheck gauge", "kubernetes_healthcheck{name=\"switched\",type=\"readyz\"} 0", "kubernetes_healthcheck{name=\"ping\",type=\"readyz\"} 1",
             "# TYPE kubernetes_healthchecks_total counter", "kubernetes_healthchecks_total{name=\"switched\",status=\"error\",type=\"readyz\"} 1",
             "kubernetes_healthchecks_total{name=\"switched\",status=\"success\",type=\"readyz\"} 1", "kubernetes_healthchecks_total{name=\"ping\",status=\"success\",type=\"livez\"} 1"])
        {
            Assert.Contains(line + "\n", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("name=\"switched\",type=\"livez\"", text, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Text)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private sealed class SwitchedCheck : IHealthCheck
    {
        public string? Fault { get; set; }

        public string Name => "switched";

        public bool IsLiveness => true;

        public ValueTask<string?> CheckAsync(CancellationToken cancellationToken) => new(Fault);
    }
}
