using Orch.Quotas;
using Orch.Security;

namespace Orch.ApiServer.Admission.Quota;

/// <summary>One request that waits to be charged.</summary>
internal sealed class QuotaCharge(AdmissionRequest request, QuotaEvaluator evaluator)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AdmissionRequest Request => request;

    public QuotaEvaluator Evaluator => evaluator;

    /// <summary>Completes when it has been charged, or fails with the refusal.</summary>
    public Task Done => _done.Task;

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception reason) => _done.TrySetException(reason);
}
