namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>A webhook could not be asked, or its answer makes no sense; its failure policy decides what that means.</summary>
/// <param name="webhook">Its name.</param>
/// <param name="reason">Why.</param>
/// <param name="code">What it is counted as: the status that came instead of an answer, or that nobody answered.</param>
internal sealed class WebhookCallException(string webhook, string reason, int code = 503) : Exception($"failed calling webhook \"{webhook}\": {reason}")
{
    public int Code => code;
}
