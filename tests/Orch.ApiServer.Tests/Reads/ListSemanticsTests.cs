using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Storage;

namespace Orch.ApiServer.Tests.Reads;

/// <summary>The table of https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list.</summary>
public sealed class ListSemanticsTests : IAsyncLifetime
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private TestServer _server = null!;
    private HttpClient _http = null!;
    private long _old;
    private long _new;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
        foreach (var name in (string[])["a", "b", "c"]) { _old = await CreateAsync(name); }
        _new = await CreateAsync("d");
        // A list at 0 or an old version shows what the cache has seen, which may lag a write; a list of the newest waits until it has seen all.
        using (await _http.GetAsync(new Uri(Maps, UriKind.Relative))) { }
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    // {old} is the version with three objects, {new} the newest, with four; what remains is given only where nothing is selected.
    public static TheoryData<string, string, long?, bool> Lists => new()
    {
        { "", "abcd", null, false },
        { "resourceVersion=0", "abcd", null, false },
        { "resourceVersion=0&limit=2", "abcd", null, false },
        { "resourceVersion=0&resourceVersionMatch=NotOlderThan", "abcd", null, false },
        { "resourceVersion=0&resourceVersionMatch=NotOlderThan&limit=2", "abcd", null, false },
        { "resourceVersion={old}", "abcd", null, false },
        { "resourceVersion={old}&resourceVersionMatch=NotOlderThan", "abcd", null, false },
        { "resourceVersion={old}&resourceVersionMatch=NotOlderThan&limit=3", "abc", 1, true },
        { "resourceVersion={old}&resourceVersionMatch=Exact", "abc", null, false },
        { "resourceVersion={old}&resourceVersionMatch=Exact&limit=2", "ab", 1, true },
        { "resourceVersion={old}&limit=2", "ab", 1, true },
        { "limit=2", "ab", 2, true },
        { "limit=4", "abcd", null, false },
        { "limit=0", "abcd", null, false },
        { "limit=-1", "abcd", null, false },
        { "limit=2&labelSelector=even!%3Dx", "ab", null, true },
        { "limit=2&fieldSelector=metadata.name!%3Da", "bc", null, true },
        { "limit=1&fieldSelector=metadata.name%3Da", "a", null, false },
        { "fieldSelector=metadata.name%3Da", "a", null, false },
        { "fieldSelector=metadata.namespace%3Ddefault&limit=1", "a", null, true },
    };

    /// <summary>As in upstream's tests of stores: what follows a full page is a page, whatever is selected.</summary>
    public static TheoryData<string, string, bool> Selected => new()
    {
        { "limit=1&fieldSelector=metadata.name%3Dbarfoo", "third/barfoo", true },
        { "limit=2&fieldSelector=metadata.name%3Dbarfoo", "third/barfoo", false },
        { "limit=2&fieldSelector=metadata.name%3Dbar", "first/bar second/bar", true },
        { "limit=2&fieldSelector=metadata.name%3Dfoo", "second/foo third/foo", false },
        { "limit=5&fieldSelector=metadata.name%3Dfoo", "second/foo third/foo", false },
        { "limit=2&labelSelector=name%3Dbar", "first/bar second/bar", true },
        { "limit=2&labelSelector=name%3Dfoo", "second/foo third/foo", false },
    };

    [Theory]
    [MemberData(nameof(Selected))]
    public async Task Page_ThatIsFull_HasANextOneIfAnythingFollows(string query, string names, bool hasMore)
    {
        foreach (var (place, name) in ((string, string)[])[("first", "bar"), ("second", "bar"), ("second", "foo"), ("third", "barfoo"), ("third", "foo")])
        {
            using var made = new StringContent($$$"""{"metadata":{"name":"{{{place}}}"}}""", Encoding.UTF8, "application/json");
            using (await _http.PostAsync(new Uri("/api/v1/namespaces", UriKind.Relative), made)) { }
            using var lease = new StringContent($$$$"""{"metadata":{"name":"{{{{name}}}}","labels":{"name":"{{{{name}}}}"}}}""", Encoding.UTF8, "application/json");
            using var answer = await _http.PostAsync(new Uri($"/apis/coordination.k8s.io/v1/namespaces/{place}/leases", UriKind.Relative), lease);
            answer.EnsureSuccessStatusCode();
        }

        var list = await JsonAsync($"/apis/coordination.k8s.io/v1/leases?{query}", HttpStatusCode.OK);
        Assert.Equal(names, string.Join(' ', list.GetProperty("items").EnumerateArray().Select(static item => $"{item.GetProperty("metadata").GetProperty("namespace").GetString()}/{item.GetProperty("metadata").GetProperty("name").GetString()}")));
        Assert.Equal(hasMore, list.GetProperty("metadata").TryGetProperty("continue", out var token));
        if (!hasMore) { return; }
        var rest = await JsonAsync($"/apis/coordination.k8s.io/v1/leases?{query}&continue={Uri.EscapeDataString(token.GetString()!)}", HttpStatusCode.OK);
        Assert.Equal((0, false), (rest.GetProperty("items").GetArrayLength(), rest.GetProperty("metadata").TryGetProperty("continue", out _)));
    }

    // By a node, upstream finds pods by an index that knows no others.
    [Fact]
    public async Task Page_OfANodesPods_HasANextOneIfAPodOfThatNodeFollows()
    {
        using var account = new StringContent("""{"metadata":{"name":"default"}}""", Encoding.UTF8, "application/json");
        using (await _http.PostAsync(new Uri("/api/v1/namespaces/default/serviceaccounts", UriKind.Relative), account)) { }
        foreach (var (name, node) in ((string, string)[])[("a", "n1"), ("b", "n2"), ("c", "n1"), ("d", "n2")])
        {
            using var pod = new StringContent($$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"nodeName":"{{{node}}}","automountServiceAccountToken":false,"containers":[{"name":"c","image":"i"}]}}""", Encoding.UTF8, "application/json");
            using var answer = await _http.PostAsync(new Uri("/api/v1/namespaces/default/pods", UriKind.Relative), pod);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        foreach (var (limit, hasMore) in ((int, bool)[])[(1, true), (2, false)])
        {
            var list = await JsonAsync($"/api/v1/pods?fieldSelector=spec.nodeName%3Dn1&limit={limit}", HttpStatusCode.OK);
            Assert.Equal((limit, hasMore), (list.GetProperty("items").GetArrayLength(), list.GetProperty("metadata").TryGetProperty("continue", out _)));
        }
    }

    // So it is with slices of devices.
    [Fact]
    public async Task Page_OfANodesSlices_HasANextOneIfASliceOfThatNodeFollows()
    {
        foreach (var (name, node) in ((string, string)[])[("a", "n1"), ("b", "n2"), ("c", "n1"), ("d", "n2")])
        {
            using var slice = new StringContent($$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"driver":"d","nodeName":"{{{node}}}","pool":{"name":"p","resourceSliceCount":1} } }""", Encoding.UTF8, "application/json");
            using var answer = await _http.PostAsync(new Uri("/apis/resource.k8s.io/v1/resourceslices", UriKind.Relative), slice);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        foreach (var (selector, limit, hasMore) in ((string, int, bool)[])[("spec.nodeName%3Dn1", 1, true), ("spec.nodeName%3Dn1", 2, false), ("spec.nodeName%3Dn2", 1, true), ("spec.driver%3Dd,spec.nodeName!%3Dn2", 2, true)])
        {
            var list = await JsonAsync($"/apis/resource.k8s.io/v1/resourceslices?fieldSelector={selector}&limit={limit}", HttpStatusCode.OK);
            Assert.Equal((limit, hasMore), (list.GetProperty("items").GetArrayLength(), list.GetProperty("metadata").TryGetProperty("continue", out _)));
        }
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task List_WithVersionMatchAndLimit_ShowsWhatUpstreamWould(string query, string names, long? remaining, bool hasMore)
    {
        var list = await JsonAsync($"{Maps}?{Fill(query)}", HttpStatusCode.OK);
        var metadata = list.GetProperty("metadata");
        Assert.Equal(names, NamesOf(list));
        Assert.Equal(remaining, metadata.TryGetProperty("remainingItemCount", out var count) ? count.GetInt64() : null);
        Assert.Equal(hasMore, metadata.TryGetProperty("continue", out _));
        var version = long.Parse(metadata.GetProperty("resourceVersion").GetString()!, CultureInfo.InvariantCulture);
        var isOld = query.Contains("Exact", StringComparison.Ordinal) || query == "resourceVersion={old}&limit=2";
        Assert.True(isOld ? version == _old : version >= _new, $"{query}: {version}");
    }

    public static TheoryData<string, int, string, string> Refusals => new()
    {
        { "resourceVersionMatch=Exact", 422, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided" },
        { "resourceVersionMatch=NotOlderThan", 422, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided" },
        { "resourceVersionMatch=Exact&resourceVersion=0", 422, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"" },
        { "resourceVersionMatch=Newest&resourceVersion=1", 422, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Unsupported value: \"Newest\": supported values: \"Exact\", \"NotOlderThan\", \"\"" },
        { "resourceVersionMatch=Exact&resourceVersion=1&continue=x", 422, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided" },
        { "sendInitialEvents=true", 422, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list" },
        { "resourceVersion=5&continue={token}", 400, "BadRequest", "specifying resource version is not allowed when using continue" },
        { "resourceVersion=-1", 400, "BadRequest", "invalid resource version: resourceVersion: Invalid value: \"-1\": strconv.ParseUint: parsing \"-1\": invalid syntax" },
        { "resourceVersion=99999999999999999999", 400, "BadRequest", "invalid resource version: resourceVersion: Invalid value: \"99999999999999999999\": strconv.ParseUint: parsing \"99999999999999999999\": value out of range" },
        { "continue={escape}", 400, "BadRequest", "invalid continue token: continue key is not valid: ../secrets/default/a" },
        { "continue={zero}", 400, "BadRequest", "invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)" },
        { "continue={version}", 400, "BadRequest", "invalid continue token: continue key is not valid: server does not recognize this encoded version v2" },
        { "limit=x", 400, "BadRequest", "strconv.ParseInt: parsing \"x\": invalid syntax" },
        { "resourceVersion=100000&resourceVersionMatch=Exact", 504, "Timeout", "Timeout: Too large resource version: 100000, current: {new}" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task List_Contradiction_IsRefusedInUpstreamsWords(string query, int code, string reason, string message)
    {
        var status = await JsonAsync($"{Maps}?{Fill(query)}", (HttpStatusCode)code);
        var told = status.GetProperty("message").GetString()!;
        if (message.EndsWith("current: {new}", StringComparison.Ordinal))
        {
            // The server itself may have written something since.
            var at = told.LastIndexOf(' ') + 1;
            Assert.InRange(long.Parse(told[at..], CultureInfo.InvariantCulture), _new, _new + 1_000);
            told = told[..at] + "{new}";
        }
        else { message = Fill(message); }
        Assert.Equal((reason, message), (status.GetProperty("reason").GetString(), told));
    }

    [Fact]
    public async Task TooLargeVersion_SaysWhenToComeAgain()
    {
        using var response = await _http.GetAsync(new Uri($"{Maps}?resourceVersion=100000&resourceVersionMatch=Exact", UriKind.Relative));
        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        Assert.Equal(
            """{"causes":[{"message":"Too large resource version","reason":"ResourceVersionTooLarge"}],"retryAfterSeconds":1}""",
            Sorted(status.RootElement.GetProperty("details")));
    }

    [Fact]
    public async Task Pages_AreOfOneMoment_WhateverIsWrittenBetween()
    {
        var first = await JsonAsync($"{Maps}?limit=2", HttpStatusCode.OK);
        await CreateAsync("bb");
        using (await _http.DeleteAsync(new Uri($"{Maps}/d", UriKind.Relative))) { }
        var next = await JsonAsync($"{Maps}?limit=2&continue={TokenOf(first)}", HttpStatusCode.OK);
        Assert.Equal("cd", NamesOf(next));
        Assert.Equal(first.GetProperty("metadata").GetProperty("resourceVersion").GetString(), next.GetProperty("metadata").GetProperty("resourceVersion").GetString());
        Assert.False(next.GetProperty("metadata").TryGetProperty("continue", out _));
    }

    [Fact]
    public async Task Pages_WhoseMomentIsForgotten_GoOnInconsistentlyWhenTheClientSaysSo()
    {
        var first = await JsonAsync($"{Maps}?limit=2", HttpStatusCode.OK);
        var version = long.Parse(first.GetProperty("metadata").GetProperty("resourceVersion").GetString()!, CultureInfo.InvariantCulture);
        await CreateAsync("cc");
        var store = _server.Services.GetRequiredService<IStore>();
        await store.CompactAsync(await store.CurrentRevisionAsync(CancellationToken.None), CancellationToken.None);
        // As after a restart: the page's moment is kept nowhere.
        var token = new ContinueToken(version - 1, "b\0").ToString();

        var status = await JsonAsync($"{Maps}?limit=2&continue={token}", HttpStatusCode.Gone);
        Assert.Equal("Expired", status.GetProperty("reason").GetString());
        var again = status.GetProperty("metadata").GetProperty("continue").GetString()!;
        var next = await JsonAsync($"{Maps}?continue={again}", HttpStatusCode.OK);
        Assert.Equal("c,cc,d", NamesOf(next, ","));

        var gone = await JsonAsync($"{Maps}?resourceVersion={version - 1}&resourceVersionMatch=Exact", HttpStatusCode.Gone);
        Assert.Equal("The resourceVersion for the provided list is too old.", gone.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("HEAD", Maps)]
    [InlineData("HEAD", Maps + "/a")]
    [InlineData("OPTIONS", Maps)]
    [InlineData("OPTIONS", Maps + "/a")]
    public async Task OtherMethods_AreNotAllowed(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Theory]
    [InlineData("?pretty=true", "orch", true)]
    [InlineData("?pretty=1", "orch", true)]
    [InlineData("?pretty=0", "curl/8", false)]
    [InlineData("", "curl/8", true)]
    [InlineData("", "Mozilla/5.0 (X11)", true)]
    [InlineData("", "kubectl/v1.36", false)]
    public async Task Json_ForPeople_HasLineBreaks(string query, string agent, bool isPretty)
    {
        foreach (var path in (string[])[Maps, Maps + "/a", Maps + "/none", "/api/v1"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path + query);
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
            using var response = await _http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(text.StartsWith("{\n  \"", StringComparison.Ordinal) == isPretty, text);
            using var json = JsonDocument.Parse(text);
        }
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("deflate, gzip", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("x-gzip", false)]
    [InlineData("", false)]
    public async Task LargeObject_IsCompressedForThoseWhoTakeIt(string encodings, bool isCompressed)
    {
        await CreateAsync("large", new string('x', 140_000));
        using var request = new HttpRequestMessage(HttpMethod.Get, Maps + "/large");
        if (encodings.Length > 0) { request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings); }
        using var response = await _http.SendAsync(request);
        Assert.Equal(isCompressed, response.Content.Headers.ContentEncoding.Contains("gzip"));
        Assert.Equal(isCompressed, (await response.Content.ReadAsByteArrayAsync()).Length < 10_000);
    }

    [Theory]
    [InlineData(Maps, "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)")]
    [InlineData(Maps + "/a", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", "you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)")]
    public async Task Metadata_OfTheWrongNumber_IsNotAcceptable(string path, string accept, string message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(message, status.RootElement.GetProperty("message").GetString());
    }

    private static string NamesOf(JsonElement list, string between = "")
        => string.Join(between, list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("metadata").GetProperty("name").GetString()));

    private static string TokenOf(JsonElement list) => list.GetProperty("metadata").GetProperty("continue").GetString()!;

    private static string Sorted(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",", element.EnumerateObject().OrderBy(item => item.Name, StringComparer.Ordinal).Select(item => $"\"{item.Name}\":{Sorted(item.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(",", element.EnumerateArray().Select(Sorted)) + "]",
        _ => element.GetRawText(),
    };

    private string Fill(string text) => text
        .Replace("{old}", $"{_old}", StringComparison.Ordinal)
        .Replace("{new}", $"{_server.Services.GetRequiredService<StoreMirror>().Observed}", StringComparison.Ordinal)
        .Replace("{token}", new ContinueToken(_old, "b\0").ToString(), StringComparison.Ordinal)
        .Replace("{escape}", new ContinueToken(_old, "../secrets/default/a").ToString(), StringComparison.Ordinal)
        .Replace("{zero}", new ContinueToken(0, "a").ToString(), StringComparison.Ordinal)
        .Replace("{version}", Convert.ToBase64String("""{"v":"v2","rv":1,"start":"a"}"""u8).TrimEnd('='), StringComparison.Ordinal);

    private async Task<long> CreateAsync(string name, string data = "x")
    {
        using var response = await _http.PostAsync(
            new Uri(Maps, UriKind.Relative), new StringContent($$"""{"metadata":{"name":"{{name}}"},"data":{"x":"{{data}}"} }""", Encoding.UTF8, "application/json"));
        using var made = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return long.Parse(made.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!, CultureInfo.InvariantCulture);
    }

    private async Task<JsonElement> JsonAsync(string path, HttpStatusCode code)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == code, text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
