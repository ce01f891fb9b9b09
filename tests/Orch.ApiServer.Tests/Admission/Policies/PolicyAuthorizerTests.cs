using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Security;

namespace Orch.ApiServer.Tests.Admission.Policies;

/// <summary>Expressions that ask an authorizer whose answers take time.</summary>
public sealed class PolicyAuthorizerTests : PolicyTestBase
{
    private readonly SlowAuthorizer _slow = new();

    protected override Task<TestServer> StartAsync()
        => TestServer.StartAsync(static options => options.Authorizers = ["slow", "RBAC"], services => services.AddSingleton<IAuthorizer>(_slow));

    [Theory]
    [InlineData("authorizer.serviceAccount('a', 'yes').group('g').resource('things').check('get').allowed()", true, 1)]
    [InlineData("authorizer.serviceAccount('a', 'no').group('g').resource('things').check('get').allowed()", false, 1)]
    [InlineData("authorizer.serviceAccount('a', 'yes').group('g').resource('things').check('get').reason() == 'said so'", true, 1)]
    [InlineData("variables.may && variables.may2", true, 2)]
    [InlineData("variables.may ? variables.may2 : false", true, 2)]
    [InlineData("variables.chain", true, 2)]
    [InlineData("variables.may && variables.may && authorizer.serviceAccount('a', 'yes').group('g').resource('things').check('get').allowed()", true, 1)]
    [InlineData("true || variables.may", true, 0)]
    public async Task Answer_ThatTakesTime_IsWaitedFor(string expression, bool passes, int asked)
    {
        await MakeAsync(new V1ValidatingAdmissionPolicy
        {
            Metadata = new V1ObjectMeta { Name = "p" },
            Spec = new V1ValidatingAdmissionPolicySpec
            {
                MatchConstraints = ConfigMaps(),
                Variables =
                [
                    new V1Variable { Name = "may", Expression = "authorizer.serviceAccount('a', 'yes').group('g').resource('things').check('get').allowed()" },
                    new V1Variable { Name = "may2", Expression = "authorizer.serviceAccount('a', 'yes2').group('g').resource('things').check('get').allowed()" },
                    new V1Variable { Name = "chain", Expression = "variables.may ? variables.may2 : variables.may" },
                ],
                Validations = [new V1Validation { Expression = expression }],
            },
        });
        await MakeAsync(new V1ValidatingAdmissionPolicyBinding
        {
            Metadata = new V1ObjectMeta { Name = "b" }, Spec = new V1ValidatingAdmissionPolicyBindingSpec { PolicyName = "p", ValidationActions = ["Deny"] },
        });

        if (passes) { await CreateAsync("m"); }
        else { Assert.EndsWith($"failed expression: {expression}", (await RefusedAsync("m")).Message, StringComparison.Ordinal); }
        Assert.Equal(asked, _slow.Asked);
    }

    [Fact]
    public async Task ThreeChecks_OfOneExpression_CostTooMuch_AlsoWhenAnswersTakeTime()
    {
        const string Check = "authorizer.serviceAccount('a', 'yes').group('g').resource('things').check('get').allowed()";
        await MakeAsync(new V1ValidatingAdmissionPolicy
        {
            Metadata = new V1ObjectMeta { Name = "p" },
            Spec = new V1ValidatingAdmissionPolicySpec { MatchConstraints = ConfigMaps(), Validations = [new V1Validation { Expression = $"{Check} && {Check} && {Check}" }] },
        });
        await MakeAsync(new V1ValidatingAdmissionPolicyBinding
        {
            Metadata = new V1ObjectMeta { Name = "b" }, Spec = new V1ValidatingAdmissionPolicyBindingSpec { PolicyName = "p", ValidationActions = ["Deny"] },
        });

        Assert.EndsWith("resulted in error: operation cancelled: actual cost limit exceeded", (await RefusedAsync("m")).Message, StringComparison.Ordinal);
    }

    private sealed class SlowAuthorizer : IAuthorizer
    {
        private int _asked;

        public string Name => "slow";

        public int Asked => _asked;

        public async ValueTask<AuthorizationDecision> AuthorizeAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken)
        {
            if (attributes.Resource != "things") { return AuthorizationDecision.NoOpinion; }
            Interlocked.Increment(ref _asked);
            await Task.Yield();
            return attributes.User.Name.StartsWith("system:serviceaccount:a:yes", StringComparison.Ordinal) ? AuthorizationDecision.Allow("said so") : AuthorizationDecision.Deny("no");
        }
    }
}
