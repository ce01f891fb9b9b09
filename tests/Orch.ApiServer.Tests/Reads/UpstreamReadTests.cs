using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Reads;

/// <summary>What upstream's tests of stores, caches and servers ask of reads, where no other class here shows it.</summary>
public sealed class UpstreamReadTests : IAsyncLifetime
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync(static options => options.DisabledAdmissionPlugins.Add("ServiceAccount"));
        _http = _server.Http();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("/api/v1/secrets", "metadata.name=foo", "ns1/foo ns2/foo")]
    [InlineData("/api/v1/secrets", "metadata.name=foo,metadata.name=bar", "")]
    [InlineData("/api/v1/secrets", "metadata.name=foo,metadata.namespace=ns1", "ns1/foo")]
    [InlineData("/api/v1/secrets", "metadata.name=foo,metadata.namespace=default", "")]
    [InlineData("/api/v1/secrets", "metadata.namespace=ns1,metadata.namespace=ns2", "")]
    [InlineData("/api/v1/namespaces/ns1/secrets", "metadata.name=foo", "ns1/foo")]
    [InlineData("/api/v1/namespaces/ns1/secrets", "metadata.name=foo,metadata.name=bar", "")]
    [InlineData("/api/v1/namespaces/ns1/secrets", "metadata.name=foo,metadata.namespace=ns1", "ns1/foo")]
    [InlineData("/api/v1/namespaces/ns1/secrets", "metadata.name=foo,metadata.namespace=ns2", "")]
    [InlineData("/api/v1/namespaces/ns1/secrets", "metadata.name!=foo", "ns1/bar")]
    [InlineData("/api/v1/namespaces/ns1/secrets", "metadata.name=", "")]
    public async Task Names_InFieldSelectors_PickWhatAllOfThemNameInListsAndWatches(string path, string selector, string expected)
    {
        foreach (var (place, name) in ((string, string)[])[("ns1", "foo"), ("ns1", "bar"), ("ns2", "foo")])
        {
            await _http.SendAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{place}}}"}}""");
            await _http.SendAsync("POST", $"/api/v1/namespaces/{place}/secrets", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        }

        var query = $"fieldSelector={Uri.EscapeDataString(selector)}";
        Assert.Equal(expected, string.Join(' ', Items(await OkAsync($"{path}?{query}")).Select(Say).Where(static name => name.EndsWith("/foo", StringComparison.Ordinal) || name.EndsWith("/bar", StringComparison.Ordinal))));
        var seen = (await EventsAsync($"{path}?{query}&watch=1&timeoutSeconds=1")).Select(static item => Say(item["object"]!));
        Assert.Equal(expected, string.Join(' ', seen.Where(static name => name.EndsWith("/foo", StringComparison.Ordinal) || name.EndsWith("/bar", StringComparison.Ordinal))));
    }

    // Of a list that is not of a whole directory upstream reads one key; the rules of its version are the same.
    [Fact]
    public async Task OneByName_AtAnOldVersion_IsAsItWasThen()
    {
        var first = Version(await SentAsync("POST", Maps, """{"metadata":{"name":"a"},"data":{"k":"1"}}"""));
        var second = Version(await SentAsync("PUT", Maps + "/a", """{"metadata":{"name":"a"},"data":{"k":"2"}}"""));
        await SentAsync("DELETE", Maps + "/a", null);
        var third = Version(await SentAsync("POST", Maps, """{"metadata":{"name":"b"}}"""));

        Assert.Equal("1", await ShownAsync(first, "Exact"));
        Assert.Equal("2", await ShownAsync(second, "Exact"));
        Assert.Equal("", await ShownAsync(third, "Exact"));
        Assert.Equal("", await ShownAsync(first, "NotOlderThan"));

        async Task<string> ShownAsync(string version, string match)
            => string.Join(' ', Items(await OkAsync($"{Maps}?fieldSelector=metadata.name%3Da&resourceVersion={version}&resourceVersionMatch={match}")).Select(static item => item["data"]!["k"]!.ToString()));
    }

    // The object of an event of leaving is the one before, at the version of the change that made it leave.
    [Theory]
    [InlineData("fieldSelector=status.phase%3DPending", """{"status":{"phase":"Running"}}""", """{"status":{"phase":"Pending"}}""", "/status")]
    [InlineData("fieldSelector=status.phase!%3DRunning", """{"status":{"phase":"Running"}}""", """{"status":{"phase":"Succeeded"}}""", "/status")]
    [InlineData("labelSelector=a", """{"metadata":{"labels":{"a":null}}}""", """{"metadata":{"labels":{"a":"c"}}}""", "")]
    [InlineData("labelSelector=a%3Db", """{"metadata":{"labels":{"a":"c"}}}""", """{"metadata":{"labels":{"a":"b"}}}""", "")]
    [InlineData("labelSelector=a&fieldSelector=metadata.name%3Dp", """{"metadata":{"labels":{"a":null}}}""", """{"metadata":{"labels":{"a":""}}}""", "")]
    public async Task ObjectThatLeavesAndComesBack_IsDeletedAndAdded_AtTheVersionsOfItsChanges(string selector, string leave, string comeBack, string subresource)
    {
        const string pods = "/api/v1/namespaces/default/pods";
        var made = await SentAsync("POST", pods, """{"metadata":{"name":"p","labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        var left = await SentAsync("PATCH", $"{pods}/p{subresource}", leave, "application/merge-patch+json");
        var unseen = await SentAsync("PATCH", $"{pods}/p", """{"metadata":{"annotations":{"x":"y"}}}""", "application/merge-patch+json");
        var back = await SentAsync("PATCH", $"{pods}/p{subresource}", comeBack, "application/merge-patch+json");
        var gone = await SentAsync("DELETE", pods + "/p?gracePeriodSeconds=0", null);

        var events = await EventsAsync($"{pods}?watch=1&timeoutSeconds=1&resourceVersion={Version(made)}&{selector}");
        Assert.Equal(
            [$"DELETED {Version(left)}", $"ADDED {Version(back)}"],
            events.Take(2).Select(static item => $"{item["type"]} {Version(item["object"]!)}"));
        Assert.Equal("DELETED", events[^1]["type"]!.ToString());
        Assert.True(long.Parse(Version(events[^1]["object"]!), null) > long.Parse(Version(back), null));
        Assert.NotEqual(Version(unseen), Version(left));
        Assert.Equal("p", gone["metadata"]!["name"]!.ToString());
        // As it was before it left.
        Assert.Equal("b", events[0]["object"]!["metadata"]!["labels"]!["a"]!.ToString());
    }

    // A body of brackets alone, and one of spaces, as large as it may be; then one that is larger.
    [Theory]
    [InlineData("PATCH", "application/json-patch+json", """[{"op":"add","path":"/foo","value":{}}]""", true)]
    [InlineData("PATCH", "application/merge-patch+json", """{"value":{}}""", true)]
    [InlineData("PATCH", "application/strategic-merge-patch+json", """{"value":{}}""", true)]
    [InlineData("PATCH", "application/apply-patch+yaml", """{"apiVersion":"v1","kind":"ConfigMap","value":{}}""", false)]
    [InlineData("PUT", "application/json", """{"metadata":{"name":"a"},"value":{}}""", true)]
    [InlineData("PUT", "application/yaml", """{"metadata":{"name":"a"},"value":{}}""", false)]
    public async Task Body_OfAnyDepthWithinTheLimit_IsReadOrRefused_AndALargerOneIsTooLarge(string method, string type, string body, bool takesSpaces)
    {
        const int limit = 3 * 1024 * 1024;
        await SentAsync("POST", Maps, """{"metadata":{"name":"a"}}""");
        var query = type.Contains("apply", StringComparison.Ordinal) ? "?fieldManager=me" : "";
        var deep = body.Replace("{}", new string('[', limit / 2 - 100) + new string(']', limit / 2 - 100), StringComparison.Ordinal);
        var (code, answer, _) = await _http.SendAsync(method, Maps + "/a" + query, deep, type).Within("the answer");
        Assert.True(code is HttpStatusCode.OK or HttpStatusCode.BadRequest, answer.ToJsonString());
        if (takesSpaces)
        {
            var wide = body.Replace("{}", "0" + new string(' ', limit - 200), StringComparison.Ordinal);
            (code, answer, _) = await _http.SendAsync(method, Maps + "/a" + query, wide, type).Within("the answer");
            Assert.True(code == HttpStatusCode.OK, answer.ToJsonString());
        }

        var larger = body.Replace("{}", "0" + new string(' ', limit), StringComparison.Ordinal);
        (code, answer, _) = await _http.SendAsync(method, Maps + "/a" + query, larger, type).Within("the answer");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "Request entity too large: limit is 3145728"), (code, answer["message"]!.ToString()));
    }

    private static string Say(JsonNode item) => $"{item["metadata"]!["namespace"]}/{item["metadata"]!["name"]}";

    private static string Version(JsonNode item) => item["metadata"]!["resourceVersion"]!.ToString();

    private static IEnumerable<JsonNode> Items(JsonNode list) => list["items"]!.AsArray().Select(static item => item!);

    private Task<JsonNode> OkAsync(string path) => SentAsync("GET", path, null);

    private async Task<JsonNode> SentAsync(string method, string path, string? body, string type = "application/json")
    {
        var (code, answer, _) = await _http.SendAsync(method, path, body, type);
        Assert.True((int)code is 200 or 201, $"{method} {path}: {answer.ToJsonString()}");
        return answer;
    }

    private async Task<List<JsonNode>> EventsAsync(string path)
    {
        var text = await _http.GetStringAsync(new Uri(path, UriKind.Relative)).Within("the watch to end");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!)];
    }
}
