using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Integration;

/// <summary>Owner references that stand twice: the server takes one out and says so.</summary>
public sealed class OwnerReferencesTests : HttpServerTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Rest = "; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ";
    private const string First = """{"apiVersion":"v1","kind":"Pod","name":"x","uid":"1"}""";
    private const string Second = """{"apiVersion":"v1","kind":"Pod","name":"y","uid":"2"}""";

    // Of the first owner, but not the same.
    private const string Controlling = """{"apiVersion":"v1","kind":"Pod","name":"x","uid":"1","controller":true}""";

    // Method, content type, the references, those that stay, the uids that are told.
    public static TheoryData<string, string, string[], string[], string?> Writes => new()
    {
        { "POST", "application/json", [First, First], [First], "1" },
        { "POST", "application/json", [First, Second, First, Second, First], [First, Second], "1, 2, 1" },
        { "POST", "application/json", [First, Second, Controlling], [First, Second, Controlling], null },
        { "PUT", "application/json", [Second, First, Second], [Second, First], "2" },
        { "PUT", "application/json", [Second, First], [Second, First], null },
        { "PATCH", "application/merge-patch+json", [First, Second, First], [First, Second], "1" },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Reference_ThatStandsTwice_GoesWithAWarning(string method, string type, string[] references, string[] kept, string? told)
    {
        if (method != "POST") { await _http.SendAsync("POST", Maps, """{"metadata":{"name":"a"}}"""); }
        var (code, body, answer) = await _http.SendAsync(method, method == "POST" ? Maps : Maps + "/a", $$$"""{"metadata":{"name":"a","ownerReferences":[{{{string.Join(',', references)}}}]}}""", type);
        Assert.True((int)code < 300, body.Message());
        Assert.Equal(kept.Select(Canonical), body["metadata"]!["ownerReferences"]!.AsArray().Select(static item => Canonical(item!.ToJsonString())));
        if (told is null) { Assert.False(answer.Headers.Contains("Warning")); return; }
        // A patch is looked at once, when webhooks have had it.
        var after = method == "PATCH" ? " after mutating admission happens" : string.Empty;
        Assert.Equal($"299 - \".metadata.ownerReferences contains duplicate entries{after}{Rest}{told}\"", Assert.Single(answer.Headers.GetValues("Warning")));
    }

    [Fact]
    public async Task Status_OfAnObjectWithOwners_SaysNothingOfThem()
    {
        await _http.DefineAsync(Crds.Widgets(extra: """{"subresources":{"status":{}}}"""));
        await _http.SendAsync("POST", Crds.Path(), $$$"""{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w","ownerReferences":[{{{First}}},{{{Controlling}}}]}}""");
        var (code, body, answer) = await _http.SendAsync("PATCH", Crds.Path("w/status"), """{"status":{"phase":"on"}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal(2, body["metadata"]!["ownerReferences"]!.AsArray().Count);
        Assert.False(answer.Headers.Contains("Warning"));
    }

    private static string Canonical(string json) => new JsonObject(((JsonObject)JsonNode.Parse(json)!).OrderBy(static item => item.Key, StringComparer.Ordinal).Select(static item => KeyValuePair.Create(item.Key, item.Value?.DeepClone()))).ToJsonString();
}
