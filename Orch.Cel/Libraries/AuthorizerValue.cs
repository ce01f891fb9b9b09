namespace Orch.Cel.Libraries;

/// <summary>A question that an expression is putting together.</summary>
internal sealed class AuthorizerValue(CelType type, ICelAuthorizer authorizer, CelAuthorizationRequest request) : CelOpaque
{
    public override CelType Type => type;

    public ICelAuthorizer Authorizer => authorizer;

    public CelAuthorizationRequest Request => request;

    public override bool ValueEquals(CelOpaque other) => ReferenceEquals(this, other);

    public override int ValueHash() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>An answer.</summary>
internal sealed class DecisionValue(CelAuthorizationDecision decision) : CelOpaque
{
    private static readonly CelType DecisionType = CelType.Opaque("kubernetes.authorization.Decision");

    public override CelType Type => DecisionType;

    public CelAuthorizationDecision Decision => decision;

    public override bool ValueEquals(CelOpaque other) => ReferenceEquals(this, other);

    public override int ValueHash() => decision.GetHashCode();
}
