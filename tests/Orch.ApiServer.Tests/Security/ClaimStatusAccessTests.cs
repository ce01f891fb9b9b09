using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Security.Admission;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Tests.Fixtures;
using Orch.ApiServer.Tests.Kinds;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

/// <summary>The cases of upstream's tests of rights to parts of a claim's status, each with the questions that are asked.</summary>
public sealed class ClaimStatusAccessTests
{
    private const string Account = "system:serviceaccount:kube-system:dra-driver";
    private const string Own = "associated-node:update driver default/test-driver";
    private const string Any = "arbitrary-node:update driver default/test-driver";
    private const string OnNode = "allocation: {nodeSelector: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [test-node]}]}]}}";
    private const string Elsewhere = "allocation: {nodeSelector: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [other-node]}]}]}}";
    private const string OnTwo = "allocation: {nodeSelector: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [test-node, b]}]}]}}";
    private const string ByLabelToo = "allocation: {nodeSelector: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}], matchFields: [{key: metadata.name, operator: In, values: [test-node]}]}]}}";
    private const string Reserved = "reservedFor: [{resource: pods, name: p, uid: u}]";
    private const string NewDevice = "devices: [{driver: test-driver, pool: pool, device: new}]";
    private const string OldDevice = "devices: [{driver: test-driver, pool: pool, device: old}]";
    private const string TwoDrivers = "devices: [{driver: driver-b, pool: pool, device: new}, {driver: driver-a, pool: pool, device: new}]";
    private const string Binding = "update binding /";

    // What is stored, what is written, the user's node, what is allowed; then what was asked.
    public static TheoryData<string, string, string, string, string, string> Cases => new()
    {
        { "nothing of it", "", "", "", "", "" },
        { "neither allocation nor reservation", OnNode, OnNode + ", " + NewDevice, "", Any, Any },
        { "an allocation", "", OnNode, "", Binding, Binding },
        { "an allocation, denied", "", OnNode, "", "", "!" + Binding },
        { "an allocation taken back, denied", OnNode, "", "", "", "!" + Binding },
        { "a reservation", "", Reserved, "", Binding, Binding },
        { "a reservation, denied", "", Reserved, "", "", "!" + Binding },
        { "an empty list of reservations", "", "reservedFor: []", "", "", "" },
        { "the same devices", OldDevice, OldDevice, "", "", "" },
        { "its own node", OnNode + ", " + OldDevice, OnNode + ", " + NewDevice, "test-node", Own, Own },
        { "its own node, by the right to all", OnNode + ", " + OldDevice, OnNode + ", " + NewDevice, "test-node", Any, Own + "; " + Any },
        { "its own node, denied", OnNode + ", " + OldDevice, OnNode + ", " + NewDevice, "test-node", "", "!" + Own + "; " + Any },
        { "another node", Elsewhere + ", " + OldDevice, Elsewhere + ", " + NewDevice, "test-node", Any, Any },
        { "another node, by the right to its own", Elsewhere + ", " + OldDevice, Elsewhere + ", " + NewDevice, "test-node", Own, "!" + Any },
        { "no node", OnNode + ", " + OldDevice, OnNode + ", " + NewDevice, "", Own, "!" + Any },
        { "two nodes", OnTwo + ", " + OldDevice, OnTwo + ", " + NewDevice, "test-node", Own + "; " + Any, Any },
        { "a node by its labels too", ByLabelToo + ", " + OldDevice, ByLabelToo + ", " + NewDevice, "test-node", Own + "; " + Any, Any },
        { "nowhere", OldDevice, NewDevice, "test-node", Own + "; " + Any, Any },
        { "a device that goes", OldDevice, "", "", "", "!" + Any },
        { "a device of other data", OldDevice, "devices: [{driver: test-driver, pool: pool, device: old, networkData: {interfaceName: eth0}}]", "", Any, Any },
        { "a share of a device", OldDevice, "devices: [{driver: test-driver, pool: pool, device: old, shareID: s}]", "", Any, Any },
        { "two drivers, one denied", OnNode, OnNode + ", " + TwoDrivers, "test-node", "associated-node:update driver default/driver-a", "!associated-node:update driver default/driver-a; associated-node:update driver default/driver-b; arbitrary-node:update driver default/driver-b" },
        { "all at once", "", OnNode + ", " + Reserved + ", " + NewDevice, "test-node", Binding + "; " + Own, Binding + "; " + Own },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Status_Changed_AsksForTheRightToThatPart(string name, string before, string now, string node, string allowed, string expected)
    {
        var asked = new List<string>();
        var refusal = await Record.ExceptionAsync(() => CheckAsync(before, now, node, isPatch: false, allowed, asked));
        Assert.Equal(expected, (refusal is null ? "" : "!") + string.Join("; ", asked));
        Assert.True(refusal is null or ApiException { Code: 422 }, name);
    }

    [Fact]
    public async Task Status_Patched_AsksForTheVerb()
    {
        var asked = new List<string>();
        await CheckAsync("", OnNode + ", " + NewDevice, "test-node", isPatch: true, "patch binding /; associated-node:patch driver default/test-driver", asked);
        Assert.Equal(["patch binding /", "associated-node:patch driver default/test-driver"], asked);
    }

    [Theory]
    [InlineData("jane", "test-node")]
    [InlineData("system:serviceaccount:kube-system", "test-node")]
    [InlineData("system:serviceaccount:a:b:c", "test-node")]
    [InlineData("system:node:test-node", "test-node")]
    [InlineData(Account, "test-node,test-node")]
    public async Task Others_ThanOneAccountOnOneNode_NeedTheRightToAllNodes(string user, string nodes)
    {
        var asked = new List<string>();
        await CheckAsync(OnNode, OnNode + ", " + NewDevice, nodes, isPatch: false, Any, asked, user);
        Assert.Equal([Any], asked);
    }

    [Fact]
    public async Task Refusal_SaysEachRightThatIsMissing()
    {
        var refusal = await Assert.ThrowsAsync<ApiException>(() => CheckAsync("", OnNode + ", " + NewDevice, "test-node", isPatch: false, "", []));
        Assert.Equal(
            "ResourceClaim.resource.k8s.io \"c\" is invalid: [status: Forbidden: changing status.allocation or status.reservedFor requires resource=\"resourceclaims/binding\", verb=\"update\" permission: "
            + $"resourceclaims.resource.k8s.io is forbidden: User \"{Account}\" cannot update resource \"resourceclaims/binding\" in API group \"resource.k8s.io\" at the cluster scope: no rule, "
            + "status.devices: Forbidden: changing status.devices requires resource=\"resourceclaims/driver\", verb=\"[associated-node:update arbitrary-node:update]\" permission: "
            + $"resourceclaims.resource.k8s.io \"test-driver\" is forbidden: User \"{Account}\" cannot associated-node:update resource \"resourceclaims/driver\" in API group \"resource.k8s.io\" in the namespace \"default\": no rule]",
            refusal.Message);
    }

    [Fact]
    public async Task Server_TakesFromEachWhatTheyHaveTheRightTo()
    {
        await using var server = await TestServer.StartAsync();
        await GrantAsync(server, "scheduler", ("resourceclaims/status", "get update patch", null), ("resourceclaims/binding", "update patch", null));
        await GrantAsync(server, "driver", ("resourceclaims/status", "get update patch", null), ("resourceclaims/driver", "arbitrary-node:patch", "d"));
        await server.CaughtUpAsync();
        var claims = server.Admin.Resource<Resourcev1ResourceClaim>();
        var made = await claims.CreateAsync(Declared.FromYaml<Resourcev1ResourceClaim>("{metadata: {name: c, namespace: default}, spec: {devices: {requests: [{name: r, exactly: {deviceClassName: c}}]}}}"), default);
        var allocated = Declared.FromYaml<V1ResourceClaimStatus>("{allocation: {devices: {results: [{request: r, driver: d, pool: p, device: e}]}}, devices: [{driver: d, pool: p, device: e}]}");

        await RefusedAsync("scheduler", allocated);
        await RefusedAsync("driver", new V1ResourceClaimStatus { Allocation = allocated.Allocation });
        made = await ClientOf("scheduler").UpdateStatusAsync(made with { Status = new V1ResourceClaimStatus { Allocation = allocated.Allocation } }, default);
        await RefusedAsync("driver", allocated);
        var patched = await ClientOf("driver").PatchAsync(new ObjectKey("default", "c"),
            new ResourcePatch(PatchKind.Merge, """{"status":{"devices":[{"driver":"d","pool":"p","device":"e"}]}}"""u8.ToArray(), "status"), default);
        Assert.Single(patched.Status.Devices);

        async Task RefusedAsync(string name, V1ResourceClaimStatus status)
            => Assert.Equal(422, (await Assert.ThrowsAsync<ApiException>(() => ClientOf(name).UpdateStatusAsync(made with { Status = status }, default))).Code);

        IResourceClient<Resourcev1ResourceClaim> ClientOf(string name) => server.Client(new ClientIdentity(name, [])).Resource<Resourcev1ResourceClaim>();
    }

    private static async Task CheckAsync(string before, string now, string nodes, bool isPatch, string allowed, List<string> asked, string user = Account)
    {
        var access = new ClaimStatusAccess((attributes, _) =>
        {
            Assert.Equal(("resource.k8s.io", "resourceclaims"), (attributes.Group, attributes.Resource));
            var question = $"{attributes.Verb} {attributes.Subresource} {attributes.Namespace}/{attributes.Name}";
            asked.Add(question);
            return ValueTask.FromResult(allowed.Split("; ").Contains(question) ? AuthorizationDecision.Allow() : new AuthorizationDecision(AuthorizationVerdict.NoOpinion, "no rule"));
        });
        var resource = new GroupVersionResource("resource.k8s.io", "v1", "resourceclaims");
        Assert.True(access.Handles(AdmissionOperation.Update, resource, "status"));
        Assert.False(access.Handles(AdmissionOperation.Update, resource, ""));
        var who = new UserInfo(user, []) { Extra = nodes.Length == 0 ? new Dictionary<string, IReadOnlyList<string>>() : new() { ["authentication.kubernetes.io/node-name"] = nodes.Split(',') } };
        await access.ValidateAsync(new AdmissionRequest(AdmissionOperation.Update, resource, new GroupVersionKind("resource.k8s.io", "v1", "ResourceClaim"), who)
        {
            Subresource = "status", Namespace = "default", Name = "c", IsPatch = isPatch, Object = Of(now), OldObject = Of(before),
        }, default);
    }

    private static Resourcev1ResourceClaim Of(string status) => Declared.FromYaml<Resourcev1ResourceClaim>($"{{metadata: {{name: c, namespace: default}}, status: {{{status}}}}}");

    private static async Task GrantAsync(TestServer server, string name, params (string Resource, string Verbs, string? Name)[] rules)
    {
        await server.Admin.Resource<V1ClusterRole>().CreateAsync(new V1ClusterRole
        {
            Metadata = new V1ObjectMeta { Name = name },
            Rules = [.. rules.Select(static rule => new V1PolicyRule { ApiGroups = ["resource.k8s.io"], Resources = [rule.Resource], Verbs = rule.Verbs.Split(' '), ResourceNames = rule.Name is null ? null : [rule.Name] })],
        }, default);
        await server.Admin.Resource<V1ClusterRoleBinding>().CreateAsync(new V1ClusterRoleBinding
        {
            Metadata = new V1ObjectMeta { Name = name },
            RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = name },
            Subjects = [new Rbacv1Subject { ApiGroup = "rbac.authorization.k8s.io", Kind = "User", Name = name }],
        }, default);
    }
}
