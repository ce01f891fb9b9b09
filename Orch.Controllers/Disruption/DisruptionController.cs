using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Controllers.Ownership;
using Orch.Resources;

namespace Orch.Controllers.Disruption;

/// <summary>Counts how many pods of each disruption budget may go; evictions are granted by what it writes.</summary>
/// <remarks>A budget that cannot be judged allows nothing.</remarks>
internal sealed class DisruptionController : IReconciler
{
    // After a fault of the API alone: what a user has to mend tells of itself.
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    private readonly IInformer<V1PodDisruptionBudget> _budgets;
    private readonly IResourceClient<V1PodDisruptionBudget> _client;
    private readonly BudgetPods _pods;
    private readonly ControllerScales _scales;
    private readonly IEventRecorder _events;
    private readonly TimeProvider _time;

    public DisruptionController(ControllerContext context)
    {
        _budgets = context.Informer<V1PodDisruptionBudget>();
        _client = context.Client.Resource<V1PodDisruptionBudget>();
        _events = context.Events;
        _time = context.Time;
        _scales = new ControllerScales(context);
        var pods = context.Informer<V1Pod>().WithNamespaceIndex();
        _pods = new BudgetPods(pods) { Overlap = Overlap };
        context.Loop("disruption", this).WatchEvents(_budgets, _pods.Changed).WatchEvents(pods, _pods.Changed);
        _ = new StaleDisruptions(context, pods);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await _scales.WaitForSyncAsync(cancellationToken).ConfigureAwait(false);
        if (_budgets.Find(key) is not { } budget)
        {
            _pods.Forget(key);
            return ReconcileResult.Done;
        }

        try
        {
            return await CountAsync(key, budget, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ControllerFaultException or SelectorException or ApiException { IsConflict: false })
        {
            await WriteAsync(budget, BudgetStatusPlan.Failed(budget, exception.Message, _time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            return exception is ApiException ? ReconcileResult.RequeueAfter(Retry) : ReconcileResult.Done;
        }
    }

    private async ValueTask<ReconcileResult> CountAsync(ObjectKey key, V1PodDisruptionBudget budget, CancellationToken cancellationToken)
    {
        var pods = Pods(key, budget);
        if (pods.Count == 0) { _events.Normal(budget, "NoPods", "No matching pods found"); }
        var expected = await ExpectedAsync(budget, pods, cancellationToken).ConfigureAwait(false);
        if (expected.HasUnmanaged)
        {
            _events.Warning(budget, "UnmanagedPods",
                $"Pods selected by this PodDisruptionBudget (selector: {SelectorText.Of(budget.Spec.Selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, "
                + "which may result in undefined behavior. To account for these pods please set \".spec.minAvailable\" field of the PDB to an integer value.");
        }

        var plan = BudgetStatusPlan.For(budget, pods, expected, _time.GetUtcNow());
        foreach (var pod in plan.NotDeleted)
        {
            // Upstream names the namespace twice too.
            _events.Warning(pod, "NotDeleted", $"Pod was expected by PDB {key.Namespace}/{key.Namespace} to be deleted but it wasn't");
        }

        if (plan.Status is { } status) { await WriteAsync(budget, status, cancellationToken).ConfigureAwait(false); }
        return plan.NextCheck is { } next ? ReconcileResult.RequeueAfter(next) : ReconcileResult.Done;
    }

    private List<V1Pod> Pods(ObjectKey key, V1PodDisruptionBudget budget)
    {
        try { return _pods.Of(key, LabelSelector.From(budget.Spec?.Selector)); }
        catch (SelectorException exception)
        {
            _events.Warning(budget, "NoPods", $"Failed to get pods: {exception.Message}");
            throw;
        }
    }

    private async ValueTask<ExpectedPods> ExpectedAsync(V1PodDisruptionBudget budget, List<V1Pod> pods, CancellationToken cancellationToken)
    {
        try { return await ExpectedPods.OfAsync(budget, pods, _scales, cancellationToken).ConfigureAwait(false); }
        catch (Exception exception) when (exception is ControllerFaultException or ApiException)
        {
            _events.Warning(budget, "CalculateExpectedPodCountFailed", $"Failed to calculate the number of expected pods: {exception.Message}");
            throw;
        }
    }

    // Carries the version that it was decided from: an eviction that was granted meanwhile makes it a conflict.
    private Task WriteAsync(V1PodDisruptionBudget budget, V1PodDisruptionBudgetStatus status, CancellationToken cancellationToken)
        => _client.UpdateStatusAsync(budget with { Status = status }, cancellationToken).UnlessGoneAsync();

    private void Overlap(V1Pod pod, IReadOnlyList<string> budgets)
        => _events.Warning(pod, "MultiplePodDisruptionBudgets", $"Pod \"{pod.Metadata.NamespaceProperty}\"/\"{pod.Metadata.Name}\" matches multiple PodDisruptionBudgets.  Chose \"{budgets[0]}\" arbitrarily.");
}
