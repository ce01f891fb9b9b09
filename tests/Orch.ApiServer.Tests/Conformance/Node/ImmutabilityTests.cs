using System.Net;
using Orch.ApiServer.Tests.Conformance.Lifecycles;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance.Node;

/// <summary>Config maps and secrets that say they never change, and keys that are none.</summary>
public sealed class ImmutabilityTests : HttpServerTests
{
    private const string Fixed = "Forbidden: field is immutable when `immutable` is set";
    private const string Key = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

    [Theory]
    [InlineData("configmaps", "ConfigMap", "1", "2")]
    [InlineData("secrets", "Secret", "MQ==", "Mg==")]
    public async Task Object_MarkedImmutable_KeepsItsDataAndTheMark(string plural, string kind, string one, string two)
    {
        var path = $"/api/v1/namespaces/default/{plural}";
        await _http.MakeAsync(path, """{"metadata":{"name":"m"},"data":{"a":"ONE"}}""".Replace("ONE", one, StringComparison.Ordinal));
        var wanted = await _http.ReadAsync(path + "/m");
        wanted["data"]!["a"] = two;
        wanted = await _http.ReplaceAsync(path + "/m", wanted);
        wanted["immutable"] = true;
        wanted = await _http.ReplaceAsync(path + "/m", wanted);

        var changed = wanted.DeepClone();
        changed["data"]!["a"] = one;
        Assert.Equal($"{kind} \"m\" is invalid: data: {Fixed}", await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PUT", path + "/m", changed.ToJsonString()));
        changed = wanted.DeepClone();
        changed["immutable"] = false;
        Assert.Equal($"{kind} \"m\" is invalid: immutable: {Fixed}", await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PUT", path + "/m", changed.ToJsonString()));
        Assert.Equal($"{kind} \"m\" is invalid: immutable: {Fixed}", await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", path + "/m", """{"immutable":null}""", ApiCaller.Merge));
        wanted["metadata"]!["labels"] = new System.Text.Json.Nodes.JsonObject { ["a"] = "b" };
        await _http.ReplaceAsync(path + "/m", wanted);
        await _http.RemoveAsync(path + "/m");
        await _http.GoneAsync(path + "/m");
    }

    [Theory]
    [InlineData("configmaps", "ConfigMap")]
    [InlineData("secrets", "Secret")]
    public async Task Key_ThatIsEmpty_IsRefused(string plural, string kind)
        => Assert.Equal($"{kind} \"m\" is invalid: data[]: Invalid value: \"\": {Key}", await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "POST", $"/api/v1/namespaces/default/{plural}", """{"metadata":{"name":"m"},"data":{"":"MQ=="}}"""));

    [Fact]
    public async Task Emptiness_IsNeitherShownNorOwned()
    {
        var made = await _http.MakeAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"m","generateName":"","labels":{},"annotations":{},"finalizers":[],"ownerReferences":[]},"data":{},"binaryData":{},"immutable":false}""");
        Assert.Equal(["apiVersion", "immutable", "kind", "metadata"], made.AsObject().Select(static item => item.Key).Order());
        Assert.Equal(["creationTimestamp", "managedFields", "name", "namespace", "resourceVersion", "uid"], made["metadata"]!.AsObject().Select(static item => item.Key).Order());
        Assert.Equal("""{"f:immutable":{}}""", made["metadata"]!["managedFields"]![0]!["fieldsV1"]!.ToJsonString());
        made = await _http.ChangeAsync("/api/v1/namespaces/default/configmaps/m", """{"data":{"a":""}}""");
        Assert.Equal("""{"a":""}""", made["data"]!.ToJsonString());
    }
}
