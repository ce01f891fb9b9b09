using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.Kubelet.Nodes;
using Orch.Runtime;
using Orch.Testing.Builders;

namespace Orch.Kubelet.Tests.Server;

/// <summary>The node's HTTPS API, with real TLS on the loopback interface.</summary>
public sealed class KubeletServerTests : IAsyncLifetime
{
    private readonly X509Certificate2 _authority = Authority("CN=ca");
    private TestNode _node = null!;
    private HttpClient _client = null!;

    private int Port => _node.Services.GetRequiredService<NodeStatusBuilder>().ServerPort;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync(o =>
        {
            o.ServeApi = true;
            o.ListenAddress = IPAddress.Loopback;
            o.Port = 0;
            o.ClientCertificateAuthorities.Add(_authority);
        });
        _client = Client(Issue(_authority, "CN=kube-apiserver-kubelet-client"));
        await _node.RunToReadyAsync(Build.Pod("web"));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _node.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task Healthz_NeedsNoCertificate_TheRestDoes()
    {
        using var anonymous = Client(null);

        Assert.Equal("ok", await anonymous.GetStringAsync("/healthz"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.GetAsync("/pods")).StatusCode);
    }

    [Fact]
    public async Task Certificate_OfAnotherAuthority_IsUnauthorized()
    {
        using var other = Authority("CN=ca");
        using var client = Client(Issue(other, "CN=kube-apiserver-kubelet-client"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/pods")).StatusCode);
    }

    [Theory]
    [InlineData("CN=mallory", HttpStatusCode.Forbidden)]
    [InlineData("CN=root, O=system:masters", HttpStatusCode.OK)]
    public async Task Certificate_ByItsUser_IsAuthorized(string subject, HttpStatusCode expected)
    {
        using var client = Client(Issue(_authority, subject));

        Assert.Equal(expected, (await client.GetAsync("/pods")).StatusCode);
    }

    [Fact]
    public async Task Pods_AreListed()
    {
        using var document = JsonDocument.Parse(await _client.GetStringAsync("/pods"));

        Assert.Equal("PodList", document.RootElement.GetProperty("kind").GetString());
        Assert.Equal("web", document.RootElement.GetProperty("items")[0].GetProperty("metadata").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Logs_WithTailTimestampsAndLimit()
    {
        var id = _node.Runtime.Find("web", "main")!.Id;
        foreach (var line in (string[])["one", "two", "three"]) { _node.Runtime.Write(id, line); }

        Assert.Equal("one\ntwo\nthree\n", await LogsAsync(string.Empty));
        Assert.Equal("three\n", await LogsAsync("?tailLines=1"));
        Assert.Equal("one\nt", await LogsAsync("?limitBytes=5"));
        Assert.Matches(@"^2026-01-01T00:\d\d:\d\d\.\d{9}Z three\n$", await LogsAsync("?tailLines=1&timestamps=true"));
    }

    [Fact]
    public async Task Logs_Following_EndWithTheContainer()
    {
        var id = _node.Runtime.Find("web", "main")!.Id;
        _node.Runtime.Write(id, "before");
        using var response = await _client.GetAsync("/containerLogs/default/web/main?follow=true", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("before", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));

        _node.Runtime.Write(id, "after");
        Assert.Equal("after", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        _node.Runtime.Exit(id, 0);
        Assert.Null(await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Logs_OfThePreviousContainer()
    {
        Assert.Equal((HttpStatusCode.BadRequest, "previous terminated container \"main\" in pod \"web\" not found"), await AnswerAsync("/containerLogs/default/web/main?previous=true"));
        var first = _node.Runtime.Find("web", "main")!.Id;
        _node.Runtime.Write(first, "old words");
        _node.Runtime.Exit(first, 1);
        await _node.UntilAsync(() => _node.Status("web") is { RestartCount: 1, Ready: true }, "the restart");

        Assert.Equal("old words\n", await LogsAsync("?previous=true"));
        Assert.Empty(await LogsAsync(string.Empty));
    }

    [Theory]
    [InlineData("/containerLogs/default/none/main", HttpStatusCode.NotFound, "pod \"none\" in namespace \"default\" is not found")]
    [InlineData("/containerLogs/default/web/none", HttpStatusCode.NotFound, "container \"none\" not found in pod \"web\"")]
    [InlineData("/containerLogs/default/web/main?tailLines=x", HttpStatusCode.UnprocessableEntity, "tailLines: Invalid value: x: must be greater than or equal to 0")]
    [InlineData("/exec/default/web/main?command=ls", HttpStatusCode.BadRequest, "you must specify at least 1 of stdin, stdout, stderr")]
    [InlineData("/exec/default/none/main?command=ls&output=1", HttpStatusCode.NotFound, "pod \"none\" in namespace \"default\" does not exist")]
    [InlineData("/exec/default/web/none?command=ls&output=1", HttpStatusCode.NotFound, "container not found (\"none\")")]
    [InlineData("/nothing", HttpStatusCode.NotFound, "")]
    public async Task Requests_ThatCannotBe_AreAnsweredSo(string path, HttpStatusCode status, string text)
        => Assert.Equal((status, text), await AnswerAsync(path));

    [Fact]
    public async Task Logs_OfAContainerThatWaits_SayWhy()
    {
        _node.Runtime.PullFailures["broken:1"] = new RuntimeException(RuntimeErrorCode.ImagePullNotFound, "no such image");
        _node.Run(Build.Pod("stuck").Image("broken:1"));
        await _node.UntilAsync(() => _node.Status("stuck")?.State.Waiting?.Reason == "ErrImagePull", "the pull to fail");

        var (status, text) = await AnswerAsync("/containerLogs/default/stuck/main");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith("container \"main\" in pod \"stuck\" is waiting to start: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_IsServedInAllThreeForms()
    {
        using var summary = JsonDocument.Parse(await _client.GetStringAsync("/stats/summary"));
        Assert.Equal(1024, summary.RootElement.GetProperty("pods")[0].GetProperty("containers")[0].GetProperty("memory").GetProperty("workingSetBytes").GetInt64());
        Assert.Contains("container_memory_working_set_bytes{container=\"main\",namespace=\"default\",pod=\"web\"} 1024 ", await _client.GetStringAsync("/metrics/resource"), StringComparison.Ordinal);
        Assert.Contains("kubelet_node_name{node=\"n1\"} 1\n", await _client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    private static X509Certificate2 Authority(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var signed = request.Create(authority, authority.NotBefore, authority.NotAfter, [1, 2, 3]);
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    private HttpClient Client(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=n1";
        if (certificate is not null) { handler.SslOptions.ClientCertificates = [certificate]; }
        return new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{Port}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    private Task<string> LogsAsync(string query) => _client.GetStringAsync("/containerLogs/default/web/main" + query);

    private async Task<(HttpStatusCode Status, string Text)> AnswerAsync(string path)
    {
        using var response = await _client.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
