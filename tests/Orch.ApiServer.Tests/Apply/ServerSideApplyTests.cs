using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Apply;

/// <summary>Applies over HTTP, judged by what upstream answers.</summary>
public sealed class ServerSideApplyTests : IAsyncLifetime
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync(services: services => services.AddSingleton<TimeProvider>(_time));
        _http = _server.Http();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Apply_Absent_CreatesAndOwnsWhatWasSaid()
    {
        var (code, made) = await ApplyAsync($"{Deployments}/web?fieldManager=me", Deployment("replicas: 2"));
        Assert.Equal(HttpStatusCode.Created, code);
        Assert.Equal(10, (int)made["spec"]!["revisionHistoryLimit"]!);
        var entry = Assert.Single(made["metadata"]!["managedFields"]!.AsArray())!;
        Assert.Equal(("me", "Apply", "apps/v1", "2030-01-01T00:00:00Z", "FieldsV1"), ((string)entry["manager"]!, (string)entry["operation"]!, (string)entry["apiVersion"]!, (string)entry["time"]!, (string)entry["fieldsType"]!));
        Assert.Equal(
            """{"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},"f:image":{},"f:name":{}}}}}}}""",
            entry["fieldsV1"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public async Task Apply_Again_WritesNothingAndKeepsTheTime()
    {
        var (_, made) = await ApplyAsync($"{Deployments}/web?fieldManager=me", Deployment("replicas: 2"));
        _time.Advance(TimeSpan.FromHours(1));
        var (code, again) = await ApplyAsync($"{Deployments}/web?fieldManager=me", Deployment("replicas: 2"));
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal((string?)made["metadata"]!["resourceVersion"], (string?)again["metadata"]!["resourceVersion"]);
        Assert.Equal(made.ToJsonString(), again.ToJsonString());
    }

    [Fact]
    public async Task Apply_OthersField_ConflictsInUpstreamsWords()
    {
        await PostAsync($"{Deployments}?fieldManager=kubectl-client-side-apply", Json(Deployment("replicas: 2")));
        var (code, status) = await ApplyAsync($"{Deployments}/web?fieldManager=me", Deployment("replicas: 3"));
        Assert.Equal(HttpStatusCode.Conflict, code);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using apps/v1: .spec.replicas", (string?)status["message"]);
        Assert.Equal("Conflict", (string?)status["reason"]);
        Assert.Equal("""[{"field":".spec.replicas","message":"conflict with \"kubectl-client-side-apply\" using apps/v1","reason":"FieldManagerConflict"}]""", Sorted(status["details"]!["causes"]!));

        (code, status) = await ApplyAsync($"{Deployments}/web?fieldManager=me", Deployment("replicas: 3, paused: true, minReadySeconds: 1", image: "busybox:2"));
        Assert.Equal(HttpStatusCode.Conflict, code);
        Assert.Equal(
            "Apply failed with 2 conflicts: conflicts with \"kubectl-client-side-apply\" using apps/v1:\n- .spec.replicas\n- .spec.template.spec.containers[name=\"c\"].image", (string?)status["message"]);

        (code, var forced) = await ApplyAsync($"{Deployments}/web?fieldManager=me&force=true", Deployment("replicas: 3"));
        Assert.Equal((HttpStatusCode.OK, 3), (code, (int)forced["spec"]!["replicas"]!));
        Assert.Equal(["me", "kubectl-client-side-apply"], Managers(forced));
        Assert.DoesNotContain("f:replicas", Fields(forced, "kubectl-client-side-apply"), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string, int, string> Refusals => new()
    {
        { "no manager", "web", Deployment("replicas: 1"), 422, "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch" },
        { "unprintable manager", "web?fieldManager=a%01b", Deployment("replicas: 1"), 422, "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Invalid value: \"a\\x01b\": invalid character U+0001 (at position 1)" },
        { "another version", "web?fieldManager=me", Deployment("replicas: 1").Replace("apps/v1", "apps/v1beta1", StringComparison.Ordinal), 400, "invalid object type: apps/v1beta1, Kind=Deployment" },
        { "no kind", "web?fieldManager=me", "{}", 400, "invalid object type: /, Kind=" },
        { "managed fields", "web?fieldManager=me", Deployment("replicas: 1").Replace("name: web", "name: web, managedFields: []", StringComparison.Ordinal), 400, "metadata.managedFields must be nil" },
        { "unknown field", "web?fieldManager=me", Deployment("replicaz: 1"), 500, "failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.replicaz: field not declared in schema" },
        { "wrong type", "web?fieldManager=me", Deployment("replicas: many"), 500, "failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string" },
        {
            "twice", "web?fieldManager=me", Deployment("replicas: 1").Replace("containers: [", "containers: [{name: c, image: x}, ", StringComparison.Ordinal), 500,
            "failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.template.spec.containers: duplicate entries for key [name=\"c\"]"
        },
        {
            "no quantity", "web?fieldManager=me", Deployment("replicas: 1").Replace("{name: c,", "{name: c, resources: {limits: {cpu: abc}},", StringComparison.Ordinal), 500,
            "failed to convert new object (/web; apps/v1, Kind=Deployment) to proper version: unable to convert unstructured object to apps/v1, Kind=Deployment: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        },
        {
            "no whole number", "web?fieldManager=me", Deployment("replicas: 1.5"), 500,
            "failed to convert new object (/web; apps/v1, Kind=Deployment) to proper version: unable to convert unstructured object to apps/v1, Kind=Deployment: cannot convert float64 to int32"
        },
        { "another name", "web?fieldManager=me", Deployment("replicas: 1").Replace("name: web", "name: wob", StringComparison.Ordinal), 400, "the name of the object (wob) does not match the name on the URL (web)" },
        { "no YAML object", "web?fieldManager=me", "[1]", 400, "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}" },
        { "strict", "web?fieldManager=me&fieldValidation=Strict", Deployment("replicas: 1, replicas: 2"), 400, "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 4: key \"replicas\" already set in map" },
        { "an unknown uid", "web?fieldManager=me", Deployment("replicas: 1").Replace("name: web", "name: web, uid: u-1", StringComparison.Ordinal), 409, "Operation cannot be fulfilled on deployments.apps \"web\": uid mismatch: the provided object specified uid u-1, and no existing object was found" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Apply_WhatCannotBe_IsRefusedInUpstreamsWords(string name, string path, string body, int code, string message)
    {
        var (actual, status) = await ApplyAsync($"{Deployments}/{path}", body);
        Assert.Equal((name, code, message), (name, (int)actual, (string?)status["message"]));
    }

    [Fact]
    public async Task Patch_ForceWithoutApply_IsRefused()
    {
        await PostAsync(Deployments, Json(Deployment("replicas: 1")));
        var (code, status) = await SendAsync(HttpMethod.Patch, $"{Deployments}/web?force=true", "{}", "application/merge-patch+json");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch"), (code, (string?)status["message"]));
    }

    [Fact]
    public async Task Patch_UnknownType_IsToldWhatThereIs()
    {
        var (code, status) = await SendAsync(HttpMethod.Patch, $"{Deployments}/web", "{}", "application/apply-patch+cbor");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, code);
        Assert.EndsWith("application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml", (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_Absent_NeedsTheRightToCreate()
    {
        await _server.Admin.Resource<V1ClusterRole>().CreateAsync(new V1ClusterRole { Metadata = new V1ObjectMeta { Name = "patcher" }, Rules = [new V1PolicyRule { ApiGroups = ["apps"], Resources = ["deployments"], Verbs = ["patch"] }] }, CancellationToken.None);
        await _server.Admin.Resource<V1ClusterRoleBinding>().CreateAsync(
            new V1ClusterRoleBinding { Metadata = new V1ObjectMeta { Name = "patcher" }, RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = "patcher" }, Subjects = [new Rbacv1Subject { ApiGroup = "rbac.authorization.k8s.io", Kind = "User", Name = "jane" }] }, CancellationToken.None);
        await _server.CaughtUpAsync();
        using var jane = _server.Http("jane/");
        var (code, status) = await ApplyAsync($"{Deployments}/web?fieldManager=me", Deployment("replicas: 1"), jane);
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.StartsWith("deployments.apps \"web\" is forbidden: User \"jane\" cannot create resource \"deployments\" in API group \"apps\" in the namespace \"default\"", (string?)status["message"], StringComparison.Ordinal);
        await PostAsync(Deployments, Json(Deployment("replicas: 1")));
        (code, _) = await ApplyAsync($"{Deployments}/web?fieldManager=me&force=true", Deployment("replicas: 1"), jane);
        Assert.Equal(HttpStatusCode.OK, code);
    }

    [Fact]
    public async Task Apply_DryRun_StoresNothing()
    {
        var (code, made) = await ApplyAsync($"{Deployments}/web?fieldManager=me&dryRun=All", Deployment("replicas: 1"));
        Assert.Equal((HttpStatusCode.Created, "me"), (code, Assert.Single(Managers(made))));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"{Deployments}/web")).Code);
    }

    [Fact]
    public async Task Apply_DuplicateKeys_AreWarnedOf()
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"{Deployments}/web?fieldManager=me") { Content = new StringContent(Deployment("replicas: 1, replicas: 2"), Encoding.UTF8, new MediaTypeHeaderValue("application/apply-patch+yaml")) };
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("299 - \"line 4: key \\\"replicas\\\" already set in map\"", response.Headers.GetValues("Warning").Single());
    }

    [Fact]
    public async Task Replicas_HandedOverToAnAutoscaler_AreLeftAlone()
    {
        // The user applies with replicas, the autoscaler scales, the user applies without: the autoscaler's number stays.
        await ApplyAsync($"{Deployments}/web?fieldManager=user", Deployment("replicas: 2"));
        var (code, status) = await SendAsync(HttpMethod.Patch, $"{Deployments}/web/scale?fieldManager=hpa", """{"spec":{"replicas":5}}""", "application/merge-patch+json");
        Assert.Equal((HttpStatusCode.OK, 5), (code, (int)status["spec"]!["replicas"]!));

        (code, status) = await ApplyAsync($"{Deployments}/web?fieldManager=user", Deployment("replicas: 2"));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"hpa\" with subresource \"scale\" using apps/v1: .spec.replicas", (string?)status["message"]);

        (code, var after) = await ApplyAsync($"{Deployments}/web?fieldManager=user", Deployment("paused: true"));
        Assert.Equal((HttpStatusCode.OK, 5), (code, (int)after["spec"]!["replicas"]!));
        var hpa = after["metadata"]!["managedFields"]!.AsArray().Single(static entry => (string?)entry!["manager"] == "hpa")!;
        Assert.Equal(("scale", "Update", """{"f:spec":{"f:replicas":{}}}"""), ((string?)hpa["subresource"], (string?)hpa["operation"], hpa["fieldsV1"]!.ToJsonString()));
    }

    [Fact]
    public async Task Scale_Applied_OwnsTheObjectsReplicas()
    {
        await ApplyAsync($"{Deployments}/web?fieldManager=user", Deployment("replicas: 2"));
        const string Scale = "{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: web, namespace: default}, spec: {replicas: 7}}";
        var (code, status) = await ApplyAsync($"{Deployments}/web/scale?fieldManager=hpa", Scale);
        Assert.Equal((HttpStatusCode.Conflict, "Apply failed with 1 conflict: conflict with \"user\": .spec.replicas"), (code, (string?)status["message"]));
        (code, status) = await ApplyAsync($"{Deployments}/web/scale?fieldManager=hpa&force=true", Scale);
        Assert.Equal((HttpStatusCode.OK, 7), (code, (int)status["spec"]!["replicas"]!));
        var (_, after) = await SendAsync(HttpMethod.Get, $"{Deployments}/web");
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", Fields(after, "hpa"));
        Assert.DoesNotContain("f:replicas", Fields(after, "user"), StringComparison.Ordinal);
        (_, var again) = await ApplyAsync($"{Deployments}/web/scale?fieldManager=hpa", Scale);
        Assert.Equal((string?)after["metadata"]!["resourceVersion"], (string?)again["metadata"]!["resourceVersion"]);
    }

    [Fact]
    public async Task Labels_AddedByAController_SurviveTheUsersApply()
    {
        await ApplyAsync($"{Deployments}/web?fieldManager=user", Deployment("replicas: 2", labels: "a: '1', b: '2'"));
        await SendAsync(HttpMethod.Patch, $"{Deployments}/web?fieldManager=controller", """{"metadata":{"labels":{"added":"x"}}}""", "application/merge-patch+json");
        var (_, after) = await ApplyAsync($"{Deployments}/web?fieldManager=user", Deployment("replicas: 2", labels: "a: '1'"));
        Assert.Equal("""{"a":"1","added":"x"}""", Sorted(after["metadata"]!["labels"]!));
        Assert.Equal("""{"f:metadata":{"f:labels":{"f:added":{}}}}""", Fields(after, "controller"));
    }

    [Fact]
    public async Task Status_AppliedThroughItsEndpoint_OwnsStatusAlone()
    {
        const string Nodes = "/api/v1/nodes";
        await PostAsync($"{Nodes}?fieldManager=setup", """{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"},"spec":{"podCIDR":"10.0.0.0/24","podCIDRs":["10.0.0.0/24"]},"status":{"phase":"x"}}""");
        const string Status = """{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","labels":{"a":"b"}},"spec":{"unschedulable":true},"status":{"conditions":[{"type":"Odd","status":"True"}]}}""";
        var (code, after) = await ApplyAsync($"{Nodes}/n1/status?fieldManager=detector", Status);
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Null(after["spec"]!["unschedulable"]);
        Assert.Equal("""{"f:metadata":{"f:labels":{"f:a":{}}},"f:status":{"f:conditions":{"k:{\"type\":\"Odd\"}":{".":{},"f:status":{},"f:type":{}}}}}""", Fields(after, "detector"));
        Assert.Equal("""{"f:spec":{"f:podCIDR":{},"f:podCIDRs":{".":{},"v:\"10.0.0.0/24\"":{}}}}""", Fields(after, "setup"));
        var entry = after["metadata"]!["managedFields"]!.AsArray().Single(static item => (string?)item!["manager"] == "detector")!;
        Assert.Equal("status", (string?)entry["subresource"]);
        (code, _) = await ApplyAsync($"{Nodes}/n2/status?fieldManager=detector", Status.Replace("n1", "n2", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, code);
    }

    [Fact]
    public async Task Subresources_OfAPod_OwnNothingButTheirPart()
    {
        const string Pods = "/api/v1/namespaces/default/pods";
        await PostAsync("/api/v1/namespaces/default/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}}""");
        await PostAsync($"{Pods}?fieldManager=maker", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1"}}}]}}""");
        const string Resized = """{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"other","resources":{"requests":{"cpu":"2"}}}]}}""";
        var (code, after) = await SendAsync(HttpMethod.Patch, $"{Pods}/p/resize?fieldManager=resizer", Resized, "application/strategic-merge-patch+json");
        Assert.True(code == HttpStatusCode.OK, after.ToJsonString());
        Assert.Equal("""{"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{"f:resources":{"f:requests":{"f:cpu":{}}}}}}}""", Fields(after, "resizer"));
        const string Debugged = """{"metadata":{"labels":{"a":"b"}},"spec":{"ephemeralContainers":[{"name":"d","image":"i"}]}}""";
        (code, after) = await SendAsync(HttpMethod.Patch, $"{Pods}/p/ephemeralcontainers?fieldManager=debugger", Debugged, "application/strategic-merge-patch+json");
        Assert.True(code == HttpStatusCode.OK, after.ToJsonString());
        Assert.StartsWith("""{"f:spec":{"f:ephemeralContainers":{""", Fields(after, "debugger"), StringComparison.Ordinal);
    }

    // What the strategy of the status resets, nobody comes to own through it.
    [Fact]
    public async Task Status_OfADefinition_OwnsNoMetadata()
    {
        const string Attachments = "/apis/storage.k8s.io/v1/volumeattachments";
        await PostAsync($"{Attachments}?fieldManager=maker", """{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"v"},"spec":{"attacher":"a.example.com","nodeName":"n","source":{"persistentVolumeName":"pv"}}}""");
        var (code, after) = await SendAsync(HttpMethod.Patch, $"{Attachments}/v/status?fieldManager=attacher", """{"metadata":{"labels":{"a":"b"}},"status":{"attached":true}}""", "application/merge-patch+json");
        Assert.True(code == HttpStatusCode.OK, after.ToJsonString());
        Assert.True(Managers(after).Contains("attacher"), after.ToJsonString());
        Assert.Equal("""{"f:status":{"f:attached":{}}}""", Fields(after, "attacher"));
    }

    [Fact]
    public async Task Kubectl_FromItsClientSide_CarriesOnWithoutConflict()
    {
        const string Last = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{},"name":"web","namespace":"default"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"image":"busybox:1","name":"c"}]}}}}""";
        var body = JsonNode.Parse(Last)!;
        body["metadata"]!["annotations"] = new JsonObject { ["kubectl.kubernetes.io/last-applied-configuration"] = Last + "\n" };
        await PostAsync($"{Deployments}?fieldManager=kubectl-client-side-apply", body.ToJsonString());
        var (code, after) = await ApplyAsync($"{Deployments}/web?fieldManager=kubectl", Deployment("replicas: 3"));
        Assert.Equal((HttpStatusCode.OK, 3), (code, (int)after["spec"]!["replicas"]!));
        Assert.Contains("\"replicas\":3", (string?)after["metadata"]!["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"], StringComparison.Ordinal);

        // Somebody else's change is still a conflict.
        await SendAsync(HttpMethod.Patch, $"{Deployments}/web?fieldManager=other", """{"spec":{"replicas":9}}""", "application/merge-patch+json");
        (code, var status) = await ApplyAsync($"{Deployments}/web?fieldManager=kubectl", Deployment("replicas: 3"));
        Assert.Equal((HttpStatusCode.Conflict, "Apply failed with 1 conflict: conflict with \"other\" using apps/v1: .spec.replicas"), (code, (string?)status["message"]));
    }

    [Fact]
    public async Task Event_AppliedInAnotherGroup_KeepsEachEntrysVersion()
    {
        const string Core = """{"apiVersion":"v1","kind":"Event","metadata":{"name":"e","namespace":"default","labels":{"a":"1","b":"2"}},"involvedObject":{"kind":"Pod","name":"p","namespace":"default"},"message":"one","reason":"R","type":"Normal","source":{"component":"c"}}""";
        await PostAsync("/api/v1/namespaces/default/events?fieldManager=writer", Core);
        var (code, after) = await SendAsync(HttpMethod.Patch, "/apis/events.k8s.io/v1/namespaces/default/events/e?fieldManager=noter", """{"metadata":{"labels":{"a":"3"}}}""", "application/merge-patch+json");
        Assert.True(code == HttpStatusCode.OK, after.ToJsonString());
        Assert.Contains("f:message", Fields(after, "writer"), StringComparison.Ordinal);
        Assert.Contains("""{"f:labels":{".":{},"f:b":{}}}""", Fields(after, "writer"), StringComparison.Ordinal);
        Assert.Equal("""{"f:metadata":{"f:labels":{"f:a":{}}}}""", Fields(after, "noter"));
        Assert.Equal(["v1", "events.k8s.io/v1"], after["metadata"]!["managedFields"]!.AsArray().Select(static entry => (string?)entry!["apiVersion"]).OrderDescending());

        const string Applied = """{"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"e","namespace":"default","labels":{"b":"4"}},"eventTime":null}""";
        (code, var status) = await ApplyAsync("/apis/events.k8s.io/v1/namespaces/default/events/e?fieldManager=me", Applied);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"writer\" using v1: .metadata.labels.b", (string?)status["message"]);
    }

    private static string Deployment(string spec, string image = "busybox:1", string? labels = null) => $$$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web{{{{(labels is null ? "" : $", labels: {{{labels}}}")}}}}}
        spec: { {{{{spec}}}}, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: "{{{{image}}}}"}]}}}
        """;

    [Fact]
    public async Task OfficialClient_AppliesAsElsewhere()
    {
        using var client = new k8s.Kubernetes(new k8s.KubernetesClientConfiguration { Host = _server.Address.ToString(), SkipTlsVerify = true, AccessToken = "admin/system:masters" });
        var patch = new V1Patch(Json(Deployment("replicas: 4")), V1Patch.PatchType.ApplyPatch);
        var made = await k8s.AppsV1OperationsExtensions.PatchNamespacedDeploymentAsync(client.AppsV1, patch, "web", "default", fieldManager: "official", force: true);
        Assert.Equal((4, "official"), (made.Spec.Replicas, Assert.Single(made.Metadata.ManagedFields).Manager));
        var error = await Assert.ThrowsAsync<k8s.Autorest.HttpOperationException>(() =>
            k8s.AppsV1OperationsExtensions.PatchNamespacedDeploymentAsync(client.AppsV1, new V1Patch(Json(Deployment("replicas: 5")), V1Patch.PatchType.ApplyPatch), "web", "default", fieldManager: "rival"));
        Assert.Contains("Apply failed with 1 conflict: conflict with \\\"official\\\": .spec.replicas", error.Response.Content, StringComparison.Ordinal);
    }

    private static string Json(string yaml) => Encoding.UTF8.GetString(Orch.ApiServer.Decoding.YamlInput.ToJson(Encoding.UTF8.GetBytes(yaml), []));

    private static List<string?> Managers(JsonNode value) => [.. value["metadata"]!["managedFields"]!.AsArray().Select(static entry => (string?)entry!["manager"])];

    private static string Fields(JsonNode value, string manager)
        => value["metadata"]!["managedFields"]!.AsArray().Single(entry => (string?)entry!["manager"] == manager)!["fieldsV1"]!
            .ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string Sorted(JsonNode node)
    {
        return Order(node)!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

        static JsonNode? Order(JsonNode? value) => value switch
        {
            JsonObject map => new JsonObject(map.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => KeyValuePair.Create(pair.Key, Order(pair.Value)))),
            JsonArray list => new JsonArray([.. list.Select(Order)]),
            _ => value?.DeepClone(),
        };
    }

    private Task<(HttpStatusCode Code, JsonNode Body)> ApplyAsync(string path, string yaml, HttpClient? client = null) => SendAsync(HttpMethod.Patch, path, yaml, "application/apply-patch+yaml", client);

    private async Task<JsonNode> PostAsync(string path, string json)
    {
        var (code, body) = await SendAsync(HttpMethod.Post, path, json, "application/json");
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
        return body;
    }

    private async Task<(HttpStatusCode Code, JsonNode Body)> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json", HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) { request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)); }
        using var response = await (client ?? _http).SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}
