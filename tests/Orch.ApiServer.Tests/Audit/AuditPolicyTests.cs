using System.Text;
using Orch.ApiServer.Audit;
using Orch.ApiServer.Configuration;
using Orch.ApiServer.Serving;
using Orch.Security;

namespace Orch.ApiServer.Tests.Audit;

public sealed class AuditPolicyTests
{
    private const string Policy = """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
        - level: None
          users: ["system:kube-proxy"]
          verbs: ["watch"]
          resources: [{group: "", resources: ["endpoints", "services"]}]
        - level: None
          userGroups: ["system:authenticated"]
          nonResourceURLs: ["/api*", "/version"]
        - level: Metadata
          resources: [{group: "", resources: ["secrets", "configmaps", "*/token"]}, {group: authentication.k8s.io}]
        - level: Request
          namespaces: ["kube-system"]
          resources: [{group: "", resources: ["configmaps/status"], resourceNames: ["x"]}]
          omitManagedFields: true
        - level: RequestResponse
          resources: [{group: "apps", resources: ["deployments/*"]}]
          omitStages: [Panic]
        - level: Request
          namespaces: [""]
        - level: Metadata
          verbs: ["delete"]
        """;

    public static TheoryData<string, string, string, string, string> Cases() => new()
    {
        // user, method, path, level, omitted stages
        { "system:kube-proxy", "GET", "/api/v1/services?watch", "None", "RequestReceived" },
        { "system:kube-proxy", "GET", "/api/v1/services", "Request", "RequestReceived" },
        { "jane", "GET", "/apis", "None", "RequestReceived" },
        { "jane", "GET", "/version", "None", "RequestReceived" },
        { "jane", "GET", "/versions", "None", "None" },
        { "jane", "POST", "/api/v1/namespaces/a/secrets", "Metadata", "RequestReceived" },
        { "jane", "POST", "/api/v1/namespaces/a/serviceaccounts/x/token", "Metadata", "RequestReceived" },
        { "jane", "POST", "/apis/authentication.k8s.io/v1/tokenreviews", "Metadata", "RequestReceived" },
        { "jane", "PUT", "/api/v1/namespaces/kube-system/configmaps/x/status", "Request", "RequestReceived" },
        { "jane", "PUT", "/api/v1/namespaces/kube-system/configmaps/y/status", "None", "None" },
        { "jane", "PUT", "/apis/apps/v1/namespaces/a/deployments/d/scale", "RequestResponse", "RequestReceived, Panic" },
        // All subresources of a resource are the resource itself as well, as upstream.
        { "jane", "PUT", "/apis/apps/v1/namespaces/a/deployments/d", "RequestResponse", "RequestReceived, Panic" },
        { "jane", "DELETE", "/apis/apps/v1/namespaces/a/deployments/d", "RequestResponse", "RequestReceived, Panic" },
        { "jane", "PUT", "/apis/apps/v1/namespaces/a/statefulsets/d/scale", "None", "None" },
        { "jane", "PUT", "/apis/extensions/v1/namespaces/a/deployments/d/scale", "None", "None" },
        { "jane", "DELETE", "/apis/apps/v1/namespaces/a/statefulsets/d", "Metadata", "RequestReceived" },
        { "jane", "DELETE", "/api/v1/namespaces/kube-system/pods/d", "Metadata", "RequestReceived" },
        { "jane", "DELETE", "/anything", "Metadata", "RequestReceived" },
        { "jane", "POST", "/api/v1/namespaces/a/serviceaccounts/token", "None", "None" },
        { "jane", "POST", "/api/v1/namespaces/a/secrets/x/status", "None", "None" },
        { "jane", "GET", "/apiextensions", "None", "RequestReceived" },
        { "jane", "GET", "/versions/x", "None", "None" },
        { "jane", "GET", "/api/v1/nodes", "Request", "RequestReceived" },
        { "jane", "GET", "/api/v1/namespaces/mine", "None", "None" },
        { "jane", "GET", "/api/v1/namespaces", "Request", "RequestReceived" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decide_Case_FollowsTheFirstRuleThatFits(string user, string method, string path, string level, string omitted)
    {
        var isWatch = path.EndsWith("?watch", StringComparison.Ordinal);
        var decision = Load(Policy).Decide(new UserInfo(user, ["system:authenticated"]), RequestInfo.Parse(method, isWatch ? path[..^6] : path, isWatch));

        Assert.Equal((level, omitted), (decision.Level.ToString(), decision.Omitted.ToString()));
    }

    [Theory]
    [InlineData("[{level: Metadata, users: [jane]}]", null)]
    [InlineData("[{level: Metadata, userGroups: [system:unauthenticated]}]", null)]
    [InlineData("[{level: Metadata}]", "Metadata")]
    public void Decide_NobodyKnown_IsNeitherUserNorGroup(string rules, string? level)
        => Assert.Equal(level ?? "None", Load($"apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: {rules}").Decide(null, RequestInfo.Parse("GET", "/api/v1/pods", false)).Level.ToString());

    [Theory]
    [InlineData("*", "GET", "/api/v1/pods", true)]
    [InlineData("*", "GET", "/api/v1/namespaces/a/pods/p/log", true)]
    [InlineData("*/*", "GET", "/api/v1/namespaces/a/pods/p/log", false)]
    [InlineData("*/log", "GET", "/api/v1/namespaces/a/pods/p/log", true)]
    [InlineData("*/log", "GET", "/api/v1/namespaces/a/pods/p", false)]
    [InlineData("pods/log", "GET", "/api/v1/namespaces/a/pods/p/log", true)]
    [InlineData("pods/log", "GET", "/api/v1/namespaces/a/pods/p", false)]
    [InlineData("pods/", "GET", "/api/v1/namespaces/a/pods/p", false)]
    [InlineData("pods/*", "GET", "/api/v1/namespaces/a/pods/p", true)]
    [InlineData("pods/*", "GET", "/api/v1/namespaces/a/podtemplates/p", false)]
    [InlineData("pods", "GET", "/api/v1/namespaces/a/pods/p/log", false)]
    [InlineData("pods", "GET", "/healthz", false)]
    public void Decide_ResourcePattern_IsUpstreams(string pattern, string method, string path, bool matches)
        => Assert.Equal(
            matches ? "Metadata" : "None",
            Load($"apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{{level: Metadata, resources: [{{group: \"\", resources: [\"{pattern}\"]}}]}}]").Decide(new UserInfo("jane", []), RequestInfo.Parse(method, path, false)).Level.ToString());

    [Theory]
    [InlineData("rules: []", "policy.yaml: loaded illegal policy with 0 rules")]
    [InlineData("rules: [{level: All}]", "policy.yaml: rules[0].level: Unsupported value: \"All\": supported values: \"None\", \"Metadata\", \"Request\", \"RequestResponse\"")]
    [InlineData("rules: [{}]", "policy.yaml: rules[0].level: Required value")]
    [InlineData("rules: [{level: None, nonResourceURLs: [\"x\"]}]", "policy.yaml: rules[0].nonResourceURLs[0]: Invalid value: \"x\": non-resource URL rules must begin with a '/' character")]
    [InlineData("rules: [{level: None, nonResourceURLs: [\"/a*b\"]}]", "policy.yaml: rules[0].nonResourceURLs[0]: Invalid value: \"/a*b\": non-resource URL wildcards '*' must be the final character of the rule")]
    [InlineData("rules: [{level: None, omitStages: [Never]}]", "policy.yaml: rules[0].omitStages[0]: Invalid value: \"Never\": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic")]
    [InlineData("rules: [{level: None, nonResourceURLs: [\"/a\"], resources: [{group: \"\"}]}]", "policy.yaml: rules[0].nonResourceURLs: Invalid value: [\"/a\"]: rules cannot apply to both regular resources and non-resource URLs")]
    [InlineData("rules: [{level: None, nonResourceURLs: [\"/a\"], namespaces: [a]}]", "policy.yaml: rules[0].nonResourceURLs: Invalid value: [\"/a\"]: rules cannot apply to both regular resources and non-resource URLs")]
    [InlineData("omitStages: [Never]\nrules: [{level: None}]", "policy.yaml: omitStages[0]: Invalid value: \"Never\": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic")]
    [InlineData("rules: [{level: None, resources: [{group: \"\", resourceNames: [a]}]}]", "policy.yaml: rules[0].resources[0].resourceNames: Invalid value: [\"a\"]: using resourceNames requires at least one resource")]
    public void Load_FaultyRule_NamesIt(string rules, string message)
        => Assert.Equal(message, Assert.Throws<FormatException>(() => Load($"apiVersion: audit.k8s.io/v1\nkind: Policy\n{rules}")).Message);

    [Theory]
    [InlineData("kind: Policy\napiVersion: audit.k8s.io/v2\nrules: [{level: None}]", "it must have Policy of audit.k8s.io/v1")]
    [InlineData("kind: Policy\napiVersion: audit.k8s.io/v1\nrules: [{level: None, user: x}]", "user")]
    [InlineData("[]", "has no Policy")]
    [InlineData("a: [", "yaml")]
    public void Load_NoPolicy_SaysSo(string text, string part)
        => Assert.Contains(part, Assert.Throws<FormatException>(() => Load(text)).Message, StringComparison.Ordinal);

    private static AuditPolicy Load(string text)
        => AuditPolicy.Of(ConfigurationFile.Parse<AuditPolicyFile>(Encoding.UTF8.GetBytes(text), "policy.yaml", "Policy", "audit.k8s.io/v1"), "policy.yaml");
}
