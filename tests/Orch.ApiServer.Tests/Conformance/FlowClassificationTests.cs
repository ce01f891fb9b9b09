namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Of upstream's <c>flowcontrol.go</c> how requests are classified; the kinds' operations are in <see cref="KindOperationsTests"/>.</summary>
public sealed class FlowClassificationTests : ConformanceTests
{
    private const string Flows = "/apis/flowcontrol.apiserver.k8s.io/v1/";

    [Fact]
    public async Task Answers_NameTheSchemaAndTheLevel_ForThoseItIsOfAndForOthers()
    {
        var level = await OkAsync("POST", Flows + "prioritylevelconfigurations", """{"metadata":{"name":"e2e-level"},"spec":{"type":"Limited","limited":{"nominalConcurrencyShares":1,"limitResponse":{"type":"Reject"}}}}""");
        var schema = await OkAsync("POST", Flows + "flowschemas", """
            {"metadata":{"name":"e2e-schema"},"spec":{"matchingPrecedence":1000,"priorityLevelConfiguration":{"name":"e2e-level"},"distinguisherMethod":{"type":"ByUser"},
             "rules":[{"subjects":[{"kind":"User","user":{"name":"noxu"}}],"nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]}]}]}}
            """);
        await UntilAsync(async () => (string?)(await OkAsync("GET", Flows + "flowschemas/e2e-schema"))["status"]?["conditions"]?[0]?["status"] == "False", "the schema is not dangling");
        using var matching = _server.Http("noxu/system:authenticated");
        await UntilAsync(async () => await HeadersAsync(matching) == ((string?)schema["metadata"]!["uid"], (string?)level["metadata"]!["uid"]), "the schema is in force");
        using var other = _server.Http("foo/system:authenticated");
        var (schemaUid, levelUid) = await HeadersAsync(other);
        Assert.True(Guid.TryParse(schemaUid, out _) && Guid.TryParse(levelUid, out _));
        Assert.NotEqual((string?)schema["metadata"]!["uid"], schemaUid);
    }

    private async Task<(string?, string?)> HeadersAsync(HttpClient http)
    {
        var (_, response, _) = await SendAsync("GET", "/version", http: http);
        return (response.Headers.GetValues("X-Kubernetes-PF-FlowSchema-UID").Single(), response.Headers.GetValues("X-Kubernetes-PF-PriorityLevel-UID").Single());
    }
}
