using System.Text.Json.Nodes;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Upstream's <c>discovery.go</c>, <c>aggregated_discovery.go</c> and <c>server_version.go</c>.</summary>
public sealed class DiscoveryTests : ConformanceTests
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    [Fact]
    public async Task EveryGroup_PrefersOneOfItsVersions_AndLeadsToAResource()
    {
        foreach (var group in (await OkAsync("GET", "/apis"))["groups"]!.AsArray())
        {
            var name = (string)group!["name"]!;
            var alone = await OkAsync("GET", $"/apis/{name}");
            Assert.Equal(("APIGroup", "v1", name), ((string)alone["kind"]!, (string)alone["apiVersion"]!, (string)alone["name"]!));
            Assert.Equal(group["preferredVersion"]!.ToJsonString(), alone["preferredVersion"]!.ToJsonString());
            var versions = alone["versions"]!.AsArray();
            Assert.Equal(versions[0]!.ToJsonString(), alone["preferredVersion"]!.ToJsonString());
            foreach (var version in versions)
            {
                var groupVersion = (string)version!["groupVersion"]!;
                var list = await OkAsync("GET", $"/apis/{groupVersion}");
                Assert.Equal(groupVersion, (string)list["groupVersion"]!);
                Assert.All(list["resources"]!.AsArray(), static item => Assert.False(string.IsNullOrEmpty((string?)item!["name"])));
                Assert.NotEmpty(list["resources"]!.AsArray());
            }
        }
    }

    [Fact]
    public async Task CoreGroup_HasItsOwnForm_AndTellsTheAddress()
    {
        var versions = await OkAsync("GET", "/api");
        Assert.Equal($$"""{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0","serverAddress":"{{_server.Address.Host}}:{{_server.Address.Port}}"}]}""", versions.ToJsonString());
        var list = (await OkAsync("GET", "/api/v1")).AsObject();
        Assert.Equal(["kind", "groupVersion", "resources"], list.Select(static item => item.Key));
        Assert.Equal("v1", (string)(await OkAsync("GET", "/apis/apps/v1"))["apiVersion"]!);
    }

    // The hashes that a cluster of upstream's shows: of group, stored version and kind.
    [Theory]
    [InlineData("/api/v1", "pods", "xPOwRZ+Yhw8=")]
    [InlineData("/api/v1", "configmaps", "qFsyl6wFWjQ=")]
    [InlineData("/api/v1", "namespaces", "Q3oi5N2YM8M=")]
    [InlineData("/api/v1", "events", "r2yiGXH7wu8=")]
    [InlineData("/apis/events.k8s.io/v1", "events", "r2yiGXH7wu8=")]
    [InlineData("/apis/apps/v1", "deployments", "8aSe+NMegvE=")]
    [InlineData("/api/v1", "pods/status", null)]
    [InlineData("/api/v1", "bindings", null)]
    [InlineData("/api/v1", "componentstatuses", null)]
    [InlineData("/apis/authorization.k8s.io/v1", "selfsubjectaccessreviews", null)]
    public async Task Resource_ShowsTheHashOfItsStoredForm(string path, string name, string? hash)
        => Assert.Equal(hash, (string?)Find(await OkAsync("GET", path), name)["storageVersionHash"]);

    [Fact]
    public async Task BothVersionsOfOneKind_HaveOneHash()
        => Assert.Equal(
            (string?)Find(await OkAsync("GET", "/apis/autoscaling/v2"), "horizontalpodautoscalers")["storageVersionHash"],
            (string?)Find(await OkAsync("GET", "/apis/autoscaling/v1"), "horizontalpodautoscalers")["storageVersionHash"]);

    [Theory]
    [InlineData(Aggregated)]
    [InlineData("application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io,application/json;as=APIGroupDiscoveryList;v=v2beta1;g=apidiscovery.k8s.io,application/json")]
    public async Task Aggregated_HasTheBuiltInResources(string accept)
    {
        var groups = await OkAsync("GET", "/apis", accept: accept);
        foreach (var (group, version, resource) in ((string, string, string)[])
            [("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations"), ("apiextensions.k8s.io", "v1", "customresourcedefinitions"), ("apiregistration.k8s.io", "v1", "apiservices"),
             ("apps", "v1", "deployments"), ("authentication.k8s.io", "v1", "tokenreviews"), ("authorization.k8s.io", "v1", "selfsubjectaccessreviews"), ("autoscaling", "v1", "horizontalpodautoscalers"),
             ("autoscaling", "v2", "horizontalpodautoscalers"), ("batch", "v1", "jobs"), ("certificates.k8s.io", "v1", "certificatesigningrequests"), ("coordination.k8s.io", "v1", "leases"),
             ("discovery.k8s.io", "v1", "endpointslices"), ("events.k8s.io", "v1", "events"), ("networking.k8s.io", "v1", "ingresses"), ("node.k8s.io", "v1", "runtimeclasses"),
             ("policy", "v1", "poddisruptionbudgets"), ("scheduling.k8s.io", "v1", "priorityclasses"), ("storage.k8s.io", "v1", "csinodes")])
        {
            Assert.True(Has(groups, group, version, resource), $"{group}/{version} {resource}");
        }

        Assert.True(Has(await OkAsync("GET", "/api", accept: accept), null, "v1", "namespaces"));
        // What is not set is left out, times too.
        Assert.DoesNotContain("creationTimestamp", groups.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Definition_ComesIntoBothForms_AndTellsOfFewerVerbsWhileItEnds()
    {
        await DefineAsync(Definition("widgets", """{"type":"object","x-kubernetes-preserve-unknown-fields":true}""", ""","subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}}"""));
        await UntilAsync(async () => Has(await OkAsync("GET", "/apis", accept: Aggregated), "example.com", "v1", "widgets"), "widgets are discovered");
        var list = await OkAsync("GET", "/apis/example.com/v1");
        Assert.Equal(
            """{"name":"widgets","singularName":"widget","namespaced":false,"kind":"Widget","verbs":["delete","deletecollection","get","list","patch","create","update","watch"],"storageVersionHash":"gIwvi5rymmg="}""",
            Find(list, "widgets").ToJsonString());
        Assert.Equal("""["get","patch","update"]""", Find(list, "widgets/status")["verbs"]!.ToJsonString());
        Assert.Equal("autoscaling v1 Scale", $"{Find(list, "widgets/scale")["group"]} {Find(list, "widgets/scale")["version"]} {Find(list, "widgets/scale")["kind"]}");

        await OkAsync("POST", "/apis/example.com/v1/widgets", """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"held","finalizers":["example.com/hold"]}}""");
        await OkAsync("DELETE", $"{Definitions}/widgets.example.com");
        await UntilAsync(
            async () => Find(await OkAsync("GET", "/apis/example.com/v1"), "widgets")["verbs"]!.ToJsonString() == """["delete","deletecollection","get","list","watch"]""", "nothing may be created or changed");
        await OkAsync("PATCH", "/apis/example.com/v1/widgets/held", """{"metadata":{"finalizers":null}}""", MergePatch);
        await UntilAsync(async () => (await SendAsync("GET", "/apis/example.com/v1")).Code == 404, "the group is gone");
    }

    [Fact]
    public async Task Version_IsOfWholeNumbers_AndTellsWhatItIsCompatibleWith()
    {
        var version = await OkAsync("GET", "/version");
        Assert.Equal(
            "1 36 1 36 1 35",
            string.Join(' ', ((string[])["major", "minor", "emulationMajor", "emulationMinor", "minCompatibilityMajor", "minCompatibilityMinor"]).Select(name => (string?)version[name])));
    }

    [Fact]
    public async Task Index_NamesGroupsVersionsAndChecks()
    {
        var paths = (await OkAsync("GET", "/"))["paths"]!.AsArray().Select(static path => (string)path!).ToList();
        Assert.Equal(paths.Order(StringComparer.Ordinal), paths);
        Assert.Subset(paths.ToHashSet(), new HashSet<string> { "/.well-known/openid-configuration", "/apis/", "/apis/apps", "/apis/apps/v1", "/healthz/etcd", "/livez/ping", "/metrics/slis", "/openapi/v3", "/readyz/etcd" });
    }

    private static JsonNode Find(JsonNode list, string name) => list["resources"]!.AsArray().Single(item => (string)item!["name"]! == name)!;

    private static bool Has(JsonNode groups, string? group, string version, string resource) => groups["items"]!.AsArray()
        .Where(item => (string?)item!["metadata"]!["name"] == group).SelectMany(static item => item!["versions"]!.AsArray())
        .Where(item => (string)item!["version"]! == version).SelectMany(static item => item!["resources"]!.AsArray()).Any(item => (string)item!["resource"]! == resource);
}
