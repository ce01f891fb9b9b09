namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>A webhook could not be asked, or its answer makes no sense; its failure policy decides what that means.</summary>
/// <param name="webhook">Its name.</param>
/// <param name="reason">Why.</param>
internal sealed class WebhookCallException(string webhook, string reason) : Exception($"failed calling webhook \"{webhook}\": {reason}");
