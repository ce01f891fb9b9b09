using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Integration;

/// <summary>Server-side apply at its edges: what identifies the object, entries without fields, objects that are too large with their owners.</summary>
public sealed class ApplyTests : HttpServerTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    // What the metadata says, the code, the message.
    public static TheoryData<string, int, string> Identities => new()
    {
        { """{"name":"a","namespace":"other"}""", 400, "the namespace of the provided object does not match the namespace sent on the request" },
        { """{"name":"b","namespace":"other"}""", 400, "the namespace of the provided object does not match the namespace sent on the request" },
        { """{"name":"b"}""", 400, "the name of the object (b) does not match the name on the URL (a)" },
        { """{}""", 400, "the name of the object (a based on URL) was undeterminable: name must be provided" },
        { """{"name":"a","uid":"u-1"}""", 409, "Operation cannot be fulfilled on configmaps \"a\": uid mismatch: the provided object specified uid u-1, and no existing object was found" },
        { """{"name":"a","resourceVersion":"7"}""", 500, "resourceVersion should not be set on objects to be created" },
        { """{"name":"a","resourceVersion":"x"}""", 500, "strconv.ParseUint: parsing \"x\": invalid syntax" },
    };

    [Theory]
    [MemberData(nameof(Identities))]
    public async Task Apply_OfWhatTheUrlDoesNotMean_IsRefused(string metadata, int code, string message)
    {
        var (status, answer, _) = await ApplyAsync("a", metadata);
        Assert.Equal(code, (int)status);
        Assert.Equal(message, answer.Message());
    }

    [Fact]
    public async Task Apply_WithoutAName_TakesTheLiveObjects()
    {
        await ApplyAsync("a", """{"name":"a"}""", """{"k":"v"}""");
        var (code, answer, _) = await ApplyAsync("a", "{}", """{"k":"w"}""");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal("w", (string?)answer["data"]!["k"]);
    }

    [Fact]
    public async Task Apply_ByAnotherUid_IsInvalid()
    {
        await ApplyAsync("a", """{"name":"a"}""");
        var (code, answer, _) = await ApplyAsync("a", """{"name":"a","uid":"other"}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal("ConfigMap \"a\" is invalid: metadata.uid: Invalid value: \"other\": field is immutable", answer.Message());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Entry_WithoutFields_GoesWithTheNextWrite(string fields)
    {
        var (code, answer, _) = await _http.SendAsync("POST", Maps + "?fieldManager=me",
            $$$"""{"metadata":{"name":"a","managedFields":[{"manager":"nobody","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{{{fields}}}}]},"data":{"k":"v"}}""");
        Assert.Equal(HttpStatusCode.Created, code);
        Assert.Equal(["me"], answer["metadata"]!["managedFields"]!.AsArray().Select(static entry => (string)entry!["manager"]!));
    }

    [Fact]
    public async Task Object_ThatIsTooLargeWithItsOwners_IsStoredWithoutThem()
    {
        var data = new JsonObject();
        for (var index = 0; index < 9999; index++) { data[$"this-key-is-long-so-that-the-fields-that-somebody-owns-are-as-large-as-data-{index}"] = "A"; }
        var body = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "a" }, ["data"] = data };
        var (code, answer, _) = await _http.SendAsync("POST", Maps, body.ToJsonString());
        Assert.True(code == HttpStatusCode.Created, answer.Message());
        Assert.Null(answer["metadata"]!["managedFields"]);

        // An apply keeps its account, or is refused.
        (code, answer, _) = await ApplyAsync("a", """{"name":"a"}""", """{"k":"v"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, code);

        await _http.SendAsync("POST", Maps, """{"metadata":{"name":"b"},"data":{"k":"v"}}""");
        body["metadata"]!["name"] = "b";
        (code, answer, _) = await _http.SendAsync("PUT", Maps + "/b", body.ToJsonString());
        Assert.True(code == HttpStatusCode.OK, answer.Message());
        Assert.Null(answer["metadata"]!["managedFields"]);

        await _http.SendAsync("POST", Maps, """{"metadata":{"name":"c"},"data":{"k":"v"}}""");
        (code, answer, _) = await _http.SendAsync("PATCH", Maps + "/c", new JsonObject { ["data"] = data.DeepClone() }.ToJsonString(), "application/merge-patch+json");
        Assert.True(code == HttpStatusCode.OK, answer.Message());
        Assert.Null(answer["metadata"]!["managedFields"]);
    }

    private Task<(HttpStatusCode Code, JsonNode Body, HttpResponseMessage Answer)> ApplyAsync(string name, string metadata, string data = "{}")
        => _http.SendAsync("PATCH", $"{Maps}/{name}?fieldManager=me", $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{{metadata}},"data":{{data}}}""", "application/apply-patch+yaml");
}
