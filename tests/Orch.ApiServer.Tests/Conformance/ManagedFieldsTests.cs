using System.Text.Json.Nodes;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>What upstream's integration tests of server-side apply (<c>test/integration/apiserver/apply</c>) look for, beyond what <c>ServerSideApplyTests</c> shows.</summary>
public sealed class ManagedFieldsTests : ConformanceTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private const string StrategicPatch = "application/strategic-merge-patch+json";
    private const string JsonPatch = "application/json-patch+json";
    private const string Map = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"test-cm","namespace":"default","labels":{"test-label":"test"}},"data":{"key":"value"}}""";

    public static TheoryData<string, string, string, string> Scalables => new()
    {
        { "/apis/apps/v1/namespaces/default/deployments", "apps/v1", "Deployment", """{"matchLabels":{"app":"nginx"}}""" },
        { "/apis/apps/v1/namespaces/default/statefulsets", "apps/v1", "StatefulSet", """{"matchLabels":{"app":"nginx"}}""" },
        { "/apis/apps/v1/namespaces/default/replicasets", "apps/v1", "ReplicaSet", """{"matchLabels":{"app":"nginx"}}""" },
        { "/api/v1/namespaces/default/replicationcontrollers", "v1", "ReplicationController", """{"app":"nginx"}""" },
    };

    [Fact]
    public async Task Apply_ThatAnotherChanged_KeepsTheAccountAsUpstreamDoes()
    {
        await ApplyAsync($"{Maps}/test-cm", Map);
        var after = await OkAsync("PATCH", $"{Maps}/test-cm?fieldManager=updater", """{"data":{"key":"new value"}}""", MergePatch);
        Assert.Equal(
            ["""apply_test Apply v1 {"f:metadata":{"f:labels":{"f:test-label":{}}}}""", """updater Update v1 {"f:data":{"f:key":{}}}"""],
            Managers(after));
    }

    [Fact]
    public async Task Apply_OfNothing_OwnsNothing()
    {
        const string Empty = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"test-cm","namespace":"default"}}""";
        await ApplyAsync($"{Maps}/test-cm", Empty);
        Assert.Null((await ApplyAsync($"{Maps}/test-cm", Empty))["metadata"]!["managedFields"]);
    }

    [Fact]
    public async Task Apply_WithEmptyMaps_WritesNothingASecondTime()
    {
        var body = Deployment("""{"name":"deployment","labels":{"app":"my-app"},"annotations":{"deployment.kubernetes.io/revision":"1"}}""", """{"name":"nginx","image":"nginx:latest","env":[],"resources":{}}""")
            .Replace("\"labels\":{\"app\":\"my-app\"}", "\"labels\":{}", StringComparison.Ordinal);
        var first = await ApplyAsync($"{Deployments}/deployment", body);
        var second = await ApplyAsync($"{Deployments}/deployment", body);
        Assert.Equal(Version(first), Version(second));
        Assert.True(JsonNode.DeepEquals(first["metadata"]!["managedFields"], second["metadata"]!["managedFields"]));
    }

    [Fact]
    public async Task Patch_ThatChangesNothing_WritesNothing()
    {
        var made = await OkAsync("POST", $"{Maps}?fieldManager=maker", Map);
        foreach (var (type, body) in ((string, string)[])[(MergePatch, """{"metadata":{"labels":{"test-label":"test"}}}"""), (StrategicPatch, """{"data":{"key":"value"}}"""), (JsonPatch, """[{"op":"replace","path":"/data/key","value":"value"}]""")])
        {
            Assert.Equal(Version(made), Version(await OkAsync("PATCH", $"{Maps}/test-cm?fieldManager=other", body, type)));
        }

        Assert.Equal(Version(made), Version(await OkAsync("PUT", $"{Maps}/test-cm?fieldManager=other", made.ToJsonString())));
    }

    [Fact]
    public async Task Apply_WithoutAPortThatOnlyItOwned_RemovesIt()
    {
        const string Port = ""","ports":[{"containerPort":80,"protocol":"TCP"}]""";
        await ApplyAsync($"{Deployments}/deployment", Deployment("""{"name":"deployment"}""", $$"""{"name":"nginx","image":"nginx:latest"{{Port}}}"""));
        var after = await ApplyAsync($"{Deployments}/deployment", Deployment("""{"name":"deployment"}""", """{"name":"nginx","image":"nginx:latest"}"""));
        Assert.Null(after["spec"]!["template"]!["spec"]!["containers"]![0]!["ports"]);
    }

    [Fact]
    public async Task Apply_OfAnotherVersionThanThePaths_IsABadRequest()
    {
        await ApplyAsync($"{Deployments}/deployment", Deployment("""{"name":"deployment"}""", """{"name":"nginx","image":"nginx:latest"}"""));
        var (code, _, text) = await SendAsync("PATCH", $"{Deployments}/deployment?fieldManager=apply_test", Deployment("""{"name":"deployment"}""", """{"name":"nginx","image":"nginx:latest"}""").Replace("apps/v1", "extensions/v1beta", StringComparison.Ordinal), ApplyPatch);
        Assert.True(code == 400, text);
    }

    // What is said of a version that nobody serves any more is told anew in the version that is applied.
    [Fact]
    public async Task Apply_OverAnEntryOfAnotherVersion_ConvertsIt()
    {
        const string Entry = """[{"manager":"sidecar_controller","operation":"Apply","apiVersion":"extensions/v1beta1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{"f:sidecar_version":{}}}}}]""";
        await OkAsync("POST", $"{Deployments}?fieldManager=maker", Deployment($$"""{"name":"deployment","labels":{"app":"nginx"},"managedFields":{{Entry}}}""", """{"name":"nginx","image":"nginx:latest"}"""));
        var after = await OkAsync("PATCH", $"{Deployments}/deployment?fieldManager=sidecar_controller", """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"deployment","labels":{"sidecar_version":"release"}},"spec":{"template":{"spec":{"containers":[{"name":"sidecar","image":"sidecar:latest"}]}}}}
            """, ApplyPatch);
        var entries = Managers(after);
        Assert.Equal(2, entries.Count);
        Assert.Contains("""sidecar_controller Apply apps/v1 {"f:metadata":{"f:labels":{"f:sidecar_version":{}}},"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"sidecar\"}":{".":{},"f:image":{},"f:name":{}}}}}}}""", entries);
    }

    [Theory]
    [InlineData("PATCH", MergePatch, """{"metadata":{"managedFields":[{}],"labels":{"x":"y"}}}""")]
    [InlineData("PATCH", MergePatch, """{"metadata":{"managedFields":[],"labels":{"x":"y"}}}""")]
    [InlineData("PATCH", StrategicPatch, """{"metadata":{"managedFields":[{}],"labels":{"x":"y"}}}""")]
    [InlineData("PATCH", StrategicPatch, """{"metadata":{"managedFields":[],"labels":{"x":"y"}}}""")]
    [InlineData("PATCH", JsonPatch, """[{"op":"add","path":"/metadata/labels/x","value":"y"},{"op":"replace","path":"/metadata/managedFields","value":[{}]}]""")]
    [InlineData("PATCH", JsonPatch, """[{"op":"add","path":"/metadata/labels/x","value":"y"},{"op":"replace","path":"/metadata/managedFields","value":[]}]""")]
    [InlineData("PUT", "application/json", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"test-cm","managedFields":[{}],"labels":{"x":"y"}},"data":{"key":"value"}}""")]
    [InlineData("PUT", "application/json", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"test-cm","managedFields":[],"labels":{"x":"y"}},"data":{"key":"value"}}""")]
    public async Task Account_ThatAWriteEmpties_IsGone(string method, string type, string body)
    {
        await ApplyAsync($"{Maps}/test-cm", Map);
        var after = await OkAsync(method, $"{Maps}/test-cm", body, type);
        Assert.Null(after["metadata"]!["managedFields"]);
        Assert.Equal("y", (string?)after["metadata"]!["labels"]!["x"]);
    }

    // An account that makes no sense is no reason to refuse the object.
    [Theory]
    [InlineData("POST", "", "application/json", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"test-cm","labels":{"a":"b"},"managedFields":[ENTRY]}}""")]
    [InlineData("PUT", "/made", "application/json", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"made","labels":{"a":"b"},"managedFields":[ENTRY]}}""")]
    [InlineData("PATCH", "/made", MergePatch, """{"metadata":{"labels":{"a":"b"},"managedFields":[ENTRY]}}""")]
    public async Task Account_ThatMakesNoSense_DoesNotFailTheWrite(string method, string name, string type, string body)
    {
        const string Entry = """{"manager":"x","operation":"Update","apiVersion":"","fieldsType":"FieldsV1","fieldsV1":{"RandomField":{}}}""";
        await OkAsync("POST", Maps, Map.Replace("test-cm", "made", StringComparison.Ordinal));
        var after = await OkAsync(method, $"{Maps}{name}?fieldManager=writer", body.Replace("ENTRY", Entry, StringComparison.Ordinal), type);
        Assert.DoesNotContain(Managers(after), static entry => entry.Contains("RandomField", StringComparison.Ordinal));
        Assert.Equal("b", (string?)after["metadata"]!["labels"]!["a"]);
    }

    [Fact]
    public async Task Account_SentThroughASubresource_IsNotTaken()
    {
        await ApplyAsync($"{Deployments}/deployment", Deployment("""{"name":"deployment"}""", """{"name":"nginx","image":"nginx:latest"}"""));
        var after = await OkAsync("PATCH", $"{Deployments}/deployment/status?fieldManager=status", """{"metadata":{"managedFields":[{}]},"status":{"observedGeneration":1}}""", MergePatch);
        Assert.Equal(["apply_test", "status"], Managers(after).Select(static entry => entry.Split(' ')[0]));
        after = await OkAsync("PATCH", $"{Deployments}/deployment/status?fieldManager=status", """{"metadata":{"managedFields":[{"manager":"thief","operation":"Update","apiVersion":"apps/v1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:replicas":{}}}}]},"status":{"replicas":3}}""", MergePatch);
        Assert.Equal(["apply_test", "status"], Managers(after).Select(static entry => entry.Split(' ')[0]));
    }

    [Fact]
    public async Task Field_OfOne_GoesWithIt_AndOfTwo_StaysWithTheOther()
    {
        const string Both = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"shared","annotations":{"mine":"1","ours":"2"}},"data":{"a":"b"}}""";
        const string Other = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"shared","annotations":{"ours":"2"}}}""";
        const string Less = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"shared"},"data":{"a":"b"}}""";
        await ApplyAsync($"{Maps}/shared", Both, "one");
        await ApplyAsync($"{Maps}/shared", Other, "two");
        Assert.Equal("""{"ours":"2"}""", (await ApplyAsync($"{Maps}/shared", Less, "one"))["metadata"]!["annotations"]!.ToJsonString());
        Assert.Null((await ApplyAsync($"{Maps}/shared", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"shared"}}""", "two"))["metadata"]!["annotations"]);
    }

    [Theory]
    [MemberData(nameof(Scalables))]
    public async Task Replicas_GoFromOwnerToOwner_ThroughObjectAndScale(string path, string version, string kind, string selector)
    {
        var body = $$$$$"""{"apiVersion":"{{{{{version}}}}}","kind":"{{{{{kind}}}}}","metadata":{"name":"test"},"spec":{"replicas":1,"selector":{{{{{selector}}}}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}""";
        await ApplyAsync($"{path}/test", body);
        await ReplicasAsync(path, 1, "apply_test");
        await OkAsync("PATCH", $"{path}/test/scale?fieldManager=scale_test", """{"spec":{"replicas":5}}""", MergePatch);
        await ReplicasAsync(path, 5, "scale_test");
        await RefusedAsync(409, "PATCH", $"{path}/test?fieldManager=apply_test", body, ApplyPatch);
        await OkAsync("PATCH", $"{path}/test?fieldManager=apply_test&force=true", body, ApplyPatch);
        await ReplicasAsync(path, 1, "apply_test");

        var conflict = await RefusedAsync(409, "PATCH", $"{path}/test/scale?fieldManager=apply_scale", Scale(17), ApplyPatch);
        Assert.Contains("apply_test", (string)conflict["message"]!, StringComparison.Ordinal);
        await OkAsync("PATCH", $"{path}/test/scale?fieldManager=apply_scale&force=true", Scale(17), ApplyPatch);
        await ReplicasAsync(path, 17, "apply_scale");
        await OkAsync("PUT", $"{path}/test/scale?fieldManager=replace_test", Scale(7));
        await ReplicasAsync(path, 7, "replace_test");
        await OkAsync("PATCH", $"{path}/test/scale?fieldManager=co_owning_test", Scale(7), ApplyPatch);
        await ReplicasAsync(path, 7, "co_owning_test", "replace_test");
        await OkAsync("PATCH", $"{path}/test/scale?fieldManager=scale_test", """{"spec":{"replicas":5}}""", MergePatch);
        await ReplicasAsync(path, 5, "scale_test");

        // The status of a scale is nobody's to set.
        await OkAsync("PATCH", $"{path}/test/scale?fieldManager=other", """{"status":{"replicas":42}}""", MergePatch);
        await ReplicasAsync(path, 5, "scale_test");
    }

    [Fact]
    public async Task CustomResource_ChangesOwnersAsTypedObjectsDo()
    {
        const string Path = "/apis/example.com/v1/foos/mine";
        const string Body = """{"apiVersion":"example.com/v1","kind":"Foo","metadata":{"name":"mine","finalizers":["test.finalizer/1"]},"spec":{"cronSpec":"* * * * */5","ports":[{"name":"x","containerPort":80,"protocol":"TCP"}]}}""";
        await DefineAsync(Definition("foos", """
            {"type":"object","properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"cronSpec":{"type":"string"},"ports":{"type":"array",
             "x-kubernetes-list-map-keys":["containerPort","protocol"],"x-kubernetes-list-type":"map","items":{"type":"object","required":["containerPort","protocol"],
             "properties":{"containerPort":{"type":"integer"},"hostIP":{"type":"string"},"hostPort":{"type":"integer"},"name":{"type":"string"},"protocol":{"type":"string"}}}}}}}}
            """));
        await ApplyAsync(Path, Body);
        await OkAsync("PATCH", $"{Path}?fieldManager=updater", """{"metadata":{"finalizers":["test.finalizer/1","test.finalizer/2"]},"spec":{"replicas":5}}""", MergePatch);
        await RefusedAsync(409, "PATCH", $"{Path}?fieldManager=apply_test", Body.Replace("\"cronSpec\"", "\"replicas\":1,\"cronSpec\"", StringComparison.Ordinal), ApplyPatch);
        var forced = await OkAsync("PATCH", $"{Path}?fieldManager=apply_test&force=true", Body.Replace("\"cronSpec\"", "\"replicas\":1,\"cronSpec\"", StringComparison.Ordinal), ApplyPatch);
        Assert.Equal(1, (int)forced["spec"]!["replicas"]!);
        Assert.Equal(["test.finalizer/1", "test.finalizer/2"], forced["metadata"]!["finalizers"]!.AsArray().Select(static name => (string)name!));
        await RefusedAsync(409, "PATCH", $"{Path}?fieldManager=other", """{"apiVersion":"example.com/v1","kind":"Foo","metadata":{"name":"mine"},"spec":{"ports":[{"name":"y","containerPort":80,"protocol":"TCP"}]}}""", ApplyPatch);
        var added = await OkAsync("PATCH", $"{Path}?fieldManager=other", """{"apiVersion":"example.com/v1","kind":"Foo","metadata":{"name":"mine"},"spec":{"ports":[{"name":"y","containerPort":8080,"protocol":"TCP"}]}}""", ApplyPatch);
        Assert.Equal([80, 8080], added["spec"]!["ports"]!.AsArray().Select(static port => (int)port!["containerPort"]!));
        await RefusedAsync(409, "PATCH", "/apis/example.com/v1/foos/absent?fieldManager=x", """{"apiVersion":"example.com/v1","kind":"Foo","metadata":{"name":"absent","uid":"88e00824-7f0e-11e8-94a1-c8d3ffb15800"}}""", ApplyPatch);
    }

    private static string Scale(int replicas) => $$$"""{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"test","namespace":"default"},"spec":{"replicas":{{{replicas}}}}}""";

    private static string Deployment(string metadata, string container)
        => $$$$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{{{{metadata}}}}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},"spec":{"containers":[{{{{{container}}}}}]}}}}""";

    private Task<JsonNode> ApplyAsync(string path, string body, string manager = "apply_test") => OkAsync("PATCH", $"{path}?fieldManager={manager}", body, ApplyPatch);

    private async Task ReplicasAsync(string path, int replicas, params string[] owners)
    {
        var item = await OkAsync("GET", $"{path}/test");
        Assert.Equal(replicas, (int)item["spec"]!["replicas"]!);
        Assert.Equal(owners, item["metadata"]!["managedFields"]!.AsArray().Where(static entry => entry!["fieldsV1"]!["f:spec"]?["f:replicas"] is not null).Select(static entry => (string)entry!["manager"]!).Order(StringComparer.Ordinal));
    }

    private static string Version(JsonNode item) => (string)item["metadata"]!["resourceVersion"]!;

    private static List<string> Managers(JsonNode item)
        => [.. (item["metadata"]!["managedFields"] as JsonArray ?? []).Select(static entry => $"{entry!["manager"]} {entry["operation"]} {entry["apiVersion"]} {entry["fieldsV1"]!.ToJsonString(Plain)}").Order(StringComparer.Ordinal)];

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
