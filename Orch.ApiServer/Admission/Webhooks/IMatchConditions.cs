using Orch.Security;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>The compiled match conditions of a webhook.</summary>
internal interface IMatchConditions
{
    /// <summary>Whether all hold; false as soon as one does not.</summary>
    /// <exception cref="MatchConditionException">None is false, and one cannot be evaluated.</exception>
    ValueTask<bool> HoldAsync(AdmissionRequest request, CancellationToken cancellationToken);
}

/// <summary>Compiles match conditions.</summary>
internal interface IMatchConditionCompiler
{
    /// <summary>Compiles what a webhook asks for.</summary>
    IMatchConditions Compile(WebhookDefinition webhook);
}

/// <summary>A match condition cannot be evaluated.</summary>
internal sealed class MatchConditionException(string message) : Exception(message);
