using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Discovery;

/// <summary>Discovery in protobuf says what it says in JSON, by numbers of upstream's <c>generated.proto</c> that stand here a second time.</summary>
public sealed class PackedDiscoveryTests : IAsyncLifetime
{
    private const string Packed = "application/vnd.kubernetes.protobuf";
    private const string V2 = ";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    // Message: fields by number from 1 on. []: repeated. Names in upper case are messages, names after ! are flags.
    private static readonly Dictionary<string, string[]> Messages = new()
    {
        ["APIVersions"] = ["versions[]", "serverAddressByClientCIDRs[] CIDR"],
        ["CIDR"] = ["clientCIDR", "serverAddress"],
        ["APIGroupList"] = ["groups[] APIGroup"],
        ["APIGroup"] = ["name", "versions[] GV", "preferredVersion GV", "serverAddressByClientCIDRs[] CIDR"],
        ["GV"] = ["groupVersion", "version"],
        ["APIResourceList"] = ["groupVersion", "resources[] RESOURCE"],
        ["RESOURCE"] = ["name", "!namespaced", "kind", "verbs VERBS", "shortNames[]", "singularName", "categories[]", "group", "version", "storageVersionHash"],
        ["VERBS"] = ["items[]"],
        ["APIGroupDiscoveryList"] = ["metadata META", "items[] GROUP"],
        ["META"] = ["name"],
        ["GROUP"] = ["metadata META", "versions[] VERSION"],
        ["VERSION"] = ["version", "resources[] DISCOVERED", "freshness"],
        ["DISCOVERED"] = ["resource", "responseKind GVK", "scope", "singularResource", "verbs[]", "shortNames[]", "categories[]", "subresources[] SUB"],
        ["SUB"] = ["subresource", "responseKind GVK", "acceptedTypes[] GVK", "verbs[]"],
        ["GVK"] = ["group", "version", "kind"],
    };

    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
        await _http.DefineAsync(Crds.Widgets());
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("/api", "")]
    [InlineData("/apis", "")]
    [InlineData("/api/v1", "")]
    [InlineData("/apis/apps", "")]
    [InlineData("/apis/apps/v1", "")]
    [InlineData("/apis/example.com/v1", "")]
    [InlineData("/api", V2)]
    [InlineData("/apis", V2)]
    public async Task Document_InProtobuf_SaysWhatJsonSays(string path, string form)
    {
        using var plain = await GetAsync(path, "application/json" + form);
        using var packed = await GetAsync(path, Packed + form);
        Assert.Equal((HttpStatusCode.OK, Packed + form), (packed.StatusCode, packed.Content.Headers.ContentType!.ToString().Replace(" ", string.Empty, StringComparison.Ordinal)));
        Assert.Equal(plain.Headers.ETag, packed.Headers.ETag);
        var expected = (JsonObject)JsonNode.Parse(await plain.Content.ReadAsStringAsync())!;
        var bytes = await packed.Content.ReadAsByteArrayAsync();
        var actual = Unpack(bytes);
        Assert.True(JsonNode.DeepEquals(Bare(expected), Bare(actual)), $"{expected.ToJsonString()}\n{actual.ToJsonString()}");
        Assert.NotEmpty(bytes);
    }

    [Fact]
    public async Task Document_Aggregated_HasOneTagForAllItsForms()
    {
        using var packed = await GetAsync("/apis", Packed + V2);
        using var again = await GetAsync("/apis", "application/yaml" + V2, packed.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task Document_InAFormThatIsNotMade_IsNotAcceptable()
    {
        using var refused = await GetAsync("/apis/apps/v1", Packed + V2);
        Assert.Equal(HttpStatusCode.NotAcceptable, refused.StatusCode);
        using var paths = await GetAsync("/", Packed);
        Assert.Equal("application/json", paths.Content.Headers.ContentType!.MediaType);
    }

    // An empty text or object is the same as none.
    private static JsonNode Bare(JsonNode node)
    {
        if (node is JsonArray list) { return new JsonArray([.. list.Select(static item => Bare(item!))]); }
        if (node is not JsonObject map) { return node.DeepClone(); }
        var bare = new JsonObject();
        foreach (var (name, value) in map)
        {
            if (value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 } || (value is JsonValue && value.ToJsonString() is "\"\"" or "false")) { continue; }
            if (Bare(value) is var inner && inner is not JsonObject { Count: 0 }) { bare[name] = inner; }
        }

        return bare;
    }

    private static JsonObject Unpack(ReadOnlySpan<byte> body)
    {
        Assert.True(body.StartsWith("k8s\0"u8));
        string version = string.Empty, kind = string.Empty;
        var result = new JsonObject();
        for (var envelope = new ProtobufReader(body[4..]); envelope.Read();)
        {
            if (envelope.Number == 1)
            {
                for (var type = new ProtobufReader(envelope.Bytes); type.Read();)
                {
                    if (type.Number == 1) { version = Encoding.UTF8.GetString(type.Bytes); } else { kind = Encoding.UTF8.GetString(type.Bytes); }
                }
            }

            if (envelope.Number == 2) { result = Read(envelope.Bytes, kind); }
        }

        if (version.Length > 0) { result["apiVersion"] = version; }
        result["kind"] = kind;
        return result;
    }

    private static JsonObject Read(ReadOnlySpan<byte> message, string name)
    {
        var result = new JsonObject();
        for (var reader = new ProtobufReader(message); reader.Read();)
        {
            var parts = Messages[name][reader.Number - 1].Split(' ');
            if (parts[0][0] == '!') { result[parts[0][1..]] = reader.Scalar == 1; continue; }
            var isList = parts[0].EndsWith("[]", StringComparison.Ordinal);
            JsonNode value = parts.Length == 2 ? Read(reader.Bytes, parts[1]) : JsonValue.Create(Encoding.UTF8.GetString(reader.Bytes));
            var field = isList ? parts[0][..^2] : parts[0];
            if (parts is [_, "VERBS"]) { value = ((JsonObject)value)["items"]?.DeepClone() ?? new JsonArray(); }
            if (!isList) { result[field] = value; continue; }
            if (result[field] is not JsonArray list) { result[field] = list = []; }
            list.Add(value);
        }

        return result;
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string accept, string? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (tag is not null) { request.Headers.TryAddWithoutValidation("If-None-Match", tag); }
        return await _http.SendAsync(request);
    }
}
