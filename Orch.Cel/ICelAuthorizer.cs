namespace Orch.Cel;

/// <summary>Answers the questions of the authorizer library; evaluations wait for it.</summary>
public interface ICelAuthorizer
{
    /// <summary>Whether the subject may do this.</summary>
    CelAuthorizationDecision Authorize(CelAuthorizationRequest request);
}
