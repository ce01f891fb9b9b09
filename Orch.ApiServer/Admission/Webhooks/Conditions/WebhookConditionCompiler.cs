using Orch.ApiServer.Security.Reviews;

namespace Orch.ApiServer.Admission.Webhooks.Conditions;

/// <summary>Compiles match conditions as expressions over the request.</summary>
internal sealed class WebhookConditionCompiler(AuthorizationDecider decide) : IMatchConditionCompiler
{
    /// <inheritdoc />
    public IMatchConditions Compile(WebhookDefinition webhook) => new WebhookConditions(webhook, decide);
}
