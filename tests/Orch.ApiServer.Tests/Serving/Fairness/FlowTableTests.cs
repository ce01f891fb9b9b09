using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Serving.Fairness;
using Orch.Security;

namespace Orch.ApiServer.Tests.Serving.Fairness;

public sealed class FlowTableTests
{
    public static TheoryData<string, string, string, string, string> Cases() => new()
    {
        // user, groups, method, path, schema
        { "admin", "system:masters", "GET", "/api/v1/pods", "exempt" },
        { "jane", "devs", "GET", "/healthz", "probes" },
        { "jane", "devs", "POST", "/healthz", "global" },
        { "system:node:n1", "system:nodes", "PUT", "/api/v1/nodes/n1/status", "nodes" },
        { "system:node:n1", "system:nodes", "PUT", "/api/v1/nodes/n1", "global" },
        { "system:serviceaccount:kube-system:gc", "system:authenticated", "GET", "/api/v1/pods", "system-accounts" },
        { "system:serviceaccount:kube-systematic:gc", "system:authenticated", "GET", "/api/v1/pods", "accounts" },
        { "system:serviceaccount:shop:web", "system:authenticated", "GET", "/api/v1/namespaces/shop/pods", "web" },
        { "system:serviceaccount:shop:web", "system:authenticated", "GET", "/api/v1/namespaces/other/pods", "accounts" },
        { "system:serviceaccount:shop:web", "system:authenticated", "GET", "/api/v1/pods", "accounts" },
        // A namespace is within itself, and the list of all of them is of the cluster.
        { "system:serviceaccount:shop:web", "system:authenticated", "GET", "/api/v1/namespaces/shop", "web" },
        { "system:serviceaccount:shop:web", "system:authenticated", "GET", "/api/v1/namespaces/other", "accounts" },
        { "system:serviceaccount:shop:web", "system:authenticated", "GET", "/api/v1/namespaces", "accounts" },
        { "system:serviceaccount:shop:web:x", "system:authenticated", "GET", "/api/v1/namespaces/shop/pods", "accounts" },
        { "system:serviceaccount:kube-system", "system:authenticated", "GET", "/api/v1/pods", "accounts" },
        { "system:node:n1", "system:nodes", "GET", "/healthz", "catch-all" },
        { "system:node:n1", "system:nodes", "PUT", "/api/v1/pods/n1/status", "global" },
        { "jane", "devs", "GET", "/api/v1/pods", "catch-all" },
        { "jane", "devs", "GET", "/healthz/etcd", "global" },
        { "jane", "devs", "GET", "/logs/kubelet", "global" },
        { "nobody", "", "GET", "/api/v1/pods", "catch-all" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Find_Case_IsTheFirstThatFits(string user, string groups, string method, string path, string schema)
    {
        var level = new PriorityLevel("l", "u", new FakeTimeProvider());
        var schemas = new[]
        {
            MandatoryFlows.ExemptSchema,
            Schema("probes", 2, new Flowcontrolv1Subject { Kind = "Group", Group = new V1GroupSubject { Name = "devs" } }, paths: "/healthz", verbs: "get"),
            Schema("nodes", 500, new Flowcontrolv1Subject { Kind = "Group", Group = new V1GroupSubject { Name = "system:nodes" } }, resources: "nodes/status"),
            Schema("system-accounts", 900, new Flowcontrolv1Subject { Kind = "ServiceAccount", ServiceAccount = new V1ServiceAccountSubject { NamespaceProperty = "kube-system", Name = "*" } }),
            Schema("web", 950, new Flowcontrolv1Subject { Kind = "ServiceAccount", ServiceAccount = new V1ServiceAccountSubject { NamespaceProperty = "shop", Name = "web" } }, space: "shop"),
            Schema("accounts", 9000, new Flowcontrolv1Subject { Kind = "Group", Group = new V1GroupSubject { Name = "system:authenticated" } }),
            Schema("global", 9900, new Flowcontrolv1Subject { Kind = "User", User = new V1UserSubject { Name = "jane" } }, paths: "/*"),
            Schema("global", 9900, new Flowcontrolv1Subject { Kind = "Group", Group = new V1GroupSubject { Name = "system:nodes" } }),
        };
        var table = new FlowTable(schemas.Select(item => (new FlowSchema(item, level), item.Spec)), new FlowSchema(MandatoryFlows.CatchAllSchema, level));

        Assert.Equal(schema, table.Find(new UserInfo(user, groups.Split(',', StringSplitOptions.RemoveEmptyEntries)), RequestInfo.Parse(method, path, false)).Name);
    }

    private static V1FlowSchema Schema(string name, int precedence, Flowcontrolv1Subject subject, string? paths = null, string verbs = "*", string resources = "*", string? space = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1FlowSchemaSpec
        {
            MatchingPrecedence = precedence,
            PriorityLevelConfiguration = new V1PriorityLevelConfigurationReference { Name = "l" },
            Rules =
            [
                new V1PolicyRulesWithSubjects
                {
                    Subjects = [subject],
                    NonResourceRules = paths is null ? null : [new V1NonResourcePolicyRule { Verbs = [verbs], NonResourceURLs = [paths] }],
                    ResourceRules = paths is not null ? null : [new V1ResourcePolicyRule { Verbs = [verbs], ApiGroups = ["*"], Resources = [resources], ClusterScope = space is null, Namespaces = [space ?? "*"] }],
                },
            ],
        },
    };
}
