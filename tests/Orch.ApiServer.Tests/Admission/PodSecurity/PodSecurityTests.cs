using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Admission.PodSecurity;
using Orch.ApiServer.Tests.Security;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Admission.PodSecurity;

public sealed class PodSecurityTests
{
    private const string Good = """
        {"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},
         "containers":[{"name":"a","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}
        """;

    // Each pod is what the level allows but for what is merged in.
    public static TheoryData<string, string, string> Baseline => new()
    {
        { "latest", """{"hostNetwork":true,"hostPID":true,"hostIPC":true}""", "host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)" },
        { "latest", """{"containers":[{"name":"a","securityContext":{"privileged":true}},{"name":"b","securityContext":{"privileged":true}}]}""", "privileged (containers \"a\", \"b\" must not set securityContext.privileged=true)" },
        { "latest", """{"containers":[{"name":"a","securityContext":{"capabilities":{"add":["SYS_ADMIN","NET_RAW","CHOWN"]}}}]}""", "non-default capabilities (container \"a\" must not include \"NET_RAW\", \"SYS_ADMIN\" in securityContext.capabilities.add)" },
        { "latest", """{"volumes":[{"name":"v","hostPath":{"path":"/"}},{"name":"w","hostPath":{"path":"/"}}]}""", "hostPath volumes (volumes \"v\", \"w\")" },
        { "latest", """{"containers":[{"name":"a","ports":[{"containerPort":1,"hostPort":80},{"containerPort":2,"hostPort":443}]}]}""", "hostPort (container \"a\" uses hostPorts 443, 80)" },
        { "latest", """{"containers":[{"name":"a","livenessProbe":{"httpGet":{"port":1,"host":"8.8.8.8"}},"lifecycle":{"preStop":{"tcpSocket":{"port":1,"host":"h"}}}}]}""", "probe or lifecycle host (container \"a\" uses probe or lifecycle hosts \"8.8.8.8\", \"h\")" },
        { "v1.33", """{"containers":[{"name":"a","livenessProbe":{"httpGet":{"port":1,"host":"8.8.8.8"}}}]}""", "" },
        { "latest", """{"securityContext":{"appArmorProfile":{"type":"Unconfined"}},"containers":[{"name":"a","securityContext":{"appArmorProfile":{"type":"Unconfined"}}}]}""", "forbidden AppArmor profile (pod and container \"a\" must not set AppArmor profile type to \"Unconfined\")" },
        { "latest", """{"containers":[{"name":"a","securityContext":{"procMount":"Unmasked"}}]}""", "procMount (container \"a\" must not set securityContext.procMount to \"Unmasked\")" },
        { "latest", """{"hostUsers":false,"containers":[{"name":"a","securityContext":{"procMount":"Unmasked"}}]}""", "" },
        { "v1.30", """{"hostUsers":false,"containers":[{"name":"a","securityContext":{"procMount":"Unmasked"}}]}""", "procMount (container \"a\" must not set securityContext.procMount to \"Unmasked\")" },
        { "latest", """{"securityContext":{"seLinuxOptions":{"type":"spc_t","user":"u","role":"r"}}}""", "seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type \"spc_t\"; user may not be set; role may not be set)" },
        { "latest", """{"securityContext":{"seLinuxOptions":{"type":"container_engine_t"}}}""", "" },
        { "v1.30", """{"securityContext":{"seLinuxOptions":{"type":"container_engine_t"}}}""", "seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type \"container_engine_t\")" },
        { "latest", """{"securityContext":{"seccompProfile":{"type":"Unconfined"}}}""", "seccompProfile (pod must not set securityContext.seccompProfile.type to \"Unconfined\")" },
        { "latest", """{"securityContext":{"sysctls":[{"name":"kernel.shm_rmid_forced","value":"1"},{"name":"net.core.somaxconn","value":"1"},{"name":"net.ipv4.tcp_rmem","value":"1"}]}}""", "forbidden sysctls (net.core.somaxconn)" },
        { "v1.28", """{"securityContext":{"sysctls":[{"name":"net.ipv4.tcp_rmem","value":"1"},{"name":"net.ipv4.tcp_fin_timeout","value":"1"},{"name":"net.ipv4.ip_local_reserved_ports","value":"1"}]}}""", "forbidden sysctls (net.ipv4.tcp_rmem, net.ipv4.tcp_fin_timeout)" },
        { "latest", """{"containers":[{"name":"a","securityContext":{"windowsOptions":{"hostProcess":true}}}]}""", "hostProcess (container \"a\" must not set securityContext.windowsOptions.hostProcess=true)" },
        { "latest", """{"initContainers":[{"name":"i","securityContext":{"privileged":true}}],"ephemeralContainers":[{"name":"e","securityContext":{"privileged":true}}]}""", "privileged (containers \"i\", \"e\" must not set securityContext.privileged=true)" },
        { "latest", """{"containers":[{"name":"a","securityContext":{"allowPrivilegeEscalation":true,"runAsUser":0}}]}""", "" },
    };

    public static TheoryData<string, string, string> Restricted => new()
    {
        { "latest", """{}""", "" },
        { "latest", """{"securityContext":null,"containers":[{"name":"x"}]}""",
            "allowPrivilegeEscalation != false (container \"x\" must set securityContext.allowPrivilegeEscalation=false), "
            + "unrestricted capabilities (container \"x\" must set securityContext.capabilities.drop=[\"ALL\"]), "
            + "runAsNonRoot != true (pod or container \"x\" must set securityContext.runAsNonRoot=true), "
            + "seccompProfile (pod or container \"x\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")" },
        { "v1.7", """{"securityContext":null,"containers":[{"name":"x"}]}""", "runAsNonRoot != true (pod or container \"x\" must set securityContext.runAsNonRoot=true)" },
        { "latest", """{"hostNetwork":true,"volumes":[{"name":"v","hostPath":{"path":"/"}},{"name":"n","nfs":{"path":"/","server":"s"}}]}""",
            "host namespaces (hostNetwork=true), restricted volume types (volumes \"v\", \"n\" use restricted volume types \"hostPath\", \"nfs\")" },
        { "latest", """{"containers":[{"name":"a","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"],"add":["NET_BIND_SERVICE","SYS_TIME"]}}}]}""",
            "unrestricted capabilities (container \"a\" must not include \"SYS_TIME\" in securityContext.capabilities.add)" },
        { "latest", """{"securityContext":{"runAsNonRoot":false,"runAsUser":0,"seccompProfile":{"type":"Unconfined"}}}""",
            "runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod must not set runAsUser=0), "
            + "seccompProfile (pod must not set securityContext.seccompProfile.type to \"Unconfined\")" },
        { "latest", """{"hostUsers":false,"securityContext":{"runAsNonRoot":false,"runAsUser":0,"seccompProfile":{"type":"Localhost","localhostProfile":"p"}}}""", "" },
        { "latest", """{"os":{"name":"windows"},"securityContext":{"runAsNonRoot":true},"containers":[{"name":"a"}]}""", "" },
    };

    [Theory]
    [MemberData(nameof(Baseline))]
    public void Baseline_Violations_AreWordedAsUpstream(string version, string spec, string expected) => Check(PodSecurityLevel.Baseline, version, """{"containers":[{"name":"a"}]}""", spec, expected);

    [Theory]
    [MemberData(nameof(Restricted))]
    public void Restricted_Violations_AreWordedAsUpstream(string version, string spec, string expected) => Check(PodSecurityLevel.Restricted, version, Good, spec, expected);

    [Fact]
    public void Annotations_OfOldVersions_Count()
    {
        var metadata = new V1ObjectMeta { Annotations = new Dictionary<string, string> { ["seccomp.security.alpha.kubernetes.io/pod"] = "unconfined", ["container.apparmor.security.beta.kubernetes.io/a"] = "unconfined" } };
        SecurityLevel.TryVersion("v1.18", out var minor);

        var violations = new PodSecurityEvaluator().Evaluate(new SecurityLevel(PodSecurityLevel.Baseline, minor), metadata, Spec("""{"containers":[{"name":"a"}]}"""));

        Assert.Equal(
            "forbidden AppArmor profile (annotation must not set AppArmor profile type to \"container.apparmor.security.beta.kubernetes.io/a=\"unconfined\"\"), "
            + "seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod=\"unconfined\")",
            SecurityViolation.Details(violations));
    }

    [Theory]
    [InlineData("latest", true, SecurityLevel.Latest)]
    [InlineData("v1.0", true, 0)]
    [InlineData("v1.24", true, 24)]
    [InlineData("v1.024", false, SecurityLevel.Latest)]
    [InlineData("v2.1", false, SecurityLevel.Latest)]
    [InlineData("1.24", false, SecurityLevel.Latest)]
    [InlineData("v1.", false, SecurityLevel.Latest)]
    [InlineData("v1.99999999999", false, SecurityLevel.Latest)]
    public void Version_IsReadAsUpstream(string text, bool isGood, int minor)
    {
        Assert.Equal(isGood, SecurityLevel.TryVersion(text, out var read));
        Assert.Equal(minor, read);
    }

    [Fact]
    public async Task Pod_InARestrictedNamespace_IsRefusedWithAllViolations()
    {
        var refusal = await Assert.ThrowsAsync<ApiException>(() => Plugin(Home(("enforce", "restricted"))).ValidateAsync(Create(Pod("""{"containers":[{"name":"x"}]}""")), CancellationToken.None).AsTask());

        Assert.True(refusal.IsForbidden);
        Assert.StartsWith("pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"x\" must set securityContext.allowPrivilegeEscalation=false), ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pod_WhereOnlyWarnAndAuditAreSet_PassesWithBoth()
    {
        var request = Create(Pod("""{"hostNetwork":true,"containers":[{"name":"x"}]}"""));

        await Plugin(Home(("warn", "baseline"), ("warn-version", "v1.24"), ("audit", "baseline"))).ValidateAsync(request, CancellationToken.None);

        Assert.Equal(["would violate PodSecurity \"baseline:v1.24\": host namespaces (hostNetwork=true)"], request.Warnings);
        Assert.Equal("would violate PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)", request.AuditAnnotations["pod-security.kubernetes.io/audit-violations"]);
        Assert.Equal("privileged:latest", request.AuditAnnotations["pod-security.kubernetes.io/enforce-policy"]);
    }

    [Fact]
    public async Task Template_IsWarnedOf_NeverRefused()
    {
        var deployment = new V1Deployment { Metadata = new V1ObjectMeta { Name = "d" }, Spec = new V1DeploymentSpec { Template = new V1PodTemplateSpec { Spec = Spec("""{"hostPID":true,"containers":[{"name":"x"}]}""") } } };
        var request = new AdmissionRequest(AdmissionOperation.Create, new GroupVersionResource("apps", "v1", "deployments"), new GroupVersionKind("apps", "v1", "Deployment"), new UserInfo("jane", [])) { Namespace = "default", Name = "d", Object = deployment };

        await Plugin(Home(("enforce", "baseline"), ("warn", "baseline"))).ValidateAsync(request, CancellationToken.None);

        Assert.Equal(["would violate PodSecurity \"baseline:latest\": host namespaces (hostPID=true)"], request.Warnings);
    }

    [Fact]
    public async Task Update_ThatChangesNoImage_IsNotJudged()
    {
        var (now, old) = (Pod("""{"hostPID":true,"containers":[{"name":"x","image":"i"}]}"""), Pod("""{"hostPID":true,"containers":[{"name":"x","image":"i"}]}"""));
        var update = Create(now) with { Operation = AdmissionOperation.Update, OldObject = old };
        var plugin = Plugin(Home(("enforce", "baseline")));

        await plugin.ValidateAsync(update, CancellationToken.None);
        now.Spec.Containers[0].Image = "j";

        await Assert.ThrowsAsync<ApiException>(() => plugin.ValidateAsync(update, CancellationToken.None).AsTask());
    }

    [Theory]
    [InlineData("user", "jane")]
    [InlineData("namespace", "default")]
    [InlineData("class", "kata")]
    public async Task Exempt_IsNotJudged(string sort, string name)
    {
        var options = new ApiServerOptions();
        (sort switch { "user" => options.PodSecurity.ExemptUsernames, "namespace" => options.PodSecurity.ExemptNamespaces, _ => options.PodSecurity.ExemptRuntimeClasses }).Add(name);

        await Plugin(options, Home(("enforce", "restricted"))).ValidateAsync(Create(Pod("""{"runtimeClassName":"kata","containers":[{"name":"x"}]}""")), CancellationToken.None);
    }

    [Fact]
    public async Task Namespace_WithWrongLabels_IsInvalid()
    {
        var home = Home(("enforce", "strict"), ("warn-version", "v9"));
        var request = OfNamespace(AdmissionOperation.Create, home, null);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => Plugin().ValidateAsync(request, CancellationToken.None).AsTask());

        Assert.Equal(422, refusal.Status.Code);
        Assert.Equal(
            "Namespace \"default\" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"strict\": must be one of privileged, baseline, restricted, "
            + "metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: \"v9\": must be \"latest\" or \"v1.x\"]",
            refusal.Message);
        await Plugin().ValidateAsync(OfNamespace(AdmissionOperation.Update, home, home), CancellationToken.None);
    }

    [Fact]
    public async Task Namespace_MadeStricter_WarnsOfThePodsThatAreThere()
    {
        var pods = new[] { "b", "a", "c" }.Select(name => Pod("""{"hostPID":true,"containers":[{"name":"x"}]}""", name)).Append(Pod("""{"containers":[{"name":"x"}]}""", "fine")).ToArray();
        var request = OfNamespace(AdmissionOperation.Update, Home(("enforce", "baseline")), Home());

        await Plugin(pods).ValidateAsync(request, CancellationToken.None);

        Assert.Equal(
            ["existing pods in namespace \"default\" violate the new PodSecurity enforce level \"baseline:latest\"", "a (and 2 other pods): host namespaces"], request.Warnings);
    }

    [Theory]
    [InlineData("enforce=baseline", null, "enforce=baseline:latest")]
    [InlineData("warn=baseline,warn-version=v1.24,audit=restricted", null, "audit=restricted:latest, warn=baseline:v1.24")]
    [InlineData("enforce=privileged", null, null)]
    [InlineData("", null, null)]
    [InlineData("enforce=restricted,audit=baseline", "enforce=baseline", "enforce=restricted:latest, audit=baseline:latest")]
    [InlineData("enforce=baseline", "enforce=restricted", null)]
    [InlineData("enforce=baseline,warn=restricted", "enforce=baseline", null)]
    public async Task Namespace_Exempt_WarnsOfLabelsThatMeanNothing(string labels, string? old, string? policy)
    {
        var options = new ApiServerOptions();
        options.PodSecurity.ExemptNamespaces.Add("default");
        var request = OfNamespace(old is null ? AdmissionOperation.Create : AdmissionOperation.Update, Home(Read(labels)), old is null ? null : Home(Read(old)));

        await Plugin(options, Pod("""{"hostPID":true,"containers":[{"name":"x"}]}""")).ValidateAsync(request, CancellationToken.None);

        string[] expected = policy is null ? [] : [$"namespace \"default\" is exempt from Pod Security, and the policy ({policy}) will be ignored"];
        Assert.Equal(expected, request.Warnings);

        static (string, string)[] Read(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static label => (label.Split('=')[0], label.Split('=')[1]))];
    }

    [Theory]
    [InlineData("enforce=restricted,enforce-version=v1.30", "enforce=restricted,enforce-version=v1.20", true)]
    [InlineData("enforce=baseline,enforce-version=v1.30", "enforce=restricted,enforce-version=v1.30", false)]
    [InlineData("enforce=baseline,enforce-version=v1.30", "enforce=restricted,enforce-version=v1.29", true)]
    [InlineData("enforce=privileged,enforce-version=v1.30", "enforce=restricted,enforce-version=v1.29", false)]
    [InlineData("enforce=baseline,warn=restricted", "enforce=baseline", false)]
    public async Task Namespace_Update_LooksAtPodsOnlyWhereItGetsStricter(string labels, string old, bool looks)
    {
        static (string, string)[] Read(string text) => [.. text.Split(',').Select(static label => (label.Split('=')[0], label.Split('=')[1]))];
        var request = OfNamespace(AdmissionOperation.Update, Home(Read(labels)), Home(Read(old)));

        await Plugin(Pod("""{"hostPID":true,"containers":[{"name":"x"}]}""")).ValidateAsync(request, CancellationToken.None);

        Assert.Equal(looks, request.Warnings.Count > 0);
    }

    private static void Check(PodSecurityLevel level, string version, string good, string spec, string expected)
    {
        SecurityLevel.TryVersion(version, out var minor);
        var merged = Spec(System.Text.Encoding.UTF8.GetString(ApiServer.Json.JsonTree.Write(
            Orch.ApiServer.Patching.MergePatch.Apply(ApiServer.Json.JsonTree.Read(System.Text.Encoding.UTF8.GetBytes(good)), ApiServer.Json.JsonTree.Read(System.Text.Encoding.UTF8.GetBytes(spec))))));

        Assert.Equal(expected, SecurityViolation.Details(new PodSecurityEvaluator().Evaluate(new SecurityLevel(level, minor), null, merged)));
    }

    private static PodSecurityAdmission Plugin(params IKubernetesObject<V1ObjectMeta>[] objects) => Plugin(new ApiServerOptions(), objects);

    private static PodSecurityAdmission Plugin(ApiServerOptions options, params IKubernetesObject<V1ObjectMeta>[] objects)
        => new(new PodSecurityEvaluator(), new FakeLookup(objects), Options.Create(options), new FakeTimeProvider());

    private static V1Namespace Home(params (string Key, string Value)[] labels) => new()
    {
        Metadata = new V1ObjectMeta { Name = "default", Labels = labels.ToDictionary(static label => $"pod-security.kubernetes.io/{label.Key}", static label => label.Value) },
    };

    private static V1Pod Pod(string spec, string name = "p") => new() { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" }, Spec = Spec(spec) };

    private static V1PodSpec Spec(string json) => ApiJson.Deserialize<V1PodSpec>(System.Text.Encoding.UTF8.GetBytes(json));

    private static AdmissionRequest Create(V1Pod pod)
        => new(AdmissionOperation.Create, new GroupVersionResource(string.Empty, "v1", "pods"), new GroupVersionKind(string.Empty, "v1", "Pod"), new UserInfo("jane", [])) { Namespace = "default", Name = "p", Object = pod };

    private static AdmissionRequest OfNamespace(AdmissionOperation operation, V1Namespace now, V1Namespace? old)
        => new(operation, new GroupVersionResource(string.Empty, "v1", "namespaces"), new GroupVersionKind(string.Empty, "v1", "Namespace"), new UserInfo("jane", [])) { Name = "default", Object = now, OldObject = old };
}
