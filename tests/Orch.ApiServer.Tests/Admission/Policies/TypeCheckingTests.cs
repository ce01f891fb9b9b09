using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Admission.Policies.TypeChecking;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Admission.Policies;

public sealed class TypeCheckingTests : PolicyTestBase
{
    protected override Task<TestServer> StartAsync() => TestServer.ListenAsync();

    [Theory]
    [InlineData("apps", "v1", "deployments", "object.spec.replicas > 1 && object.metadata.labels['a'] == 'b' && object.spec.template.spec.containers.all(c, c.image != '' && c.resources.limits['cpu'] == '1')", "")]
    [InlineData("apps", "v1", "deployments", "object.replicas > 1", "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n")]
    [InlineData("apps", "v1", "deployments", "object.spec.replicas > '1'", "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n | object.spec.replicas > '1'\n | .....................^\n")]
    [InlineData("apps", "v1", "deployments", "object.spec == 1", "apps/v1, Kind=Deployment: ERROR: <input>:1:13: found no matching overload for '_==_' applied to '(Deployment.spec, int)'\n | object.spec == 1\n | ............^\n")]
    [InlineData("apps", "v1", "deployments,statefulsets", "object.spec.paused && oldObject.spec.podManagementPolicy == ''", "apps/v1, Kind=Deployment: ERROR: <input>:1:37: undefined field 'podManagementPolicy'\n | object.spec.paused && oldObject.spec.podManagementPolicy == ''\n | ....................................^\n\napps/v1, Kind=StatefulSet: ERROR: <input>:1:12: undefined field 'paused'\n | object.spec.paused && oldObject.spec.podManagementPolicy == ''\n | ...........^\n")]
    [InlineData("*", "v1", "deployments", "object.nothing", "")]
    [InlineData("apps", "*", "deployments", "object.nothing", "")]
    [InlineData("apps", "v1", "*,deployments/scale", "object.nothing", "")]
    [InlineData("", "v1", "services", "object.spec.ports.exists(p, p.targetPort == 'http' || p.targetPort == 80) && object.metadata.creationTimestamp < timestamp('2030-01-01T00:00:00Z')", "")]
    [InlineData("", "v1", "configmaps", "object.binaryData['a'] == b'1' && object.data['a'] == 1", "/v1, Kind=ConfigMap: ERROR: <input>:1:52: found no matching overload for '_==_' applied to '(string, int)'\n | object.binaryData['a'] == b'1' && object.data['a'] == 1\n | ...................................................^\n")]
    [InlineData("example.com", "v1", "widgets", "object.spec.size > 1 && object.metadata.labels['a'] == 'b' && object.kind == 'Widget'", "")]
    [InlineData("example.com", "v1", "widgets", "object.spec.colour == 'red'", "example.com/v1, Kind=Widget: ERROR: <input>:1:12: undefined field 'colour'\n | object.spec.colour == 'red'\n | ...........^\n")]
    [InlineData("example.com", "v1", "gadgets", "object.spec.colour == 'red'", "")]
    [InlineData("apps", "v1", "deployments", "variables.n > 1 && variables.bad == variables.n && authorizer.requestResource.check('get').allowed()", "")]
    [InlineData("apps", "v1", "deployments", "variables.n == 'a'", "apps/v1, Kind=Deployment: ERROR: <input>:1:13: found no matching overload for '_==_' applied to '(int, string)'\n | variables.n == 'a'\n | ............^\n")]
    [InlineData("apps", "v1", "deployments", "params.data['a'] == 'b'", "")]
    [InlineData("apps", "v1", "deployments", "params.spec.a", "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'spec'\n | params.spec.a\n | ......^\n")]
    public async Task Expression_OfMatchedKinds_IsWarnedOf(string group, string version, string resources, string expression, string warning)
    {
        using (var http = Server.Http()) { await http.DefineAsync(Crds.Widgets("""{"type":"object","properties":{"size":{"type":"integer"}}}""")); }
        var checker = Server.Services.GetRequiredService<PolicyTypeChecker>();
        var found = checker.Check(new V1ValidatingAdmissionPolicy
        {
            Spec = new V1ValidatingAdmissionPolicySpec
            {
                ParamKind = new V1ParamKind { ApiVersion = "v1", Kind = "ConfigMap" },
                MatchConstraints = new V1MatchResources { ResourceRules = [new V1NamedRuleWithOperations { ApiGroups = [group], ApiVersions = [version], Resources = resources.Split(',') }] },
                Variables = [new V1Variable { Name = "n", Expression = "object.spec.replicas" }, new V1Variable { Name = "bad", Expression = "object.none" }],
                Validations = [new V1Validation { Expression = expression, MessageExpression = expression }],
            },
        });

        if (warning.Length == 0) { Assert.Empty(found); return; }
        Assert.Equal([("spec.validations[0].expression", warning), ("spec.validations[0].messageExpression", warning)], found.Select(static item => (item.FieldRef, item.Warning)));
    }

    [Fact]
    public void Params_OfAKindThatIsNotServed_AreUndeclared()
    {
        var checker = Server.Services.GetRequiredService<PolicyTypeChecker>();
        var policy = new V1ValidatingAdmissionPolicy
        {
            Spec = new V1ValidatingAdmissionPolicySpec
            {
                ParamKind = new V1ParamKind { ApiVersion = "example.com/v1", Kind = "Limit" }, MatchConstraints = ConfigMaps(), Validations = [new V1Validation { Expression = "params == null" }],
            },
        };

        Assert.Equal("/v1, Kind=ConfigMap: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params == null\n | ^\n", Assert.Single(checker.Check(policy)).Warning);
    }

    [Fact]
    public async Task Status_FollowsThePolicy()
    {
        var policies = Server.Admin.Resource<V1ValidatingAdmissionPolicy>();
        await MakeAsync(new V1ValidatingAdmissionPolicy
        {
            Metadata = new V1ObjectMeta { Name = "p" },
            Spec = new V1ValidatingAdmissionPolicySpec { MatchConstraints = ConfigMaps(), Validations = [new V1Validation { Expression = "object.dat.size() > 1" }] },
        });

        var status = await SeenAsync(1);
        Assert.Equal("spec.validations[0].expression", Assert.Single(status.TypeChecking.ExpressionWarnings).FieldRef);

        var policy = await policies.GetAsync(ObjectKey.Cluster("p"), CancellationToken.None);
        await policies.UpdateAsync(policy with { Spec = policy.Spec with { Validations = [new V1Validation { Expression = "object.data.size() > 1" }] } }, CancellationToken.None);

        status = await SeenAsync(2);
        Assert.Empty(status.TypeChecking.ExpressionWarnings ?? []);

        async Task<V1ValidatingAdmissionPolicyStatus> SeenAsync(long generation)
        {
            V1ValidatingAdmissionPolicyStatus? seen = null;
            await Patience.UntilAsync(async () => (seen = (await policies.GetAsync(ObjectKey.Cluster("p"), CancellationToken.None)).Status)?.ObservedGeneration == generation, "the policy to be type-checked");
            return seen!;
        }
    }
}
