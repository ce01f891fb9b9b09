using k8s;
using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Tests.Security;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Admission.Matching;

public sealed class RequestMatcherTests
{
    private static readonly UserInfo Jane = new("jane", []);

    [Theory]
    [InlineData("CREATE", "", "v1", "pods", "*", true)]
    [InlineData("*", "*", "*", "*", "*", true)]
    [InlineData("*", "*", "*", "*/*", "*", true)]
    [InlineData("*", "*", "*", "pods/*", "*", true)]
    [InlineData("UPDATE", "*", "*", "*", "*", false)]
    [InlineData("UPDATE,CREATE", "*", "*", "*", "*", true)]
    [InlineData("CREATE", "apps", "v1", "pods", "*", false)]
    [InlineData("CREATE", "", "v2", "pods", "*", false)]
    [InlineData("CREATE", "", "v1", "pods/status", "*", false)]
    [InlineData("CREATE", "", "v1", "nodes,pods", "Namespaced", true)]
    [InlineData("CREATE", "", "v1", "pods", "Cluster", false)]
    [InlineData("CREATE", "", "v1", "", "*", false)]
    [InlineData("", "*", "*", "*", "*", false)]
    public async Task Rule_ForAPodCreate_MatchesByEveryPart(string operations, string groups, string versions, string resources, string scope, bool expected)
        => Assert.Equal(expected, await MatchesAsync(Rule(operations, groups, versions, resources, scope), Create("pods", Pod())));

    [Theory]
    [InlineData("pods", "exec", true, "*/exec")]
    [InlineData("pods", "exec", true, "*/*")]
    [InlineData("pods", "exec", false, "*")]
    [InlineData("pods", "exec", false, "pods")]
    public async Task Rule_ForASubresource_MustNameIt(string resource, string subresource, bool expected, string rule)
        => Assert.Equal(expected, await MatchesAsync(Rule("CONNECT", "*", "*", rule), Request(AdmissionOperation.Connect, resource) with { Subresource = subresource }));

    [Theory]
    [InlineData("Namespaced", false)]
    [InlineData("Cluster", true)]
    public async Task Scope_OfANamespace_IsTheCluster(string scope, bool expected)
    {
        var request = Request(AdmissionOperation.Delete, "namespaces") with { Namespace = string.Empty, Name = "team" };

        Assert.Equal(expected, await MatchesAsync(Rule("*", "*", "*", "*", scope), request));
    }

    [Fact]
    public async Task NamespaceSelector_OnPodsOfANamespace_DecidesByItsLabels()
    {
        var criteria = new MatchCriteria { Rules = [Rule("*", "*", "*", "*")], NamespaceSelector = Labels("team", "red") };
        var red = new V1Namespace { Metadata = new V1ObjectMeta { Name = "default", Labels = new Dictionary<string, string> { ["team"] = "red" } } };
        var blue = new V1Namespace { Metadata = new V1ObjectMeta { Name = "default", Labels = new Dictionary<string, string> { ["team"] = "blue" } } };

        Assert.True(await MatchesAsync(criteria, Create("pods", Pod()), red));
        Assert.False(await MatchesAsync(criteria, Create("pods", Pod()), blue));
    }

    [Fact]
    public async Task NamespaceSelector_OnANamespaceBeingWritten_SeesItsNewLabels()
    {
        var criteria = new MatchCriteria { Rules = [Rule("*", "*", "*", "*")], NamespaceSelector = Labels("team", "red") };
        var stored = new V1Namespace { Metadata = new V1ObjectMeta { Name = "team" } };
        var written = new V1Namespace { Metadata = new V1ObjectMeta { Name = "team", Labels = new Dictionary<string, string> { ["team"] = "red" } } };
        var update = Request(AdmissionOperation.Update, "namespaces") with { Namespace = string.Empty, Name = "team", Object = written, OldObject = stored };
        var delete = Request(AdmissionOperation.Delete, "namespaces") with { Namespace = string.Empty, Name = "team", OldObject = stored };

        Assert.True(await MatchesAsync(criteria, update, stored));
        Assert.False(await MatchesAsync(criteria, delete, stored));
    }

    [Fact]
    public async Task NamespaceSelector_OnClusterScopedObjects_DoesNotExempt()
    {
        var criteria = new MatchCriteria { Rules = [Rule("*", "*", "*", "*")], NamespaceSelector = Labels("team", "red") };

        Assert.True(await MatchesAsync(criteria, Request(AdmissionOperation.Delete, "nodes") with { Namespace = string.Empty }));
    }

    [Fact]
    public async Task NamespaceSelector_InAnUnknownNamespace_IsNotFoundOnlyWhereTheRulesMatch()
    {
        var matching = new MatchCriteria { Rules = [Rule("*", "*", "*", "*")], NamespaceSelector = Labels("team", "red") };
        var other = matching with { Rules = [Rule("DELETE", "*", "*", "*")] };

        var refusal = await Assert.ThrowsAsync<ApiException>(() => MatchesAsync(matching, Create("pods", Pod())));
        Assert.Equal("namespaces \"default\" not found", refusal.Message);
        Assert.False(await MatchesAsync(other, Create("pods", Pod())));
    }

    [Fact]
    public async Task ObjectSelector_MatchesTheNewOrTheOldObject()
    {
        var criteria = new MatchCriteria { Rules = [Rule("*", "*", "*", "*")], ObjectSelector = Labels("app", "web") };
        var web = Pod();
        web.Metadata.Labels = new Dictionary<string, string> { ["app"] = "web" };

        Assert.True(await MatchesAsync(criteria, Create("pods", web)));
        Assert.True(await MatchesAsync(criteria, Request(AdmissionOperation.Update, "pods") with { Object = Pod(), OldObject = web }));
        Assert.True(await MatchesAsync(criteria, Request(AdmissionOperation.Delete, "pods") with { OldObject = web }));
        Assert.False(await MatchesAsync(criteria, Create("pods", Pod())));
        Assert.False(await MatchesAsync(criteria, Request(AdmissionOperation.Connect, "pods")));
    }

    [Fact]
    public async Task Selector_Broken_IsAnErrorOnlyWhereTheRulesMatch()
    {
        var broken = new V1LabelSelector { MatchExpressions = [new V1LabelSelectorRequirement { Key = "a", OperatorProperty = "Near" }] };
        var criteria = new MatchCriteria { Rules = [Rule("CREATE", "*", "*", "*")], ObjectSelector = broken };

        Assert.Equal(500, (await Assert.ThrowsAsync<ApiException>(() => MatchesAsync(criteria, Create("pods", Pod())))).Status.Code);
        Assert.False(await MatchesAsync(criteria, Request(AdmissionOperation.Delete, "pods")));
    }

    [Theory]
    [InlineData("Equivalent", true)]
    [InlineData("Exact", false)]
    [InlineData(null, false)]
    public async Task Equivalent_RequestOnAnotherVersion_IsShownInTheMatchedForm(string? policy, bool expected)
    {
        var other = new MatchedResource(new GroupVersionResource("events.k8s.io", "v1", "events"), new GroupVersionKind("events.k8s.io", "v1", "Event"));
        var criteria = new MatchCriteria { Rules = [Rule("*", "events.k8s.io", "*", "events")], MatchPolicy = policy };

        var match = await new RequestMatcher(criteria).MatchAsync(Request(AdmissionOperation.Create, "events"), new Equivalents(other), new FakeLookup(), CancellationToken.None);

        Assert.Equal(expected ? other : null, match);
    }

    [Fact]
    public async Task Policy_WithoutRules_MatchesAllButWhatItExcludes()
    {
        var criteria = MatchCriteria.From(new V1MatchResources
        {
            ExcludeResourceRules = [new V1NamedRuleWithOperations { ApiGroups = [""], ApiVersions = ["v1"], Resources = ["pods"], Operations = ["*"], ResourceNames = ["p"] }],
        });

        Assert.False(await MatchesAsync(criteria, Create("pods", Pod())));
        Assert.True(await MatchesAsync(criteria, Create("pods", Pod()) with { Name = "q" }));
        Assert.False(await MatchesAsync(MatchCriteria.From(new V1MutatingWebhook()), Create("pods", Pod())));
    }

    [Theory]
    [InlineData("mutatingwebhookconfigurations", true)]
    [InlineData("validatingadmissionpolicybindings", true)]
    [InlineData("pods", false)]
    public void AdmissionConfiguration_IsKnown(string resource, bool expected)
        => Assert.Equal(expected, AdmissionTarget.IsAdmissionConfiguration(new GroupVersionResource("admissionregistration.k8s.io", "v1", resource)));

    private static Task<bool> MatchesAsync(ResourceRule rule, AdmissionRequest request) => MatchesAsync(new MatchCriteria { Rules = [rule] }, request);

    private static async Task<bool> MatchesAsync(MatchCriteria criteria, AdmissionRequest request, params IKubernetesObject<V1ObjectMeta>[] objects)
        => await new RequestMatcher(criteria).MatchAsync(request, new Equivalents(), new FakeLookup(objects), CancellationToken.None) is not null;

    private static ResourceRule Rule(string operations, string groups, string versions, string resources, string scope = "*") => ResourceRule.From(new V1RuleWithOperations
    {
        Operations = operations.Split(','), ApiGroups = groups.Split(','), ApiVersions = versions.Split(','), Resources = resources.Split(','), Scope = scope,
    });

    private static V1LabelSelector Labels(string key, string value) => new() { MatchLabels = new Dictionary<string, string> { [key] = value } };

    private static V1Pod Pod() => new() { Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" } };

    private static AdmissionRequest Create(string resource, IKubernetesObject value) => Request(AdmissionOperation.Create, resource) with { Object = value };

    private static AdmissionRequest Request(AdmissionOperation operation, string resource)
        => new(operation, new GroupVersionResource(string.Empty, "v1", resource), new GroupVersionKind(string.Empty, "v1", "Any"), Jane) { Namespace = "default", Name = "p" };

    private sealed class Equivalents(params MatchedResource[] others) : IResourceEquivalents
    {
        public IReadOnlyList<MatchedResource> OthersOf(GroupVersionResource resource, string subresource) => others;
    }
}
