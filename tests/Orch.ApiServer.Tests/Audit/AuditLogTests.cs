using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Audit;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Audit;

public sealed class AuditLogTests : IDisposable
{
    private const string Policy = """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        rules:
        - level: Metadata
          omitStages: [RequestReceived]
          resources: [{group: "", resources: [secrets]}]
        - level: RequestResponse
          omitStages: [RequestReceived]
          omitManagedFields: true
          resources: [{group: "", resources: [configmaps]}]
        - level: Request
          resources: [{group: "", resources: [serviceaccounts]}]
        - level: Metadata
          resources: [{group: "", resources: [pods]}]
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("orch-audit").FullName;

    private string LogPath => Path.Combine(_folder, "audit.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Log_RequestsOfEachLevel_SaysWhatThePolicyWantsAndNoMore()
    {
        await using (var server = await ListenAsync(options => options.LogPath = LogPath))
        {
            using var http = server.Http("jane/system:masters");
            http.DefaultRequestHeaders.Add("User-Agent", "tests");
            (await http.PostAsync(Uri("/api/v1/namespaces/default/secrets"), Json("""{"metadata":{"name":"s"},"data":{"k":"c2VjcmV0LXZhbHVl"}}"""))).Dispose();
            (await http.PostAsync(Uri("/api/v1/namespaces/default/configmaps"), Json("""{"metadata":{"name":"c"},"data":{"k":"v"}}"""))).Dispose();
            (await http.GetAsync(Uri("/api/v1/namespaces/default/configmaps/none"))).Dispose();
            (await http.PostAsync(Uri("/api/v1/namespaces/default/serviceaccounts"), Json("""{"metadata":{"name":"a"}}"""))).Dispose();
            (await http.GetAsync(Uri("/api/v1/namespaces/default/services"))).Dispose();
            using var refused = new HttpRequestMessage(HttpMethod.Get, Uri("/api/v1/namespaces/default/pods"));
            refused.Headers.Add("Impersonate-User", "joe");
            refused.Headers.Add("Audit-ID", "mine");
            using var answer = await http.SendAsync(refused);
            Assert.Equal("mine", answer.Headers.GetValues("Audit-Id").Single());
        }

        var text = await File.ReadAllTextAsync(LogPath);
        Assert.DoesNotContain("c2VjcmV0LXZhbHVl", text, StringComparison.Ordinal);
        var events = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(
            [
                "Metadata ResponseComplete create secrets/ 201", "RequestResponse ResponseComplete create configmaps/c 201", "RequestResponse ResponseComplete get configmaps/none 404",
                "Request RequestReceived create serviceaccounts/ -", "Request ResponseComplete create serviceaccounts/a 201", "Metadata RequestReceived list pods/ -", "Metadata ResponseComplete list pods/ 403",
            ],
            events.Select(item => $"{Text(item, "level")} {Text(item, "stage")} {Text(item, "verb")} {Text(item.GetProperty("objectRef"), "resource")}/{Text(item.GetProperty("objectRef"), "name")} "
                + (item.TryGetProperty("responseStatus", out var status) ? status.GetProperty("code").GetInt32().ToString(System.Globalization.CultureInfo.InvariantCulture) : "-")));

        var map = events[1];
        Assert.Equal("audit.k8s.io/v1", Text(map, "apiVersion"));
        Assert.Equal("/api/v1/namespaces/default/configmaps", Text(map, "requestURI"));
        Assert.Equal("jane", Text(map.GetProperty("user"), "username"));
        Assert.Equal("tests", Text(map, "userAgent"));
        Assert.Equal("127.0.0.1", map.GetProperty("sourceIPs")[0].GetString());
        Assert.Equal("v", Text(map.GetProperty("requestObject").GetProperty("data"), "k"));
        Assert.Equal("c", Text(map.GetProperty("responseObject").GetProperty("metadata"), "name"));
        Assert.Equal("allow", Text(map.GetProperty("annotations"), "authorization.k8s.io/decision"));
        Assert.Equal("Status", Text(events[2].GetProperty("responseObject"), "kind"));
        Assert.Equal("NotFound", Text(events[2].GetProperty("responseStatus"), "reason"));
        Assert.False(events[4].TryGetProperty("responseObject", out _));
        Assert.Equal("forbid", Text(events[6].GetProperty("annotations"), "authorization.k8s.io/decision"));
        Assert.Equal("joe", Text(events[6].GetProperty("impersonatedUser"), "username"));
        Assert.Equal("mine", Text(events[6], "auditID"));
    }

    [Fact]
    public async Task Log_Watch_HasItsBeginningAndItsEnd()
    {
        await using (var server = await ListenAsync(options => options.LogPath = LogPath))
        {
            using var http = server.Http();
            using var response = await http.GetAsync(Uri("/api/v1/pods?watch=1&timeoutSeconds=1"), HttpCompletionOption.ResponseHeadersRead);
            await response.Content.ReadAsStringAsync().Within("the watch to end");
        }

        Assert.Equal(["RequestReceived", "ResponseStarted", "ResponseComplete"],
            (await File.ReadAllLinesAsync(LogPath)).Select(line => Text(JsonDocument.Parse(line).RootElement, "stage")));
    }

    [Fact]
    public async Task Webhook_Events_ComeInBatchesAndAgainAfterAFailure()
    {
        var bodies = System.Threading.Channels.Channel.CreateUnbounded<JsonDocument>();
        var calls = 0;
        await using var hook = await HttpHook.StartAsync(async context =>
        {
            var body = await JsonDocument.ParseAsync(context.Request.Body);
            if (Interlocked.Increment(ref calls) == 1) { context.Response.StatusCode = 503; return; }
            await bodies.Writer.WriteAsync(body);
        });
        var config = hook.WriteKubeconfig(_folder);
        await using var server = await ListenAsync(options =>
        {
            options.WebhookConfigurationFile = config;
            (options.WebhookBatchSize, options.WebhookBatchWait, options.WebhookInitialBackoff) = (2, TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(1));
        });
        using var http = server.Http();

        (await http.GetAsync(Uri("/api/v1/pods"))).Dispose();

        var list = (await bodies.Reader.ReadAsync().AsTask().Within("a batch")).RootElement;
        Assert.Equal("EventList", Text(list, "kind"));
        Assert.Equal(["RequestReceived", "ResponseComplete"], list.GetProperty("items").EnumerateArray().Select(item => Text(item, "stage")));
    }

    [Fact]
    public async Task Log_EventTooLarge_IsWrittenWithoutBodiesAndSaysSo()
    {
        await using (var server = await ListenAsync(options => (options.LogPath, options.LogMaxEventBytes) = (LogPath, 2_000)))
        {
            using var http = server.Http();
            (await http.PostAsync(Uri("/api/v1/namespaces/default/configmaps"), Json("{\"metadata\":{\"name\":\"large\"},\"data\":{\"k\":\"" + new string('x', 3_000) + "\"}}"))).Dispose();
            (await http.PostAsync(Uri("/api/v1/namespaces/default/configmaps"), Json("""{"metadata":{"name":"small"},"data":{"k":"v"}}"""))).Dispose();
            (await http.GetAsync(Uri($"/api/v1/namespaces/default/configmaps/{new string('n', 2_500)}"))).Dispose();
        }

        var events = (await File.ReadAllLinesAsync(LogPath)).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["large", "small"], events.Select(static item => Text(item.GetProperty("objectRef"), "name")));
        Assert.Equal("true", Text(events[0].GetProperty("annotations"), "audit.k8s.io/truncated"));
        Assert.Equal("RequestResponse", Text(events[0], "level"));
        Assert.False(events[0].TryGetProperty("requestObject", out _));
        Assert.False(events[0].TryGetProperty("responseObject", out _));
        Assert.True(events[1].TryGetProperty("responseObject", out _));
        Assert.False(events[1].GetProperty("annotations").TryGetProperty("audit.k8s.io/truncated", out _));
    }

    [Fact]
    public async Task Log_NobodysCredentials_AreNeverInIt()
    {
        await using (var server = await ListenAsync(options => options.LogPath = LogPath))
        {
            using var http = server.Http();
            using var request = new HttpRequestMessage(HttpMethod.Get, Uri("/api/v1/namespaces/default/pods"));
            request.Headers.Add("Sec-WebSocket-Protocol", "base64url.bearer.authorization.k8s.io.c2VjcmV0LXByb3RvY29s");
            request.Headers.Add("Cookie", "session=secret-cookie");
            (await http.SendAsync(request)).Dispose();
        }

        var text = await File.ReadAllTextAsync(LogPath);
        Assert.Contains("ResponseComplete", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("c2VjcmV0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-cookie", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhook_BatchTooLargeOrRefused_IsSplitAndNotSentAgain()
    {
        var sizes = System.Threading.Channels.Channel.CreateUnbounded<int>();
        await using var hook = await HttpHook.StartAsync(async context =>
        {
            var body = await JsonDocument.ParseAsync(context.Request.Body);
            await sizes.Writer.WriteAsync(body.RootElement.GetProperty("items").GetArrayLength());
            context.Response.StatusCode = 400;
        });
        var config = hook.WriteKubeconfig(_folder);
        await using var server = await ListenAsync(options =>
        {
            options.WebhookConfigurationFile = config;
            (options.WebhookBatchSize, options.WebhookBatchWait, options.WebhookInitialBackoff) = (4, TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(1));
            (options.WebhookMaxBatchBytes, options.WebhookBatchesPerSecond) = (100, 0);
        });
        using var http = server.Http();
        (await http.GetAsync(Uri("/api/v1/pods"))).Dispose();
        (await http.GetAsync(Uri("/api/v1/pods"))).Dispose();

        for (var index = 0; index < 4; index++) { Assert.Equal(1, await sizes.Reader.ReadAsync().AsTask().Within("an event alone")); }
        (await http.GetAsync(Uri("/api/v1/pods"))).Dispose();
        (await http.GetAsync(Uri("/api/v1/pods"))).Dispose();
        for (var index = 0; index < 4; index++) { Assert.Equal(1, await sizes.Reader.ReadAsync().AsTask().Within("an event alone")); }
        Assert.False(sizes.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Throttle_MoreThanTheBurst_GoEvenly()
    {
        var time = new FakeTimeProvider();
        var throttle = new AuditThrottle(perSecond: 10, burst: 3, time);
        for (var index = 0; index < 3; index++) { Assert.True(throttle.WaitAsync(default).AsTask().IsCompletedSuccessfully); }

        var next = throttle.WaitAsync(default).AsTask();
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(102));
        await next.Within("the next to go");
        Assert.False(throttle.WaitAsync(default).AsTask().IsCompleted);
    }

    [Fact]
    public async Task File_PutAside_IsCompressed()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var sink = new LogFileSink(new AuditOptions { LogPath = LogPath, LogCompresses = true }, time, NullLogger<LogFileSink>.Instance, maxBytes: 15);
        sink.Take("the first one"u8.ToArray());
        sink.Take("the second"u8.ToArray());

        var packed = Path.Combine(_folder, "audit-2026-01-01T00-00-00.000.log.gz");
        await Task.Run(async () => { while (!File.Exists(packed) || File.Exists(packed[..^3])) { await Task.Yield(); } }).Within("the file to be compressed");
        using var text = new StreamReader(new System.IO.Compression.GZipStream(File.OpenRead(packed), System.IO.Compression.CompressionMode.Decompress));
        Assert.Equal("the first one\n", await text.ReadToEndAsync());
    }

    [Fact]
    public void File_Full_IsPutAsideAndOldOnesGo()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using (var sink = new LogFileSink(new AuditOptions { LogPath = LogPath, LogMaxBackups = 2 }, time, NullLogger<LogFileSink>.Instance, maxBytes: 25))
        {
            for (var index = 0; index < 9; index++)
            {
                sink.Take(Encoding.ASCII.GetBytes($"event {index}"));
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.Equal(["event 8"], File.ReadAllLines(LogPath)[^1..]);
        Assert.Equal(["audit-2026-01-01T00-00-03.000.log", "audit-2026-01-01T00-00-06.000.log", "audit.log"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(_folder), file => Assert.True(new FileInfo(file).Length <= 25));
    }

    private Task<TestServer> ListenAsync(Action<AuditOptions> configure)
    {
        var policy = Path.Combine(_folder, "policy.yaml");
        File.WriteAllText(policy, Policy);
        return TestServer.ListenAsync(options =>
        {
            options.Audit.PolicyFile = policy;
            configure(options.Audit);
        });
    }

    private static Uri Uri(string path) => new(path, UriKind.Relative);

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.GetString() : null;
}
