using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.Conformance.Lifecycles;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance.Instrumentation;

/// <summary>One store of events behind two APIs with rules of their own.</summary>
public sealed class EventsTests : HttpServerTests
{
    private const string Old = "/api/v1/namespaces/default/events";
    private const string New = "/apis/events.k8s.io/v1/namespaces/default/events";

    [Fact]
    public async Task Event_OfTheNewApi_IsFoundByItsReporterInBoth()
    {
        await MakeAsync("n1");
        await _http.MakeAsync(Old, """{"metadata":{"name":"o1"},"involvedObject":{"namespace":"default","kind":"Pod","name":"x"},"message":"m","reason":"Other","type":"Warning","source":{"component":"old-one"}}""");
        Assert.Equal(["n1"], (await _http.ReadAsync(Old + "?fieldSelector=source%3Dtest-controller")).Names());
        Assert.Equal(["n1"], (await _http.ReadAsync(New + "?fieldSelector=reportingController%3Dtest-controller")).Names());
        Assert.Equal(["o1"], (await _http.ReadAsync(Old + "?fieldSelector=source%3Dold-one,involvedObject.name%3Dx,reason%3DOther,type%3DWarning")).Names());
        Assert.Equal(["o1"], (await _http.ReadAsync(New + "?fieldSelector=regarding.name%3Dx")).Names());
        Assert.Equal(["n1", "o1"], (await _http.ReadAsync("/apis/events.k8s.io/v1/events")).Names());
        var old = await _http.ReadAsync(Old + "/n1");
        Assert.Equal(("This is n1", "test-controller", "2017-09-19T13:49:16.000000Z"), ((string)old["message"]!, (string)old["reportingComponent"]!, (string)old["eventTime"]!));
        var shown = await _http.ReadAsync(New + "/o1");
        Assert.Equal(("m", "old-one"), ((string)shown["note"]!, (string)shown["deprecatedSource"]!["component"]!));
    }

    [Fact]
    public async Task Series_IsWhatMayChangeInTheNewApi()
    {
        await MakeAsync("n1");
        var patched = await _http.ChangeAsync(New + "/n1", """{"series":{"count":2,"lastObservedTime":"2017-09-19T13:49:11.000000Z"}}""", ApiCaller.Strategic);
        Assert.Equal(2, (int)patched["series"]!["count"]!);
        patched["series"]!["count"] = 100;
        Assert.Equal(100, (int)(await _http.ReplaceAsync(New + "/n1", patched))["series"]!["count"]!);
        Assert.Equal("Event.events.k8s.io \"n1\" is invalid: series.count: Invalid value: \"\": should be at least 2", await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", New + "/n1", """{"series":{"count":1}}""", ApiCaller.Merge));
        Assert.Equal("Event.events.k8s.io \"n1\" is invalid: type: Invalid value: \"Warning\": field is immutable", await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", New + "/n1", """{"type":"Warning"}""", ApiCaller.Merge));
        Assert.Equal("new text", (string)(await _http.ChangeAsync(Old + "/n1", """{"message":"new text"}""", ApiCaller.Strategic))["message"]!);
        await _http.RemoveAsync(New + "?labelSelector=set%3Dtrue");
        Assert.Empty((await _http.ReadAsync("/api/v1/events")).Names());
    }

    private Task<JsonNode> MakeAsync(string name) => _http.MakeAsync(New, """
        {"metadata":{"name":"NAME","labels":{"set":"true"}},"regarding":{"namespace":"default"},"eventTime":"2017-09-19T13:49:16.000000Z","note":"This is NAME",
        "action":"Do","reason":"Test","type":"Normal","reportingController":"test-controller","reportingInstance":"test-node"}
        """.Replace("NAME", name, StringComparison.Ordinal));
}
