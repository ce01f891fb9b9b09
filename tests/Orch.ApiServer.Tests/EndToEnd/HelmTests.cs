using System.Text;
using k8s.Models;
using Orch.Testing.Kubectl;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary>Helm of two generations against a real server over HTTPS; <c>tests/clients/helm</c> has the charts.</summary>
[Trait("Needs", "helm")]
public sealed class HelmTests : HelmServerTests
{
    private const string Widgets = "widgets.shop.example.com";

    private static string[] NoCache => ["--set", "cache.enabled=false"];

    [SkippableTheory]
    [MemberData(nameof(Releases))]
    public async Task Helm_Release_LivesFromInstallToUninstallAsWithUpstream(string release)
    {
        using var helm = new HelmSession(_server.Address, release);
        var shop = HelmSession.Chart("shop");
        await helm.FailsAsync("no matches for kind \"Widget\" in version \"shop.example.com/v1\"", "install", "a", shop, "--dry-run=server");
        await helm.OkAsync("a of shop says hello in default.", ["install", "a", shop, .. NoCache]);
        var facts = await DataAsync("a-facts");
        Assert.Equal("""apps=true beta=false deployments=true greeting=hello revision=1 widgets=true""", Facts(facts));
        Assert.StartsWith("v1.36.", facts["version"], StringComparison.Ordinal);
        Assert.Equal((await NamesAsync<V1Namespace>()).Count, int.Parse(facts["namespaces"], System.Globalization.CultureInfo.InvariantCulture));
        var password = (await GetAsync<V1Secret>("a-password")).Data["password"];
        Assert.Equal("helm.sh/release.v1", (await GetAsync<V1Secret>("sh.helm.release.v1.a.v1")).Type);

        // What lookup finds is kept, and hooks run by their weights: those of the first run are gone or made anew.
        await helm.OkAsync("a of shop says bye in default.", ["upgrade", "a", shop, "--install", "--set", "greeting=bye,replicas=3", .. NoCache]);
        Assert.Equal(password, (await GetAsync<V1Secret>("a-password")).Data["password"]);
        Assert.Equal("bye", (await DataAsync("a-facts"))["greeting"]);
        Assert.Equal("1", (await DataAsync("a-post-install"))["revision"]);
        Assert.Equal("2", (await DataAsync("a-post-upgrade"))["revision"]);
        Assert.DoesNotContain(await NamesAsync<V1ConfigMap>(), static name => name.EndsWith("-gone", StringComparison.Ordinal));

        await helm.FailsAsync("Service \"a\" is invalid: spec.ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive", ["upgrade", "a", shop, "--set", "port=99999", .. NoCache]);
        await helm.FailsAsync("Widget.shop.example.com \"a\" is invalid: spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10", ["upgrade", "a", shop, "--set", "replicas=11", .. NoCache]);
        await helm.OkAsync("Rollback was a success", "rollback", "a", "1");
        Assert.Equal("hello", (await DataAsync("a-facts"))["greeting"]);
        Assert.Equal("1", (await DataAsync("a-pre-rollback"))["revision"]);
        var history = await helm.OkAsync("Rollback to 1", "history", "a");
        Assert.Equal(["superseded", "superseded", "failed", "failed", "deployed"], history.Split('\n')[1..].Where(static line => line.Contains("shop-1.0.0", StringComparison.Ordinal)).Select(static line => line.Split('\t')[2].Trim()));
        await helm.OkAsync("greeting: bye", "get", "values", "a", "--revision", "2");
        await helm.OkAsync("kind: Deployment", "get", "manifest", "a");
        await helm.OkAsync("helm.sh/hook: test", "get", "hooks", "a");
        await helm.OkAsync("STATUS: deployed", "status", "a");
        await helm.FailsAsync("a name that is still in use", "install", "a", shop);
        await helm.OkAsync("kind: StatefulSet", "upgrade", "a", shop, "--dry-run=server", "--set", "cache.enabled=true");
        Assert.Empty(await NamesAsync<V1StatefulSet>());

        await helm.OkAsync("release \"a\" uninstalled", "uninstall", "a", "--keep-history", "--wait");
        Assert.Empty(await NamesAsync<V1Deployment>());
        Assert.DoesNotContain("a", await NamesAsync<V1Service>());
        await helm.OkAsync("uninstalled", "history", "a");
        Assert.Contains("a-post-delete", await NamesAsync<V1ConfigMap>());
        await GetAsync<V1CustomResourceDefinition>(Widgets);
        await helm.OkAsync("release \"a\" uninstalled", "uninstall", "a");
        Assert.DoesNotContain(await NamesAsync<V1Secret>(), static name => name.StartsWith("sh.helm.", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [MemberData(nameof(Releases))]
    public async Task Helm_Waiting_SeesWorkloadsBecomeReadyAndRollsBackWhatFails(string release)
    {
        using var helm = new HelmSession(_server.Address, release);
        string[] shop = [HelmSession.Chart("shop"), "--set", "cache.enabled=false,hooks=false"];
        var install = helm.OkAsync("STATUS: deployed", ["install", "w", .. shop, "--wait", "--timeout", "60s"]);
        await FoundAsync<V1Deployment>("w");
        await RollOutAsync("w", replicas: 2);
        await install;

        var rollback = release == "helm.3" ? "--atomic" : "--rollback-on-failure";
        await helm.FailsAsync("has been rolled back", ["upgrade", "w", .. shop, "--set", "port=99999", rollback, "--timeout", "60s"]);
        Assert.Equal("1", (await DataAsync("w-facts"))["revision"]);
        await helm.OkAsync("Rollback to 1", "history", "w");
    }

    [SkippableTheory]
    [MemberData(nameof(Releases))]
    public async Task Helm_Test_FollowsItsPod(string release)
    {
        using var helm = new HelmSession(_server.Address, release);
        await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, default);
        await helm.OkAsync("STATUS: deployed", "install", "t", HelmSession.Chart("shop"), "--set", "cache.enabled=false,hooks=false");
        foreach (var (phase, said) in ((string, string)[])[("Succeeded", "Succeeded"), ("Failed", "Failed")])
        {
            var before = (await NamesAsync<V1Pod>()).Count == 0 ? null : (await GetAsync<V1Pod>("t-test")).Uid();
            var test = phase == "Succeeded" ? helm.OkAsync(said, "test", "t", "--timeout", "60s") : helm.FailsAsync(said, "test", "t", "--timeout", "60s");
            await FoundAsync<V1Pod>("t-test", pod => pod.Uid() != before);
            await StatusAsync<V1Pod>("t-test", $$$"""{"status":{"phase":"{{{phase}}}"}}""");
            Assert.Contains("TEST SUITE:     t-test", await test, StringComparison.Ordinal);
        }
    }

    [SkippableTheory]
    [InlineData("helm.3", "configmap")]
    [InlineData("helm.4", "configmap")]
    [InlineData("helm.3", "secret")]
    [InlineData("helm.4", "secret")]
    public async Task Helm_LargeReleases_AreKeptUpToAMebibyte(string release, string driver)
    {
        using var helm = new HelmSession(_server.Address, release, driver: driver);
        await helm.WriteAsync("big", "Chart.yaml", "apiVersion: v2\nname: big\nversion: 1.0.0\n");
        await helm.WriteAsync("big", "values.yaml", "count: 1\nsize: 10\n");
        var big = await helm.WriteAsync("big", "templates/maps.yaml", """
            {{- range $i := until (int .Values.count) }}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: {{ $.Release.Name }}-{{ $i }}}
            data: {noise: {{ randAlphaNum (int $.Values.size) }}}
            {{- end }}
            """);
        await helm.OkAsync("STATUS: deployed", "install", "fits", big, "--set", "count=2,size=350000");
        await helm.OkAsync("REVISION: 2", "upgrade", "fits", big, "--set", "count=1,size=350000", "--history-max", "1");
        Assert.Equal(["fits-0"], (await NamesAsync<V1ConfigMap>()).Where(static name => name.StartsWith("fits", StringComparison.Ordinal)));
        Assert.Contains("sh.helm.release.v1.fits.v2", driver == "secret" ? await NamesAsync<V1Secret>() : await NamesAsync<V1ConfigMap>());
        var path = driver == "secret" ? "Secret \"sh.helm.release.v1.over.v1\" is invalid: data" : "ConfigMap \"sh.helm.release.v1.over.v1\" is invalid: []";
        await helm.FailsAsync($"{path}: Too long: may not be more than 1048576 bytes", "install", "over", big, "--set", "count=3,size=500000");
        await helm.FailsAsync("ConfigMap \"wide-0\" is invalid: []: Too long: may not be more than 1048576 bytes", "install", "wide", big, "--set", "size=1048600");
    }

    [SkippableTheory]
    [MemberData(nameof(Releases))]
    public async Task Helm_OperatorsChart_InstallsUpgradesAndLeavesItsDefinition(string release)
    {
        using var helm = new HelmSession(_server.Address, release);
        var certs = HelmSession.Chart("certs");
        await helm.OkAsync("STATUS: deployed", "install", "x", certs);
        var definition = await GetAsync<V1CustomResourceDefinition>("certificates.certs.example.com");
        Assert.Equal(["v1", "v1beta1"], definition.Spec.Versions.Where(static version => version.Served).Select(static version => version.Name).Order(StringComparer.Ordinal));
        await helm.OkAsync("has been upgraded", "upgrade", "x", certs, "--set", "replicas=2,idle=true,failurePolicy=Fail");
        Assert.Equal("Fail", (await GetAsync<V1ValidatingWebhookConfiguration>("x")).Webhooks[0].FailurePolicy);
        Assert.Equal(["x"], await NamesAsync<V1DaemonSet>());
        await helm.OkAsync("Rollback was a success", "rollback", "x", "1");
        Assert.Empty(await NamesAsync<V1DaemonSet>());
        Assert.Equal(1, (await GetAsync<V1Deployment>("x-webhook")).Spec.Replicas);
        var gone = await helm.OkAsync("[CustomResourceDefinition] certificates.certs.example.com", "uninstall", "x");
        Assert.Contains("kept due to the resource policy", gone, StringComparison.Ordinal);
        Assert.Empty(await NamesAsync<V1Deployment>());
        await GetAsync<V1CustomResourceDefinition>("certificates.certs.example.com");
    }

    [SkippableTheory]
    [MemberData(nameof(Releases))]
    public async Task Helm_HugeDefinition_IsInstalledWithAnObjectOfIt(string release)
    {
        using var helm = new HelmSession(_server.Address, release);
        await helm.WriteAsync("monitor", "Chart.yaml", "apiVersion: v2\nname: monitor\nversion: 1.0.0\n");
        await helm.WriteAsync("monitor", "crds/monitors.yaml", HugeDefinition());
        var chart = await helm.WriteAsync("monitor", "templates/monitor.yaml", "apiVersion: monitoring.example.com/v1\nkind: Monitor\nmetadata: {name: {{ .Release.Name }}}\nspec: {field1: {field2: hello}}\n");
        await helm.OkAsync("STATUS: deployed", "install", "m", chart);
        using var http = _server.Http();
        Assert.Contains("\"hello\"", await http.GetStringAsync(new Uri("/apis/monitoring.example.com/v1/namespaces/default/monitors/m", UriKind.Relative)), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Releases))]
    public async Task Helm_OfAUserWithoutRights_SaysWhichOnesAreMissing(string release)
    {
        using var helm = new HelmSession(_server.Address, release, token: "jane/devs");
        await helm.FailsAsync("secrets is forbidden: User \"jane\" cannot list resource \"secrets\" in API group \"\" in the namespace \"default\"", "list");
        await helm.FailsAsync("User \"jane\" cannot", "install", "a", HelmSession.Chart("shop"), "--skip-crds", "--set", "cache.enabled=false,hooks=false");
    }

    private static string Facts(IDictionary<string, string> data)
        => string.Join(' ', data.Where(static pair => pair.Key is not ("version" or "namespaces")).OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value}"));

    /// <summary>More than kubectl's annotation can take, and about as large as those of real operators.</summary>
    private static string HugeDefinition()
    {
        var text = new StringBuilder("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: monitors.monitoring.example.com}\nspec:\n  group: monitoring.example.com\n  scope: Namespaced\n  names: {plural: monitors, kind: Monitor}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            properties:\n");
        for (var outer = 0; outer < 60; outer++)
        {
            text.Append("              field").Append(outer).Append(":\n                type: object\n                properties:\n");
            for (var inner = 0; inner < 60; inner++) { text.Append("                  field").Append(inner).Append(": {type: string, description: \"").Append('d', 100).Append("\"}\n"); }
        }

        Assert.True(text.Length > 400 * 1024);
        return text.ToString();
    }
}
