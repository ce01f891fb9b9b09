namespace Orch.Cel;

/// <summary>Answers the questions of the authorizer library.</summary>
public interface ICelAuthorizer
{
    /// <summary>Whether the subject may do this; <see cref="CelAuthorizationDecision.Pending"/> when that is not known without waiting.</summary>
    CelAuthorizationDecision Authorize(CelAuthorizationRequest request);
}
