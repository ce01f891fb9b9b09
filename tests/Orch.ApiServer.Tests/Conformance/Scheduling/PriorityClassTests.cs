using System.Net;
using Orch.ApiServer.Tests.Conformance.Lifecycles;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance.Scheduling;

/// <summary>Priority classes: what of them may change, and which may not be made.</summary>
public sealed class PriorityClassTests : HttpServerTests
{
    private const string Path = "/apis/scheduling.k8s.io/v1/priorityclasses";
    private const string Invalid = "PriorityClass.scheduling.k8s.io ";

    [Fact]
    public async Task Value_AndPolicy_AreForGood_AndTheDescriptionIsNot()
    {
        await _http.MakeAsync(Path, """{"metadata":{"name":"p"},"value":1}""");
        Assert.Equal(Invalid + "\"p\" is invalid: value: Forbidden: may not be changed in an update.", await RefusedAsync("""{"value":2}"""));
        Assert.Equal(Invalid + "\"p\" is invalid: preemptionPolicy: Invalid value: \"Never\": field is immutable", await RefusedAsync("""{"preemptionPolicy":"Never"}"""));
        Assert.Equal("updated", (string)(await _http.ChangeAsync(Path + "/p", """{"description":"updated"}"""))["description"]!);
        var wanted = await _http.ReadAsync(Path + "/p");
        wanted["description"] = "replaced";
        Assert.Equal("replaced", (string)(await _http.ReplaceAsync(Path + "/p", wanted))["description"]!);
        Assert.Contains("system-cluster-critical", (await _http.ReadAsync(Path)).Names());
    }

    [Fact]
    public async Task Names_AndValues_OfTheSystem_AreTaken()
    {
        Assert.Equal(Invalid + "\"system-x\" is invalid: metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class", await MakeAsync("""{"metadata":{"name":"system-x"},"value":1}"""));
        Assert.Equal(Invalid + "\"big\" is invalid: value: Forbidden: maximum allowed value of a user defined priority is 1000000000", await MakeAsync("""{"metadata":{"name":"big"},"value":1000000001}"""));
        await _http.MakeAsync(Path, """{"metadata":{"name":"default"},"value":1,"globalDefault":true}""");
        await _server.CaughtUpAsync();
        Assert.Equal("priorityclasses.scheduling.k8s.io \"other\" is forbidden: PriorityClass default is already marked as default. Only one default can exist", await _http.RefusedAsync(HttpStatusCode.Forbidden, "POST", Path, """{"metadata":{"name":"other"},"value":1,"globalDefault":true}"""));
    }

    private Task<string> RefusedAsync(string patch) => _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", Path + "/p", patch, ApiCaller.Merge);

    private Task<string> MakeAsync(string body) => _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "POST", Path, body);
}
