namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Of upstream's <c>validatingadmissionpolicy.go</c> and <c>mutatingadmissionpolicy.go</c>, and their integration tests, the flows through a whole server.</summary>
public sealed class AdmissionPolicyTests : ConformanceTests
{
    private const string Group = "/apis/admissionregistration.k8s.io/v1/";

    [Fact]
    public async Task CustomObjects_OfAnyVersion_AreSeenAsTheVersionThatThePolicyNames()
    {
        await PandasAsync();
        await PolicyAsync("mutating", "a", Rules("awesome.bears.com", "pandas", "*"), """ "reinvocationPolicy":"IfNeeded","mutations":[{"patchType":"ApplyConfiguration","applyConfiguration":{"expression":"Object{metadata: Object.metadata{labels: {'mutated-panda': request.kind.version}}}"}}]""");
        await PolicyAsync("validating", "b", Rules("awesome.bears.com", "pandas", "*"), """ "validations":[{"expression":"object == null || object.apiVersion == 'awesome.bears.com/v1' && request.requestKind.version in ['v1', 'v2']"}]""");

        foreach (var version in new[] { "v1", "v2" })
        {
            var made = await OkAsync("POST", $"/apis/awesome.bears.com/{version}/pandas", Panda(version, $"{version}-bears", "x"));
            Assert.Equal(("v1", $"awesome.bears.com/{version}"), ((string)made["metadata"]!["labels"]!["mutated-panda"]!, (string)made["apiVersion"]!));
        }
    }

    [Fact]
    public async Task Parameters_OfACustomKind_AreReadInTheVersionOfThePolicy()
    {
        await PandasAsync();
        await OkAsync("POST", "/apis/awesome.bears.com/v1/pandas", Panda("v1", "limit", "forbidden"));
        await PolicyAsync("validating", "p", Rules("", "configmaps", "CREATE"), """ "paramKind":{"apiVersion":"awesome.bears.com/v2","kind":"Panda"},"validations":[{"expression":"params.apiVersion == 'awesome.bears.com/v2' && !object.metadata.name.startsWith(params.data.text)","messageExpression":"'not ' + params.data.text"}]""",
            ""","paramRef":{"name":"limit","parameterNotFoundAction":"Deny"}""");

        var status = await RefusedAsync(422, "POST", "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"forbidden-one"}}""");
        Assert.Equal("configmaps \"forbidden-one\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: not forbidden", (string)status["message"]!);
        await OkAsync("POST", "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"good"}}""");
    }

    [Fact]
    public async Task Deployment_WithTooFewReplicas_IsRefusedInWhateverWayItIsWritten()
    {
        await OkAsync("POST", "/apis/apps/v1/namespaces/default/deployments", Deployment("kept", 2));
        await PolicyAsync("validating", "p", Rules("apps", "deployments", "CREATE\",\"UPDATE"), """ "variables":[{"name":"replicas","expression":"object.spec.replicas"},{"name":"oddReplicas","expression":"variables.replicas % 2 == 1"}],"validations":[{"expression":"variables.replicas > 1","messageExpression":"'wants replicas > 1, got ' + string(variables.replicas)"},{"expression":"!variables.oddReplicas","message":"odd"}]""");
        const string Denied = "is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: ";

        var status = await RefusedAsync(422, "POST", "/apis/apps/v1/namespaces/default/deployments", Deployment("made", 1));
        Assert.Equal($"deployments.apps \"made\" {Denied}wants replicas > 1, got 1", (string)status["message"]!);
        status = await RefusedAsync(422, "PATCH", "/apis/apps/v1/namespaces/default/deployments/kept", """{"spec":{"replicas":3}}""", MergePatch);
        Assert.Equal($"deployments.apps \"kept\" {Denied}odd", (string)status["message"]!);
        status = await RefusedAsync(422, "PATCH", "/apis/apps/v1/namespaces/default/deployments/kept?fieldManager=a&force=true", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"kept"},"spec":{"replicas":1}}""", ApplyPatch);
        Assert.Equal($"deployments.apps \"kept\" {Denied}wants replicas > 1, got 1", (string)status["message"]!);
        status = await RefusedAsync(422, "PATCH", "/apis/apps/v1/namespaces/default/deployments/made?fieldManager=a", Deployment("made", 1), ApplyPatch);
        Assert.Equal($"deployments.apps \"made\" {Denied}wants replicas > 1, got 1", (string)status["message"]!);
        // What the rules do not name is another matter.
        await OkAsync("PATCH", "/apis/apps/v1/namespaces/default/deployments/kept/scale", """{"spec":{"replicas":1}}""", MergePatch);
    }

    [Fact]
    public async Task Subresources_AreMutatedAndValidatedWhereTheRulesNameThem()
    {
        await OkAsync("POST", "/api/v1/namespaces", """{"metadata":{"name":"test-namespace"}}""");
        await OkAsync("POST", "/apis/apps/v1/namespaces/default/deployments", Deployment("d", 2));
        await PolicyAsync("mutating", "a", Rules("", "namespaces/status", "*"), """ "reinvocationPolicy":"Never","mutations":[{"patchType":"ApplyConfiguration","applyConfiguration":{"expression":"Object{status: Object.status{conditions: [Object.status.conditions{type: 'NamespaceDeletionContentFailure', message: 'mutated'}]}}"}}]""");
        await PolicyAsync("mutating", "b", Rules("apps", "deployments/scale", "UPDATE"), """ "reinvocationPolicy":"Never","mutations":[{"patchType":"JSONPatch","jsonPatch":{"expression":"[JSONPatch{op: 'replace', path: '/spec/replicas', value: object.spec.replicas + 1}]"}}]""");
        await PolicyAsync("validating", "c", Rules("apps", "*/scale", "UPDATE"), """ "validations":[{"expression":"object.kind == 'Scale' && request.subResource == 'scale' && object.spec.replicas < 10"}]""");

        var home = await OkAsync("PUT", "/api/v1/namespaces/test-namespace/status", """{"metadata":{"name":"test-namespace"},"status":{"conditions":[{"type":"NamespaceDeletionContentFailure","status":"Unknown"}]}}""");
        Assert.Equal("mutated Unknown", $"{home["status"]!["conditions"]![0]!["message"]} {home["status"]!["conditions"]![0]!["status"]}");
        var scale = await OkAsync("PATCH", "/apis/apps/v1/namespaces/default/deployments/d/scale", """{"spec":{"replicas":4}}""", MergePatch);
        Assert.Equal(5, (int)scale["spec"]!["replicas"]!);
        Assert.Equal(5, (int)(await OkAsync("GET", "/apis/apps/v1/namespaces/default/deployments/d"))["spec"]!["replicas"]!);
        await RefusedAsync(422, "PATCH", "/apis/apps/v1/namespaces/default/deployments/d/scale", """{"spec":{"replicas":9}}""", MergePatch);
    }

    [Fact]
    public async Task Policies_CannotLockThemselvesIn_AndSayWhichNamesAreKept()
    {
        await PolicyAsync("validating", "everything", Rules("*", "*/*", "*", "*"), """ "validations":[{"expression":"false"}]""");

        await RefusedAsync(422, "POST", "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"m"}}""");
        foreach (var (path, spec) in new[]
        {
            ("authorization.k8s.io/v1/selfsubjectaccessreviews", """{"resourceAttributes":{"verb":"get","resource":"pods"}}"""), ("authorization.k8s.io/v1/subjectaccessreviews", """{"user":"jane","resourceAttributes":{"verb":"get","resource":"pods"}}"""),
            ("authorization.k8s.io/v1/selfsubjectrulesreviews", """{"namespace":"default"}"""), ("authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews", """{"user":"jane","resourceAttributes":{"verb":"get","resource":"pods","namespace":"default"}}"""),
            ("authentication.k8s.io/v1/selfsubjectreviews", "{}"), ("authentication.k8s.io/v1/tokenreviews", """{"token":"jane/a"}"""),
        })
        {
            await OkAsync("POST", "/apis/" + path, "{\"spec\":" + spec + "}");
        }

        var (code, response, text) = await SendAsync("POST", Group + "validatingadmissionpolicybindings", """{"metadata":{"name":"x.static.k8s.io"},"spec":{"policyName":"p","validationActions":["Deny"]}}""");
        Assert.True(code == 201, text);
        Assert.Equal(
            "299 - \"metadata.name: names ending with \\\".static.k8s.io\\\" will be reserved for static manifest-based configurations when the ManifestBasedAdmissionControlConfig feature gate is enabled\"",
            response.Headers.GetValues("Warning").Single());
        await OkAsync("DELETE", Group + "validatingadmissionpolicies/everything");
        await _server.CaughtUpAsync();
        await OkAsync("POST", "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"m"}}""");
    }

    private static string Rules(string group, string resource, string operations, string version = "v1") => """
        "matchConstraints":{"resourceRules":[{"apiGroups":["GROUP"],"apiVersions":["VERSION"],"resources":["RESOURCE"],"operations":["OPERATIONS"]}]}
        """.Replace("GROUP", group, StringComparison.Ordinal).Replace("VERSION", version, StringComparison.Ordinal).Replace("RESOURCE", resource, StringComparison.Ordinal).Replace("OPERATIONS", operations, StringComparison.Ordinal);

    private static string Panda(string version, string name, string text) => """
        {"apiVersion":"awesome.bears.com/VERSION","kind":"Panda","metadata":{"name":"NAME"},"data":{"text":"TEXT"}}
        """.Replace("VERSION", version, StringComparison.Ordinal).Replace("NAME", name, StringComparison.Ordinal).Replace("TEXT", text, StringComparison.Ordinal);

    private static string Deployment(string name, int replicas) => """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"NAME"},"spec":{"replicas":COUNT,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"i"}]}}}}
        """.Replace("NAME", name, StringComparison.Ordinal).Replace("COUNT", $"{replicas}", StringComparison.Ordinal);

    private Task PandasAsync()
    {
        static string Version(string name, string isStored) => """
            {"name":"NAME","served":true,"storage":STORED,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}
            """.Replace("NAME", name, StringComparison.Ordinal).Replace("STORED", isStored, StringComparison.Ordinal);
        return DefineAsync("""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"pandas.awesome.bears.com"},
             "spec":{"group":"awesome.bears.com","scope":"Cluster","names":{"plural":"pandas","singular":"panda","kind":"Panda"},"versions":[VERSIONS]}}
            """.Replace("VERSIONS", $"{Version("v1", "true")},{Version("v2", "false")}", StringComparison.Ordinal));
    }

    private async Task PolicyAsync(string sort, string name, string rules, string spec, string more = "")
    {
        await OkAsync("POST", $"{Group}{sort}admissionpolicies", "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{" + rules + "," + spec + "}}");
        var actions = sort == "validating" ? ",\"validationActions\":[\"Deny\"]" : string.Empty;
        await OkAsync("POST", $"{Group}{sort}admissionpolicybindings", "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"policyName\":\"" + name + "\"" + actions + more + "}}");
        await _server.CaughtUpAsync();
    }
}
