using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Json;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Reads;

public sealed class WatchSemanticsTests : IAsyncLifetime
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string InitialEnd = "k8s.io/initial-events-end";
    private static readonly ModelSchemas Schemas = new();
    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
        await CreateAsync("a");
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "resourceVersionMatch=NotOlderThan", "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided" },
        { "sendInitialEvents=true", "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan" },
        { "sendInitialEvents=false", "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan" },
        { "sendInitialEvents=true&resourceVersionMatch=Exact", "[resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan, resourceVersionMatch: Unsupported value: \"Exact\": supported values: \"NotOlderThan\"]" },
        { "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&continue=x", "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Watch_Contradiction_IsRefusedInUpstreamsWords(string query, string detail)
    {
        using var response = await _http.GetAsync(new Uri($"{Maps}?watch=1&{query}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal($"ListOptions.meta.k8s.io \"\" is invalid: {detail}", status.RootElement.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("", "ADDED a, BOOKMARK end")]
    [InlineData("&resourceVersion=0", "ADDED a, BOOKMARK end")]
    [InlineData("&sendInitialEvents=true&resourceVersionMatch=NotOlderThan", "ADDED a, BOOKMARK end")]
    [InlineData("&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion={now}", "ADDED a, BOOKMARK end")]
    [InlineData("&sendInitialEvents=false&resourceVersionMatch=NotOlderThan", "BOOKMARK")]
    [InlineData("&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=0", "BOOKMARK")]
    [InlineData("&resourceVersion={now}", "BOOKMARK")]
    public async Task Watch_BeginsAsItsVersionSays(string query, string expected)
    {
        var now = _server.Services.GetRequiredService<StoreMirror>().Observed;
        var path = $"{Maps}?watch=1&allowWatchBookmarks=true&timeoutSeconds=1&fieldSelector=metadata.name%3Da{query.Replace("{now}", now.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)}";
        var lines = (await _http.GetStringAsync(new Uri(path, UriKind.Relative)).Within("the watch to end")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var events = lines.Select(line => JsonDocument.Parse(line).RootElement).Select(Say).ToList();
        // The last bookmark comes with the end.
        if (expected != "BOOKMARK") { expected += ", BOOKMARK"; }
        Assert.Equal(expected, string.Join(", ", events));

        static string Say(JsonElement item)
        {
            var metadata = item.GetProperty("object").GetProperty("metadata");
            var type = item.GetProperty("type").GetString();
            if (type != "BOOKMARK") { return $"{type} {metadata.GetProperty("name").GetString()}"; }
            return metadata.TryGetProperty("annotations", out var annotations) && annotations.GetProperty(InitialEnd).GetString() == "true" ? "BOOKMARK end" : "BOOKMARK";
        }
    }

    [Fact]
    public async Task Watch_OfANamedObjectByQuery_IsAGet()
    {
        using var json = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"{Maps}/a?watch=1", UriKind.Relative)).Within("the answer"));
        Assert.Equal("ConfigMap", json.RootElement.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Watch_ByTheOldPathOfAName_SeesThatObject()
    {
        await CreateAsync("b");
        var text = await _http.GetStringAsync(new Uri("/api/v1/watch/namespaces/default/configmaps/b?timeoutSeconds=1", UriKind.Relative)).Within("the watch to end");
        Assert.Contains("\"name\":\"b\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"name\":\"a\"", text, StringComparison.Ordinal);
        using var refused = await _http.GetAsync(new Uri("/api/v1/watch/namespaces/default/configmaps/b?fieldSelector=metadata.name%3Da", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("fieldSelector metadata.name doesn't match requested name", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_OfYaml_IsNotAcceptable()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Maps + "?watch=1");
        request.Headers.Add("Accept", "application/yaml");
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.Contains(
            "only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("None", "null")]
    [InlineData("Metadata", "PartialObjectMetadata")]
    [InlineData("Object", "ConfigMap")]
    public async Task Watch_OfTables_HasColumnsOnceAndObjectsAsAsked(string include, string kind)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Maps}?watch=1&timeoutSeconds=1&includeObject={include}");
        request.Headers.TryAddWithoutValidation("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
        await CreateAsync("b");
        using var response = await _http.SendAsync(request).Within("the watch to end");
        var events = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("object")).ToList();
        Assert.All(events, item => Assert.Equal("Table", item.GetProperty("kind").GetString()));
        Assert.Equal([true, .. Enumerable.Repeat(false, events.Count - 1)], events.Select(item => item.GetProperty("columnDefinitions").ValueKind == JsonValueKind.Array));
        var row = events[0].GetProperty("rows")[0].GetProperty("object");
        Assert.Equal(kind, row.ValueKind == JsonValueKind.Null ? "null" : row.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Watch_BeginningWithABookmark_HasItsColumnsThere()
    {
        var list = JsonDocument.Parse(await _http.GetStringAsync("/api/v1/namespaces/default/secrets")).RootElement;
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"/api/v1/namespaces/default/secrets?watch=1&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion={list.GetProperty("metadata").GetProperty("resourceVersion").GetString()}");
        request.Headers.TryAddWithoutValidation("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        using var response = await _http.SendAsync(request).Within("the watch to end");
        var first = JsonDocument.Parse((await response.Content.ReadAsStringAsync()).Split('\n')[0]).RootElement;
        Assert.Equal(("BOOKMARK", JsonValueKind.Array), (first.GetProperty("type").GetString(), first.GetProperty("object").GetProperty("columnDefinitions").ValueKind));
    }

    // As upstream's e2e tests of watches in place of lists: tables are none of their forms, and what else is accepted serves.
    [Theory]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io", "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan", HttpStatusCode.NotAcceptable)]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io", "", HttpStatusCode.NotAcceptable)]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan", HttpStatusCode.OK)]
    public async Task Watch_InPlaceOfAList_HasNoTables(string accept, string query, HttpStatusCode code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Maps}?watch=1&allowWatchBookmarks=true&timeoutSeconds=1{query}");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _http.SendAsync(request).Within("the watch to end");
        Assert.Equal(code, response.StatusCode);
        var first = JsonDocument.Parse((await response.Content.ReadAsStringAsync()).Split('\n')[0]).RootElement;
        if (code == HttpStatusCode.OK) { Assert.Equal("ConfigMap", first.GetProperty("object").GetProperty("kind").GetString()); }
        else { Assert.Equal("only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf", first.GetProperty("message").GetString()); }
    }

    [Fact]
    public async Task Protobuf_OfObjectListStatusAndMetadata_SaysWhatJsonSays()
    {
        await CreateAsync("b");
        await AssertSameAsync(Maps + "/a", string.Empty, typeof(V1ConfigMap));
        await AssertSameAsync(Maps + "?limit=1", string.Empty, typeof(V1ConfigMapList));
        await AssertSameAsync(Maps + "/none", string.Empty, typeof(V1Status));
        await AssertSameAsync("/api/v1/namespaces", string.Empty, typeof(V1NamespaceList));
        await AssertSameAsync("/apis/events.k8s.io/v1/events", string.Empty, typeof(Eventsv1EventList));
        await AssertSameAsync(Maps + "/a", ";as=PartialObjectMetadata;v=v1;g=meta.k8s.io", typeof(V1ConfigMap));
        await AssertSameAsync(Maps, ";as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", typeof(V1ConfigMapList));
    }

    [Theory]
    [InlineData("", "ConfigMap")]
    [InlineData(";as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "PartialObjectMetadata")]
    public async Task Watch_InProtobuf_IsFramed(string form, string kind)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Maps + "?watch=1&allowWatchBookmarks=true&timeoutSeconds=1&fieldSelector=metadata.name%3Da");
        request.Headers.TryAddWithoutValidation("Accept", $"application/vnd.kubernetes.protobuf;stream=watch{form},application/json");
        using var response = await _http.SendAsync(request).Within("the watch to end");
        Assert.Equal("application/vnd.kubernetes.protobuf;stream=watch", response.Content.Headers.ContentType!.ToString().Replace(" ", "", StringComparison.Ordinal));
        var events = Frames(await response.Content.ReadAsByteArrayAsync()).ToList();
        Assert.Equal(["ADDED", "BOOKMARK", "BOOKMARK"], events.Select(item => item.Type));
        Assert.All(events, item => Assert.Equal(kind, item.Object["kind"]));
        Assert.Equal("a", ((JsonMap)events[0].Object["metadata"]!)["name"]);
        Assert.Equal("true", ((JsonMap)((JsonMap)events[1].Object["metadata"]!)["annotations"]!)[InitialEnd]);
        Assert.Equal(kind == "ConfigMap", events[0].Object.ContainsKey("data"));
    }

    [Fact]
    public async Task Watch_InProtobufOfALargeObject_HasItWhole()
    {
        var text = new string('x', 50_000);
        using var made = await _http.PostAsync(new Uri(Maps, UriKind.Relative), new StringContent($$$"""{"metadata":{"name":"large"},"data":{"text":"{{{text}}}"}}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, Maps + "?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dlarge");
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.kubernetes.protobuf;stream=watch");
        using var response = await _http.SendAsync(request).Within("the watch to end");
        var only = Assert.Single(Frames(await response.Content.ReadAsByteArrayAsync()));
        Assert.Equal(("ADDED", text), (only.Type, (string)((JsonMap)only.Object["data"]!)["text"]!));
    }

    [Fact]
    public async Task Watch_InProtobufFromTooLongAgo_IsToldInAFrame()
    {
        var cache = _server.Services.GetRequiredService<StoreMirror>().CacheOf("/registry/core/configmaps/");
        cache.Load(cache.Snapshot.Objects, 1000);
        using var request = new HttpRequestMessage(HttpMethod.Get, Maps + "?watch=1&resourceVersion=5");
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.kubernetes.protobuf");
        using var response = await _http.SendAsync(request).Within("the watch to end");
        var (type, status) = Frames(await response.Content.ReadAsByteArrayAsync(), typeof(V1Status)).Single();
        Assert.Equal(("ERROR", "Expired", "410"), (type, status["reason"], ((JsonNumber)status["code"]!).Text));
    }

    [Fact]
    public async Task Protobuf_PostedAndAnswered_NeedsNoJson()
    {
        using var body = new ProtobufBuffer();
        ProtobufEnvelope.Write(body, "v1", "ConfigMap", ProtobufModels.Find(typeof(V1ConfigMap))!, static (output, message) => ProtobufOutput.Write(output, """{"metadata":{"name":"p"},"data":{"k":"v"}}"""u8, message));
        using var request = new HttpRequestMessage(HttpMethod.Post, Maps) { Content = new ByteArrayContent(body.Written.ToArray()) };
        request.Content.Headers.ContentType = new("application/vnd.kubernetes.protobuf");
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.kubernetes.protobuf");
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var made = (JsonMap)JsonTree.Read(ProtobufInput.ToJson(await response.Content.ReadAsByteArrayAsync(), Schemas.For(typeof(V1ConfigMap))))!;
        Assert.Equal("v", ((JsonMap)made["data"]!)["k"]);
        Assert.True(((JsonMap)made["metadata"]!).ContainsKey("resourceVersion"));
    }

    private static IEnumerable<(string Type, JsonMap Object)> Frames(byte[] bytes, Type? model = null)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            yield return Frame(bytes.AsSpan(at + 4, length), model ?? typeof(V1ConfigMap));
            at += 4 + length;
        }
    }

    private static (string Type, JsonMap Object) Frame(ReadOnlySpan<byte> frame, Type model)
    {
        var reader = new ProtobufReader(frame);
        Assert.True(reader.Read());
        var type = Encoding.UTF8.GetString(reader.Bytes);
        Assert.True(reader.Read());
        var extension = new ProtobufReader(reader.Bytes);
        Assert.True(extension.Read());
        return (type, (JsonMap)JsonTree.Read(ProtobufInput.ToJson(extension.Bytes, Schemas.For(model)))!);
    }

    private async Task AssertSameAsync(string path, string form, Type model)
    {
        using var plain = await GetAsync(path, "application/json" + form);
        using var packed = await GetAsync(path, "application/vnd.kubernetes.protobuf" + form);
        Assert.Equal("application/vnd.kubernetes.protobuf", packed.Content.Headers.ContentType!.MediaType);
        var expected = (JsonMap)JsonTree.Read(await plain.Content.ReadAsByteArrayAsync())!;
        var actual = (JsonMap)JsonTree.Read(ProtobufInput.ToJson(await packed.Content.ReadAsByteArrayAsync(), Schemas.For(model)))!;
        var schema = Schemas.For(model);
        foreach (var side in (JsonMap[])[expected, actual])
        {
            // The items of a list have their kind in JSON alone.
            foreach (var item in side.GetValueOrDefault("items") as JsonList ?? []) { ((JsonMap)item!).Remove("kind"); ((JsonMap)item).Remove("apiVersion"); }
        }

        Assert.True(
            JsonTree.Equals(Orch.ApiServer.Tests.Protobuf.ProtobufInputTests.Expected(expected, schema), Orch.ApiServer.Tests.Protobuf.ProtobufInputTests.Expected(actual, schema)),
            $"{path}{form}\n{Encoding.UTF8.GetString(JsonTree.Write(expected))}\n{Encoding.UTF8.GetString(JsonTree.Write(actual))}");
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await _http.SendAsync(request);
    }

    private async Task CreateAsync(string name)
    {
        using var response = await _http.PostAsync(
            new Uri(Maps, UriKind.Relative), new StringContent($$"""{"metadata":{"name":"{{name}}"},"data":{"x":"1"} }""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        // A write is answered before the cache has it: what a watch from the cache begins with is certain only now.
        using var made = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var version = long.Parse(made.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!, CultureInfo.InvariantCulture);
        await _server.Services.GetRequiredService<StoreMirror>().WaitForAsync(version, CancellationToken.None).AsTask().Within("the cache to have what was created");
    }
}
