using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Kinds;
using Orch.Testing.Oracle;

namespace Orch.ApiServer.Tests.Integration;

/// <summary>What all kinds have in common, and who the exceptions are: creating with PUT, generated names, generations, what a status leaves alone, what a deletion means for dependents.</summary>
public sealed class KindBehaviourTests(SamplesThroughServerTests.Shared shared) : IClassFixture<SamplesThroughServerTests.Shared>
{
    private const string MergePatch = "application/merge-patch+json";
    private static readonly SampleCompletions Completions = SampleCompletions.Read(OfKinds());

    private static readonly HashSet<string> CreatedByPut =
    [
        "leases.coordination.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io", "roles.rbac.authorization.k8s.io",
        "endpoints", "events", "events.events.k8s.io", "limitranges", "runtimeclasses.node.k8s.io", "services",
    ];

    private static readonly HashSet<string> WithoutGeneration =
    [
        "certificatesigningrequests.certificates.k8s.io", "namespaces", "nodes", "persistentvolumeclaims", "persistentvolumes", "resourceclaims.resource.k8s.io", "resourcequotas",
        "servicecidrs.networking.k8s.io", "services", "volumeattachments.storage.k8s.io", "horizontalpodautoscalers.autoscaling",
    ];

    private static readonly HashSet<string> LabelledThroughStatus =
    [
        "certificatesigningrequests.certificates.k8s.io", "cronjobs.batch", "daemonsets.apps", "horizontalpodautoscalers.autoscaling", "ingresses.networking.k8s.io", "jobs.batch", "namespaces", "nodes",
        "persistentvolumeclaims", "persistentvolumes", "poddisruptionbudgets.policy", "pods", "replicasets.apps", "replicationcontrollers", "resourcequotas", "services", "statefulsets.apps",
    ];

    private static readonly HashSet<string> Orphaning = ["jobs.batch", "replicationcontrollers"];

    public static TheoryData<string> Kinds => new(BuiltInResources.All().Select(SampleCompletions.NameOf));

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Kind_BehavesAsOthersUnlessItIsAnException(string kind)
    {
        var declaration = BuiltInResources.All().Single(item => SampleCompletions.NameOf(item) == kind);
        Skip.If(Completions.ReasonAgainst(kind) is not null, Completions.ReasonAgainst(kind));
        OracleData.Require("samples", kind + ".json");
        var resource = declaration.Resource.GroupResource.ToString();
        var sample = Completions.Of(declaration);
        sample["metadata"]!["name"] = resource == "ipaddresses.networking.k8s.io" ? "192.168.9.9" : "behaves" + declaration.Kind.Version;
        var collection = $"/{(declaration.Kind.Group.Length == 0 ? "api" : "apis")}/{declaration.Kind.ApiVersion}{(declaration.Scope == ResourceScope.Namespaced ? "/namespaces/default" : "")}/{declaration.Resource.Resource}";
        var path = $"{collection}/{(string)sample["metadata"]!["name"]!}";
        var http = shared.Http;

        var (code, made, _) = await http.SendAsync("PUT", path, sample.ToJsonString());
        Assert.Equal((resource, CreatedByPut.Contains(resource) ? HttpStatusCode.Created : HttpStatusCode.NotFound), (resource, code));
        if (code == HttpStatusCode.NotFound)
        {
            (code, made, _) = await http.SendAsync("POST", collection, sample.ToJsonString());
            Assert.True(code == HttpStatusCode.Created, made.Message());
        }

        if (declaration.HasStatus)
        {
            Assert.Equal(WithoutGeneration.Contains(resource) ? null : 1, (int?)made["metadata"]!["generation"]);
            (code, var labelled, _) = await http.SendAsync("PATCH", path + "/status", """{"metadata":{"labels":{"through":"status"}}}""", MergePatch);
            Assert.True(code == HttpStatusCode.OK, labelled.Message());
            Assert.Equal(LabelledThroughStatus.Contains(resource) ? "status" : null, (string?)labelled["metadata"]!["labels"]?["through"]);
            Assert.Equal((int?)made["metadata"]!["generation"], (int?)labelled["metadata"]!["generation"]);
        }

        if (resource == "namespaces") { return; }
        var (deleted, going, _) = await http.SendAsync("DELETE", path + "?gracePeriodSeconds=0");
        Assert.True(deleted == HttpStatusCode.OK, going.Message());
        Assert.Equal(Orphaning.Contains(resource), FinalizersOf(going).Contains("orphan"));
        await ReleaseAsync(path);

        sample["metadata"]!.AsObject().Remove("name");
        sample["metadata"]!["generateName"] = "behaves-";
        (code, made, _) = await http.SendAsync("POST", collection, sample.ToJsonString());
        if (resource == "ipaddresses.networking.k8s.io") { Assert.Equal(HttpStatusCode.UnprocessableEntity, code); return; }
        Assert.True(code == HttpStatusCode.Created, made.Message());
        var name = (string)made["metadata"]!["name"]!;
        Assert.StartsWith("behaves-", name, StringComparison.Ordinal);

        path = $"{collection}/{name}";
        (_, going, _) = await http.SendAsync("DELETE", path, """{"propagationPolicy":"Foreground","gracePeriodSeconds":0}""");
        Assert.Equal(declaration.Resource.Resource != "events", FinalizersOf(going).Contains("foregroundDeletion"));
        await ReleaseAsync(path);
    }

    private static string OfKinds([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "..", "Kinds", "SampleCompletions.cs");

    private async Task ReleaseAsync(string path)
    {
        var (_, answer, _) = await shared.Http.SendAsync("PATCH", path, """{"metadata":{"finalizers":null}}""", MergePatch);
        var (code, _, _) = await shared.Http.SendAsync("GET", path);
        Assert.True(code == HttpStatusCode.NotFound, answer.ToJsonString());
    }

    private static IEnumerable<string> FinalizersOf(JsonNode item) => (item["metadata"]?["finalizers"] as JsonArray ?? []).Select(static name => (string)name!);
}
