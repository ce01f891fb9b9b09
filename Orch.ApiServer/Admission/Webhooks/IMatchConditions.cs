using Orch.ApiServer.Admission.Matching;
using Orch.Security;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>The compiled match conditions of a webhook.</summary>
internal interface IMatchConditions
{
    /// <summary>Whether all hold; false as soon as one does not.</summary>
    /// <param name="match">The form that the webhook sees.</param>
    /// <param name="value">The object; its JSON is made only when a condition reads it.</param>
    /// <param name="old">The old object.</param>
    /// <exception cref="MatchConditionException">None is false, and one cannot be evaluated.</exception>
    ValueTask<bool> HoldAsync(AdmissionRequest request, MatchedResource match, ShownObject value, ShownObject old, CancellationToken cancellationToken);
}

/// <summary>Compiles match conditions.</summary>
internal interface IMatchConditionCompiler
{
    /// <summary>Compiles what a webhook asks for; what is wrong with it shows when it is evaluated.</summary>
    IMatchConditions Compile(WebhookDefinition webhook);
}

/// <summary>A match condition cannot be evaluated.</summary>
internal sealed class MatchConditionException(string message) : Exception(message);
