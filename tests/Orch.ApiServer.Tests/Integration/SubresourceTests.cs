using System.Net;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Integration;

/// <summary>Subresources are asked of the object that the URL names, and of no other.</summary>
public sealed class SubresourceTests : HttpServerTests
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private const string Pods = "/api/v1/namespaces/default/pods";

    // The scale's metadata, the code, the message.
    public static TheoryData<string, int, string> Scales => new()
    {
        { """{"name":"d"}""", 200, "" },
        { """{"name":"d","namespace":"default"}""", 200, "" },
        { """{"name":"e"}""", 400, "the name of the object (e) does not match the name on the URL (d)" },
        { "{}", 400, "the name of the object (d based on URL) was undeterminable: name must be provided" },
        { """{"name":"d","namespace":"other"}""", 400, "the namespace of the provided object does not match the namespace sent on the request" },
        { """{"name":"d","resourceVersion":"1"}""", 409, "Operation cannot be fulfilled on deployments.apps \"d\": the object has been modified; please apply your changes to the latest version and try again" },
        {
            """{"name":"d","uid":"other"}""", 409,
            "Operation cannot be fulfilled on deployments.apps \"d\": StorageError: invalid object, Code: 4, Key: /registry/apps/deployments/default/d, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID in object meta: {uid}"
        },
    };

    [Theory]
    [MemberData(nameof(Scales))]
    public async Task Scale_IsOfTheObjectThatTheUrlNames(string metadata, int code, string message)
    {
        var (_, made, _) = await _http.SendAsync("POST", Deployments,
            """{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        var (status, answer, _) = await _http.SendAsync("PUT", Deployments + "/d/scale", $$$"""{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{{{metadata}}},"spec":{"replicas":3}}""");
        Assert.Equal(code, (int)status);
        if (code == 200) { Assert.Equal(3, (int)answer["spec"]!["replicas"]!); return; }
        Assert.Equal(message.Replace("{uid}", (string)made["metadata"]!["uid"]!, StringComparison.Ordinal), answer.Message());
    }

    [Fact]
    public async Task Scale_OfACustomObjectWithoutAVersion_IsTaken()
    {
        await _http.DefineAsync(Crds.Widgets(extra: """{"subresources":{"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}}}"""));
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("w", """{"replicas":1}"""));
        var (code, answer, _) = await _http.SendAsync("PUT", Crds.Path("w/scale"), """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"w"},"spec":{"replicas":3}}""");
        Assert.True(code == HttpStatusCode.OK, answer.Message());
        Assert.Equal(3, (int)(await _http.SendAsync("GET", Crds.Path("w"))).Body["spec"]!["replicas"]!);

        // The object itself must be said to be the newest.
        (code, answer, _) = await _http.SendAsync("PUT", Crds.Path("w"), Crds.Widget("w", """{"replicas":2}"""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal("widgets.example.com \"w\" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update", answer.Message());
    }

    [Theory]
    [InlineData(true, "Name/string/name Desired/integer/ Available/integer/ Age/date/", "Number of desired replicas")]
    [InlineData(false, "Name/string/ Desired/integer/ Available/integer/ Age/string/", "replicas is the desired number of instances for the scaled object.")]
    public async Task Scale_AsATable_HasTheColumnsOfWhoServesIt(bool isCustom, string columns, string description)
    {
        var path = Crds.Path("w/scale");
        if (isCustom)
        {
            await _http.DefineAsync(Crds.Widgets(extra: """{"subresources":{"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}}}"""));
            await _http.SendAsync("POST", Crds.Path(), Crds.Widget("w", """{"replicas":2}"""));
        }
        else
        {
            path = Deployments + "/w/scale";
            await _http.SendAsync("POST", Deployments,
                """{"metadata":{"name":"w"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        using var answer = await _http.SendAsync(request);
        var table = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var shown = table["columnDefinitions"]!.AsArray();
        Assert.Equal(columns, string.Join(' ', shown.Select(static column => $"{(string)column!["name"]!}/{(string)column["type"]!}/{(string)column["format"]!}")));
        Assert.Equal(description, (string)shown[1]!["description"]!);
        Assert.Equal("""["w",2,0]""", new System.Text.Json.Nodes.JsonArray([.. table["rows"]![0]!["cells"]!.AsArray().Take(3).Select(static cell => cell!.DeepClone())]).ToJsonString());
    }

    // The subresource, the body, the code, the message.
    public static TheoryData<string, string, int, string> PodPosts => new()
    {
        { "binding", """{"metadata":{"name":"q"},"target":{"name":"n"}}""", 400, "name in URL does not match name in Binding object" },
        { "binding", """{"target":{"name":"n"}}""", 400, "name in URL does not match name in Binding object" },
        { "binding", """{"metadata":{"name":"p","namespace":"other"},"target":{"name":"n"}}""", 400, "the namespace of the provided object does not match the namespace sent on the request" },
        { "binding", """{"metadata":{"name":"p"},"target":{"kind":"Pod","name":"n"}}""", 500, "target.kind: Unsupported value: \"Pod\": supported values: \"Node\", \"<empty>\"" },
        { "binding", """{"metadata":{"name":"p"},"target":{"kind":"Pod"}}""", 500, "[target.kind: Unsupported value: \"Pod\": supported values: \"Node\", \"<empty>\", target.name: Required value]" },
        {
            "binding", """{"metadata":{"name":"p","uid":"other"},"target":{"name":"n"}}""", 409,
            "Operation cannot be fulfilled on pods \"p\": StorageError: invalid object, Code: 4, Key: /registry/core/pods/default/p, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID in object meta: {uid}"
        },
        { "eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"q"}}""", 400, "name in URL does not match name in Eviction object" },
        { "eviction", """{"apiVersion":"policy/v1","kind":"Eviction"}""", 400, "name in URL does not match name in Eviction object" },
        { "eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p","namespace":"other"}}""", 400, "the namespace of the provided object does not match the namespace sent on the request" },
    };

    [Theory]
    [MemberData(nameof(PodPosts))]
    public async Task Post_OfAnotherPodThanTheUrls_IsRefused(string subresource, string body, int code, string message)
    {
        await _http.SendAsync("POST", "/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"default"}}""");
        var (_, made, _) = await _http.SendAsync("POST", Pods, """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        var (status, answer, _) = await _http.SendAsync("POST", $"{Pods}/p/{subresource}", body);
        Assert.Equal(code, (int)status);
        Assert.Equal(message.Replace("{uid}", (string)made["metadata"]!["uid"]!, StringComparison.Ordinal), answer.Message());
    }

    [Fact]
    public async Task Token_OfAnotherAccountThanTheUrls_IsInvalid()
    {
        const string Accounts = "/api/v1/namespaces/default/serviceaccounts";
        await _http.SendAsync("POST", Accounts, """{"metadata":{"name":"a"}}""");
        var (code, answer, _) = await _http.SendAsync("POST", Accounts + "/a/token", """{"metadata":{"name":"b"},"spec":{}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal("TokenRequest.authentication.k8s.io \"a\" is invalid: metadata.name: Invalid value: \"b\": must match the service account name if specified", answer.Message());
    }
}
