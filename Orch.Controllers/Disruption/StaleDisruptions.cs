using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Controllers.Pods;
using Orch.Resources;

namespace Orch.Controllers.Disruption;

/// <summary>Takes back the condition <c>DisruptionTarget</c> of pods that nobody went on to delete.</summary>
internal sealed class StaleDisruptions : IReconciler
{
    private const string DisruptionTarget = "DisruptionTarget";
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly IInformer<V1Pod> _pods;
    private readonly IResourceClient<V1Pod> _client;
    private readonly TimeProvider _time;

    public StaleDisruptions(ControllerContext context, IInformer<V1Pod> pods)
    {
        _pods = pods;
        _client = context.Client.Resource<V1Pod>();
        _time = context.Time;
        context.Loop("stale_pod_disruption", this, workers: 1).WatchEvents(pods, static change => change.New is { } pod && Announced(pod) is not null ? [pod.Key()] : []);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_pods.Find(key) is not { } pod || Announced(pod) is not { } since) { return ReconcileResult.Done; }
        var now = _time.GetUtcNow();
        if (since + Timeout - now is var left && left > TimeSpan.Zero) { return ReconcileResult.RequeueAfter(left); }
        var wanted = new V1PodCondition { Type = DisruptionTarget, Status = "False" };
        var cleared = pod with { Status = pod.Status with { Conditions = Conditions.With(pod.Status.Conditions, wanted, DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds())) } };
        await _client.UpdateStatusAsync(cleared, cancellationToken).UnlessGoneAsync().ConfigureAwait(false);
        return ReconcileResult.Done;
    }

    // The node agent may take any time between saying so and ending the pod.
    private static DateTimeOffset? Announced(V1Pod pod)
        => !pod.IsDeleting() && !pod.IsFinished() && pod.Condition(DisruptionTarget) is { Status: "True", Reason: not "TerminationByKubelet" } condition
            ? (condition.LastTransitionTime ?? default).ToUtc() : null;
}
