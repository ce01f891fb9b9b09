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

    [Fact]
    public async Task Names_InFieldSelectors_PickWhatAllOfThemName_InListsAndWatches()
    {
        foreach (var (place, name) in ((string, string)[])[("ns1", "foo"), ("ns1", "bar"), ("ns2", "foo")])
        {
            await _http.SendAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{place}}}"}}""");
            await _http.SendAsync("POST", $"/api/v1/namespaces/{place}/secrets", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        }

        const string all = "/api/v1/secrets";
        const string one = "/api/v1/namespaces/ns1/secrets";
        (string Path, string Selector, string Expected)[] cases =
        [
            (all, "metadata.name=foo", "ns1/foo ns2/foo"),
            (all, "metadata.name=foo,metadata.name=bar", ""),
            (all, "metadata.name=foo,metadata.namespace=ns1", "ns1/foo"),
            (all, "metadata.name=foo,metadata.namespace=default", ""),
            (all, "metadata.namespace=ns1,metadata.namespace=ns2", ""),
            (one, "metadata.name=foo", "ns1/foo"),
            (one, "metadata.name=foo,metadata.name=bar", ""),
            (one, "metadata.name=foo,metadata.namespace=ns1", "ns1/foo"),
            (one, "metadata.name=foo,metadata.namespace=ns2", ""),
            (one, "metadata.name!=foo", "ns1/bar"),
            (one, "metadata.name=", ""),
        ];
        await Task.WhenAll(cases.Select(async item =>
        {
            var path = $"{item.Path}?fieldSelector={Uri.EscapeDataString(item.Selector)}";
            Assert.Equal(item, item with { Expected = Said(Items(await OkAsync(path))) });
            Assert.Equal(item, item with { Expected = Said((await EventsAsync(path + "&watch=1&timeoutSeconds=1")).Select(static one => one["object"]!)) });
        }));

        static string Said(IEnumerable<JsonNode> items) => string.Join(' ', items.Select(Say).Where(static name => name.EndsWith("/foo", StringComparison.Ordinal) || name.EndsWith("/bar", StringComparison.Ordinal)));
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
    [Fact]
    public async Task ObjectThatLeavesAndComesBack_IsDeletedAndAdded_AtTheVersionsOfItsChanges()
    {
        (string Selector, string Leave, string ComeBack, string Subresource)[] cases =
        [
            ("fieldSelector=status.phase%3DPending", """{"status":{"phase":"Running"}}""", """{"status":{"phase":"Pending"}}""", "/status"),
            ("fieldSelector=status.phase!%3DRunning", """{"status":{"phase":"Running"}}""", """{"status":{"phase":"Succeeded"}}""", "/status"),
            ("labelSelector=a", """{"metadata":{"labels":{"a":null}}}""", """{"metadata":{"labels":{"a":"c"}}}""", ""),
            ("labelSelector=a%3Db", """{"metadata":{"labels":{"a":"c"}}}""", """{"metadata":{"labels":{"a":"b"}}}""", ""),
            ("labelSelector=a&fieldSelector=metadata.name%3Dp2", """{"metadata":{"labels":{"a":null}}}""", """{"metadata":{"labels":{"a":""}}}""", ""),
        ];
        await Task.WhenAll(cases.Select(async (item, index) =>
        {
            var pods = $"/api/v1/namespaces/n{index}/pods";
            await SentAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"name":"n{{{index}}}"}}""");
            var made = await SentAsync("POST", pods, """{"metadata":{"name":"p2","labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
            var left = await SentAsync("PATCH", $"{pods}/p2{item.Subresource}", item.Leave, "application/merge-patch+json");
            await SentAsync("PATCH", $"{pods}/p2", """{"metadata":{"annotations":{"x":"y"}}}""", "application/merge-patch+json");
            var back = await SentAsync("PATCH", $"{pods}/p2{item.Subresource}", item.ComeBack, "application/merge-patch+json");
            await SentAsync("DELETE", pods + "/p2?gracePeriodSeconds=0", null);

            var events = await EventsAsync($"{pods}?watch=1&timeoutSeconds=1&resourceVersion={Version(made)}&{item.Selector}");
            Assert.Equal([$"DELETED {Version(left)}", $"ADDED {Version(back)}"], events.Take(2).Select(static one => $"{one["type"]} {Version(one["object"]!)}"));
            Assert.Equal("DELETED", events[^1]["type"]!.ToString());
            Assert.True(long.Parse(Version(events[^1]["object"]!), null) > long.Parse(Version(back), null));
            // As it was before it left.
            Assert.Equal("b", events[0]["object"]!["metadata"]!["labels"]!["a"]!.ToString());
        }));
    }

    [Fact]
    public async Task Watch_FromAVersionThatIsNotReached_SeesNothingBeforeIt_AndHasNoBookmarks()
    {
        var now = long.Parse(Version(await SentAsync("POST", Maps, """{"metadata":{"name":"a"}}""")), null);
        var watch = EventsAsync($"{Maps}?watch=1&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion={now + 2}");
        for (var number = 1; number <= 3; number++) { await SentAsync("POST", Maps, $$$"""{"metadata":{"name":"b{{{number}}}"}}"""); }
        Assert.All(await watch, item => Assert.True(long.Parse(Version(item["object"]!), null) > now + 2));
        Assert.Empty(await EventsAsync($"{Maps}?watch=1&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion={now + 1000}"));
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
