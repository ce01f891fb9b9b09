using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Tests.Fixtures;
using Orch.ApiServer.Tests.Kinds;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Security;

public sealed class PolicyParamAccessTests
{
    private const string Policy = "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: p}, spec: {paramKind: {apiVersion: v1, kind: Secret}, matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}, validations: [{expression: 'true'}]}}";
    private const string Binding = "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: b}, spec: {policyName: p, validationActions: [Deny], paramRef: {name: s, namespace: default, parameterNotFoundAction: Deny}}}";
    private static readonly ClientIdentity Jane = new("jane", []);

    [Fact]
    public async Task Policy_OfParametersThatItsAuthorMayNotRead_IsRefused()
    {
        await using var server = await StartAsync();

        var refusal = await Assert.ThrowsAsync<ApiException>(() => server.Client(Jane).Resource<V1ValidatingAdmissionPolicy>().CreateAsync(Declared.FromYaml<V1ValidatingAdmissionPolicy>(Policy), default));
        Assert.Contains("spec.paramKind: Forbidden: user &{jane  [system:authenticated] map[]} must have \"get\" permission on all objects of the referenced paramKind (kind=Secret, apiVersion=v1)", refusal.Message, StringComparison.Ordinal);
        await server.Admin.Resource<V1ValidatingAdmissionPolicy>().CreateAsync(Declared.FromYaml<V1ValidatingAdmissionPolicy>(Policy), default);
        refusal = await Assert.ThrowsAsync<ApiException>(() => server.Client(Jane).Resource<V1ValidatingAdmissionPolicyBinding>().CreateAsync(Declared.FromYaml<V1ValidatingAdmissionPolicyBinding>(Binding), default));
        Assert.Contains("spec.paramRef: Forbidden: user &{jane  [system:authenticated] map[]} does not have \"get\" permission on the object referenced by paramRef", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_OfParametersThatItsAuthorMayRead_IsTaken()
    {
        await using var server = await StartAsync(new V1PolicyRule { ApiGroups = [""], Resources = ["secrets"], Verbs = ["get"] });

        await server.Client(Jane).Resource<V1ValidatingAdmissionPolicy>().CreateAsync(Declared.FromYaml<V1ValidatingAdmissionPolicy>(Policy), default);
        await server.Client(Jane).Resource<V1ValidatingAdmissionPolicyBinding>().CreateAsync(Declared.FromYaml<V1ValidatingAdmissionPolicyBinding>(Binding), default);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("false", false)]
    [InlineData("true", true)]
    public async Task Claim_OfAdministrativeAccess_NeedsItsNamespacesLabel(string? label, bool isTaken)
    {
        await using var server = await TestServer.StartAsync();
        await server.Admin.Resource<V1Namespace>().CreateAsync(new V1Namespace
        {
            Metadata = new V1ObjectMeta { Name = "a", Labels = label is null ? null : new Dictionary<string, string> { ["resource.kubernetes.io/admin-access"] = label } },
        }, default);
        var claim = Declared.FromYaml<Resourcev1ResourceClaim>("{metadata: {name: c, namespace: a}, spec: {devices: {requests: [{name: r, exactly: {deviceClassName: c, adminAccess: true}}]}}}");

        var refusal = await Record.ExceptionAsync(() => server.Admin.Resource<Resourcev1ResourceClaim>().CreateAsync(claim, default));
        if (isTaken) { Assert.Null(refusal); }
        else { Assert.Contains("admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace", Assert.IsType<ApiException>(refusal).Message, StringComparison.Ordinal); }
    }

    private static async Task<TestServer> StartAsync(params V1PolicyRule[] more)
    {
        var server = await TestServer.StartAsync();
        await server.Admin.Resource<V1ClusterRole>().CreateAsync(new V1ClusterRole
        {
            Metadata = new V1ObjectMeta { Name = "author" },
            Rules = [new V1PolicyRule { ApiGroups = ["admissionregistration.k8s.io"], Resources = ["*"], Verbs = ["*"] }, .. more],
        }, default);
        await server.Admin.Resource<V1ClusterRoleBinding>().CreateAsync(new V1ClusterRoleBinding
        {
            Metadata = new V1ObjectMeta { Name = "author" },
            RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = "author" },
            Subjects = [new Rbacv1Subject { ApiGroup = "rbac.authorization.k8s.io", Kind = "User", Name = "jane" }],
        }, default);
        // Authorization decides by the cache, which may be a moment behind.
        await server.Services.GetRequiredService<IObjectLookup>().CatchUpAsync(default);
        return server;
    }
}
