using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orch.Client.Http;
using Orch.Client.Informers;
using Orch.Resources;
using Orch.Testing.Fakes;
using Orch.Testing.Time;
using static Orch.Testing.Builders.Build;

namespace Orch.Client.Tests.Http;

public sealed class HttpClusterClientTests : IAsyncLifetime
{
    private readonly FakeCluster _cluster = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("orch-client-").FullName;
    private FakeApiServer _server = null!;

    public async Task InitializeAsync() => _server = await FakeApiServer.StartAsync(_cluster);

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private HttpClusterClient Client(Func<ClusterConnection, ClusterConnection>? change = null, TimeProvider? time = null, HttpClientOptions? options = null)
        => new(change?.Invoke(_server.Connection) ?? _server.Connection, time ?? TimeProvider.System, options);

    private static Task<V1Pod> GetAsync(IClusterClient client, string name = "a") => client.Resource<V1Pod>().GetAsync(new ObjectKey("default", name), default).Within("an answer");

    private static X509Certificate2 Certificate(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }

    private static void Answer(HttpContext context, int code, string body, string? retryAfter = null)
    {
        context.Response.StatusCode = code;
        if (retryAfter is not null) { context.Response.Headers.RetryAfter = retryAfter; }
        context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask().GetAwaiter().GetResult();
    }

    [Fact]
    public async Task Requests_GoOverHttp2_AsTheIdentitysAgent()
    {
        _cluster.Add(Pod("a"));
        using var client = Client();
        await GetAsync(client.CreateClient(ClientIdentity.Component("system:kube-scheduler")));
        var request = Assert.Single(_server.Requests);
        Assert.Equal(("GET", "/api/v1/namespaces/default/pods/a", "HTTP/2", "orch/system:kube-scheduler"), (request.Method, request.Path, request.Protocol, request.UserAgent));
    }

    [Fact]
    public async Task UnknownAuthority_IsNotTalkedTo()
    {
        using var stranger = Certificate("CN=stranger");
        using var client = Client(connection => connection with { TrustedAuthorities = [stranger] });
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client));
        Assert.IsType<AuthenticationException>(failure.InnerException);
        Assert.Empty(_server.Requests);
        using var careless = Client(connection => connection with { SkipTlsVerify = true });
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => GetAsync(careless))).IsNotFound);
    }

    [Fact]
    public async Task WrongServerName_IsNotTalkedTo()
    {
        using var client = Client(connection => connection with { TlsServerName = "somewhere.else" });
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client));
    }

    [Fact]
    public async Task ClientCertificate_IsPresented_AndReadAgainWhenItsFileChanges()
    {
        _cluster.Add(Pod("a"));
        var (certificate, key) = (Path.Combine(_folder, "tls.crt"), Path.Combine(_folder, "tls.key"));
        Write("CN=first", DateTime.UtcNow.AddMinutes(-1));
        var source = new FileClientCertificate(certificate, key);
        using (var client = Client(connection => connection with { ClientCertificate = source })) { await GetAsync(client); }
        Write("CN=second", DateTime.UtcNow);
        using (var client = Client(connection => connection with { ClientCertificate = source })) { await GetAsync(client); }
        Assert.Equal(["CN=first", "CN=second"], _server.Requests.Select(request => request.ClientCertificate));

        void Write(string subject, DateTime time)
        {
            using var pair = Certificate(subject);
            File.WriteAllText(certificate, pair.ExportCertificatePem());
            File.WriteAllText(key, pair.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            File.SetLastWriteTimeUtc(certificate, time);
            File.SetLastWriteTimeUtc(key, time);
        }
    }

    [Fact]
    public async Task TokenFile_IsReadAgainEveryMinute_AndSurvivesBeingReplaced()
    {
        _cluster.Add(Pod("a"));
        var time = new FakeTimeProvider();
        var path = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(path, "one\n");
        using var client = Client(connection => connection with { Token = new FileToken(path, time) });
        await GetAsync(client);
        await File.WriteAllTextAsync(path, "two");
        await GetAsync(client);
        time.Advance(TimeSpan.FromMinutes(1));
        await GetAsync(client);
        File.Delete(path);
        time.Advance(TimeSpan.FromMinutes(1));
        await GetAsync(client);
        Assert.Equal(["Bearer one", "Bearer one", "Bearer two", "Bearer two"], _server.Requests.Select(request => request.Authorization));
    }

    [Fact]
    public async Task TooManyRequests_IsSentAgain_AfterWhatTheServerSays()
    {
        _cluster.Add(Pod("a"));
        var driver = new FakeTimeDriver();
        using var client = Client(time: driver.Time);
        _server.Instead.Enqueue(context => { Answer(context, 429, "{}", "3"); return Task.CompletedTask; });
        _server.Instead.Enqueue(context => { Answer(context, 503, "{}", "2"); return Task.CompletedTask; });
        var answer = GetAsync(client);
        var passed = await driver.RunUntilAsync(() => answer.IsCompleted, "the answer", TimeSpan.FromSeconds(30));
        Assert.Equal("a", (await answer).Metadata.Name);
        Assert.Equal(TimeSpan.FromSeconds(5), passed);
    }

    [Fact]
    public async Task TooManyRequests_ForEver_FailsAtLast()
    {
        using var client = Client(options: new HttpClientOptions { MaxRetries = 2 });
        for (var count = 0; count < 3; count++) { _server.Instead.Enqueue(context => { Answer(context, 429, "{}", "0"); return Task.CompletedTask; }); }
        var failure = await Assert.ThrowsAsync<ApiException>(() => GetAsync(client));
        Assert.Equal((429, StatusReasons.TooManyRequests), (failure.Code, failure.Reason));
        Assert.Equal(3, _server.Requests.Count);
    }

    [Theory]
    [InlineData(502, "<html>bad gateway</html>", StatusReasons.InternalError)]
    [InlineData(401, "", StatusReasons.Unauthorized)]
    [InlineData(404, "404 page not found", StatusReasons.NotFound)]
    [InlineData(500, "{\"kind\":\"Pod\"}", StatusReasons.InternalError)]
    public async Task Failure_WithoutAStatus_StillHasCodeAndReason(int code, string body, string reason)
    {
        using var client = Client();
        _server.Instead.Enqueue(context => { Answer(context, code, body); return Task.CompletedTask; });
        var failure = await Assert.ThrowsAsync<ApiException>(() => GetAsync(client));
        Assert.Equal((code, reason), (failure.Code, failure.Reason));
        Assert.Contains("/api/v1/namespaces/default/pods/a", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoAnswer_TimesOut()
    {
        var driver = new FakeTimeDriver();
        using var client = Client(time: driver.Time, options: new HttpClientOptions { RequestTimeout = TimeSpan.FromSeconds(20) });
        var release = new TaskCompletionSource();
        _server.Instead.Enqueue(_ => release.Task);
        var answer = GetAsync(client);
        await driver.RunUntilAsync(() => answer.IsCompleted, "the timeout", TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<TimeoutException>(() => answer);
        release.SetResult();
    }

    [Fact]
    public async Task Informer_OverHttp_SurvivesServerSideEnds_AndGarbage()
    {
        _cluster.Add(Pod("a"));
        using var client = Client();
        await using var factory = new InformerFactory(client, TimeProvider.System);
        var pods = factory.Informer<V1Pod>();
        factory.Start();
        await pods.WaitForSyncAsync(default).Within("the first list");
        await _cluster.WaitUntilAsync(() => _cluster.WatcherCount<V1Pod>() == 1, "the watch");
        _cluster.SendBookmarks();
        _cluster.CutWatches();
        _cluster.Add(Pod("b"));
        await Patience.UntilAsync(() => pods.List().Count == 2, "the second pod");
        await _cluster.WaitUntilAsync(() => _cluster.WatcherCount<V1Pod>() == 1, "the watch");
        _server.Instead.Enqueue(context => { Answer(context, 200, "this is not a watch\n"); return Task.CompletedTask; });
        _server.Instead.Enqueue(context => { Answer(context, 200, """{"type":"ADDED","object":{"kind":"Pod","metada"""); return Task.CompletedTask; });
        _cluster.CutWatches();
        _cluster.Add(Pod("c"));
        await Patience.UntilAsync(() => pods.List().Count == 3, "the third pod");
        _cluster.ExpireVersions();
        _cluster.CutWatches();
        _cluster.Add(Pod("d"));
        await Patience.UntilAsync(() => pods.List().Count == 4, "the fourth pod");
    }

    [Fact]
    public async Task Watch_EventsSplitAnywhere_AreReadWhole()
    {
        using var client = Client();
        var big = new string('x', 100_000);
        _server.Instead.Enqueue(async context =>
        {
            var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 3).Select(index =>
                $$$$$"""{"type":"ADDED","object":{"metadata":{"name":"p{{{{{index}}}}}","namespace":"d","resourceVersion":"{{{{{index}}}}}","annotations":{"big":"{{{{{big}}}}}é"}}}}""" + "\n")));
            for (var at = 0; at < text.Length; at += 33_333)
            {
                await context.Response.Body.WriteAsync(text.AsMemory(at, Math.Min(33_333, text.Length - at)));
                await context.Response.Body.FlushAsync();
            }
        });
        var names = new List<string>();
        await foreach (var change in client.Resource<V1Pod>().WatchAsync(new WatchRequest("0"), default)) { names.Add($"{change.Object!.Metadata.Name}@{change.ResourceVersion}"); }
        Assert.Equal(["p1@1", "p2@2", "p3@3"], names);
    }

    [Fact]
    public async Task Kubeconfig_GivesTheConnection()
    {
        _cluster.Add(Pod("a"));
        using var pair = Certificate("CN=from-kubeconfig");
        var path = Path.Combine(_folder, "config");
        await File.WriteAllTextAsync(path, $"""
            apiVersion: v1
            kind: Config
            current-context: test
            contexts: [{"{"}name: test, context: {"{"}cluster: c, user: u{"}"}{"}"}]
            clusters:
            - name: c
              cluster:
                server: {_server.Address}
                certificate-authority-data: {Base64(_server.Authority.ExportCertificatePem())}
            users:
            - name: u
              user:
                client-certificate-data: {Base64(pair.ExportCertificatePem())}
                client-key-data: {Base64(pair.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())}
            """);
        var services = new ServiceCollection().AddOrchHttpClient(options => options.KubeConfig = path);
        await using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        await GetAsync(provider.GetRequiredService<IClusterClientFactory>().CreateClient(ClientIdentity.Admin));
        Assert.Same(provider.GetRequiredService<IClusterClient>(), provider.GetRequiredService<IClusterClientFactory>());
        Assert.Equal("CN=from-kubeconfig", Assert.Single(_server.Requests).ClientCertificate);
        Assert.Throws<InvalidOperationException>(() => services.AddOrchHttpClient());

        static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public void Options_AreValidated_AllFaultsAtOnce()
    {
        using var provider = new ServiceCollection().AddOrchHttpClient(options =>
        {
            options.RequestTimeout = TimeSpan.Zero;
            options.MaxRetries = -1;
            options.KubeConfig = "/does/not/exist";
        }).BuildServiceProvider();
        var failure = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<HttpClientOptions>>().Value);
        Assert.Equal(3, failure.Failures.Count());
    }
}
