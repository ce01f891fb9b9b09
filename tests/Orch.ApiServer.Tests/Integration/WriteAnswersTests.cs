using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Integration;

/// <summary>What clients are told of writes that meet another object than they meant, or one that is gone.</summary>
public sealed class WriteAnswersTests : HttpServerTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";

    [Theory]
    [InlineData(Maps + "/gone", """{"metadata":{"name":"gone","uid":"u-1"}}""", "configmaps", "/registry/core/configmaps/default/gone")]
    [InlineData(Maps + "/gone", """{"metadata":{"name":"gone","uid":"u-1","resourceVersion":"7"}}""", "configmaps", "/registry/core/configmaps/default/gone")]
    [InlineData(Roles + "/gone", """{"metadata":{"name":"gone","uid":"u-1"}}""", "clusterroles.rbac.authorization.k8s.io", "/registry/rbac.authorization.k8s.io/clusterroles/gone")]
    [InlineData("/apis/apps/v1/namespaces/default/deployments/gone/status", """{"metadata":{"name":"gone","uid":"u-1"}}""", "deployments.apps", "/registry/apps/deployments/default/gone")]
    public async Task Put_OfWhatIsGoneByItsUid_Conflicts(string path, string body, string resource, string key)
    {
        var (code, answer, _) = await _http.SendAsync("PUT", path, body);
        Assert.Equal(HttpStatusCode.Conflict, code);
        Assert.Equal("Conflict", (string?)answer["reason"]);
        Assert.Equal(
            $"Operation cannot be fulfilled on {resource} \"gone\": StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: u-1, UID in object meta: ",
            answer.Message());
    }

    [Fact]
    public async Task Put_OfWhatIsGoneWithoutItsUid_IsNotFound()
    {
        var (code, answer, _) = await _http.SendAsync("PUT", Maps + "/gone", """{"metadata":{"name":"gone","resourceVersion":"7"}}""");
        Assert.Equal(HttpStatusCode.NotFound, code);
        Assert.Equal("configmaps \"gone\" not found", answer.Message());
    }

    [Fact]
    public async Task Uid_OfAnother_ConflictsForPutAndIsInvalidForPatches()
    {
        var uid = await CreateAsync("a");
        var (code, answer, _) = await _http.SendAsync("PUT", Maps + "/a", """{"metadata":{"name":"a","uid":"other"}}""");
        Assert.Equal(HttpStatusCode.Conflict, code);
        Assert.EndsWith($"Precondition failed: UID in precondition: other, UID in object meta: {uid}", answer.Message());

        (code, answer, _) = await _http.SendAsync("PATCH", Maps + "/a", """{"metadata":{"uid":"other"}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal("ConfigMap \"a\" is invalid: metadata.uid: Invalid value: \"other\": field is immutable", answer.Message());
    }

    // Version, dry run, the code that is answered.
    [Theory]
    [InlineData("7", "", 500)]
    [InlineData("7", "?dryRun=All", 201)]
    [InlineData("0", "", 201)]
    [InlineData("-1", "", 201)]
    [InlineData("abc", "", 201)]
    public async Task Create_OfWhatHasAVersion_FailsOnlyWhereItIsOne(string version, string query, int code)
    {
        var (status, answer, _) = await _http.SendAsync("POST", Maps + query, $$$"""{"metadata":{"name":"a","resourceVersion":"{{{version}}}"}}""");
        Assert.Equal(code, (int)status);
        if (code != 500) { return; }
        Assert.Equal("resourceVersion should not be set on objects to be created", answer.Message());
        Assert.Null(answer["reason"]);
        Assert.Null(answer["details"]);
    }

    [Theory]
    [InlineData("PUT", "application/json", """{"metadata":{"name":"a","resourceVersion":"abc"}}""", "abc", "invalid syntax")]
    [InlineData("PUT", "application/json", """{"metadata":{"name":"a","resourceVersion":"99999999999999999999"}}""", "99999999999999999999", "value out of range")]
    [InlineData("PATCH", "application/merge-patch+json", """{"metadata":{"resourceVersion":"abc"}}""", "abc", "invalid syntax")]
    public async Task Update_WithAVersionThatIsNone_FailsAsUpstreamDoes(string method, string type, string body, string version, string fault)
    {
        await CreateAsync("a");
        var (code, answer, _) = await _http.SendAsync(method, Maps + "/a", body, type);
        Assert.Equal(HttpStatusCode.InternalServerError, code);
        Assert.Equal($"strconv.ParseUint: parsing \"{version}\": {fault}", answer.Message());
    }

    [Fact]
    public async Task Create_WithWhatOnlyTheServerKnows_DropsItAndGivesItToNobody()
    {
        var (code, answer, _) = await _http.SendAsync("POST", Maps,
            """{"metadata":{"name":"a","uid":"mine","creationTimestamp":"2001-01-01T00:00:00Z","deletionTimestamp":"2001-01-01T00:00:00Z","deletionGracePeriodSeconds":4,"selfLink":"/x","generation":9}}""");
        Assert.Equal(HttpStatusCode.Created, code);
        var metadata = answer["metadata"]!;
        Assert.NotEqual("mine", (string?)metadata["uid"]);
        Assert.All((string[])["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation", "managedFields"], name => Assert.Null(metadata[name]));
    }

    [Theory]
    [InlineData("""{"preconditions":{"uid":"other"}}""", "Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition (other) does not match the UID in record ({uid}). The object might have been deleted and then recreated")]
    [InlineData("""{"preconditions":{"resourceVersion":"1"}}""", "Operation cannot be fulfilled on ConfigMap \"a\": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record ({version}). The object might have been modified")]
    [InlineData("""{"preconditions":{"resourceVersion":"x"}}""", "Operation cannot be fulfilled on ConfigMap \"a\": the ResourceVersion in the precondition (x) does not match the ResourceVersion in record ({version}). The object might have been modified")]
    public async Task Delete_OfAnotherThanIsThere_SaysWhich(string options, string message)
    {
        await CreateAsync("a");
        var metadata = (await _http.SendAsync("GET", Maps + "/a")).Body["metadata"]!;
        var (code, answer, _) = await _http.SendAsync("DELETE", Maps + "/a", options);
        Assert.Equal(HttpStatusCode.Conflict, code);
        Assert.Equal(message.Replace("{uid}", (string)metadata["uid"]!, StringComparison.Ordinal).Replace("{version}", (string)metadata["resourceVersion"]!, StringComparison.Ordinal), answer.Message());
        Assert.Equal("ConfigMap", (string?)answer["details"]!["kind"]);
    }

    [Theory]
    [InlineData("/a", "", null, true)]
    [InlineData("", "", null, true)]
    [InlineData("/a", "?propagationPolicy=Orphan", null, false)]
    [InlineData("/a", "?orphanDependents=false", null, false)]
    [InlineData("/a", "", """{"propagationPolicy":"Background"}""", false)]
    [InlineData("/gone", "", null, true)]
    public async Task Delete_OfJobsWithoutAWordOfTheirPods_IsWarned(string name, string query, string? body, bool isWarned)
    {
        const string jobs = "/apis/batch/v1/namespaces/default/jobs";
        await _http.SendAsync("POST", jobs, """{"metadata":{"name":"a"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}""");
        var (_, _, answer) = await _http.SendAsync("DELETE", jobs + name + query, body);
        Assert.Equal(
            isWarned ? ["299 - \"child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning\""] : [],
            answer.Headers.TryGetValues("Warning", out var warnings) ? warnings : []);
    }

    [Fact]
    public async Task Delete_WithABody_TakesNothingFromTheQuery()
    {
        await CreateAsync("a");
        var (code, answer, _) = await _http.SendAsync("DELETE", Maps + "/a?propagationPolicy=Nonsense&gracePeriodSeconds=x", """{"propagationPolicy":"Foreground"}""");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal("foregroundDeletion", (string?)answer["metadata"]!["finalizers"]![0]);
    }

    [Theory]
    [InlineData("POST", Maps, """{"metadata":{"name":"b"}}""", "application/json", "CreateOptions")]
    [InlineData("PUT", Maps + "/a", """{"metadata":{"name":"a"}}""", "application/json", "UpdateOptions")]
    [InlineData("PATCH", Maps + "/a", "{}", "application/merge-patch+json", "PatchOptions")]
    [InlineData("DELETE", Maps + "/a", null, "application/json", "DeleteOptions")]
    public async Task DryRun_OfAnotherKind_IsRefusedAsTheListItIs(string method, string path, string? body, string type, string options)
    {
        await CreateAsync("a");
        var (code, answer, _) = await _http.SendAsync(method, path + "?dryRun=All&dryRun=Some", body, type);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal($"{options}.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"All\",\"Some\"]: supported values: \"All\"", answer.Message());
    }

    [Fact]
    public async Task Status_WithCountsThatAreLeftOut_ShowsThemAsZero()
    {
        const string Path = "/apis/apps/v1/namespaces/default/deployments";
        await _http.SendAsync("POST", Path, """{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        var (code, answer, _) = await _http.SendAsync("PATCH", Path + "/d/status", """{"status":{"replicas":-2}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal(
            "Deployment.apps \"d\" is invalid: [status.replicas: Invalid value: -2: must be greater than or equal to 0, status.updatedReplicas: Invalid value: 0: cannot be greater than status.replicas, "
            + "status.readyReplicas: Invalid value: 0: cannot be greater than status.replicas, status.availableReplicas: Invalid value: 0: cannot be greater than status.replicas]",
            answer.Message());
    }

    private async Task<string> CreateAsync(string name)
    {
        var (code, answer, _) = await _http.SendAsync("POST", Maps, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }.ToJsonString());
        Assert.Equal(HttpStatusCode.Created, code);
        return (string)answer["metadata"]!["uid"]!;
    }
}
