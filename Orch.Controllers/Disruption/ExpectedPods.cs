using k8s.Models;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.Disruption;

/// <summary>How many pods a budget reckons with.</summary>
/// <param name="Count">Pods that there should be: those that its pods' controllers want, or just those that there are.</param>
/// <param name="Healthy">How many of them are to be healthy.</param>
/// <param name="HasUnmanaged">Some have no controller and were left out of the count.</param>
internal sealed record ExpectedPods(int Count, int Healthy, bool HasUnmanaged)
{
    /// <summary>Reckons.</summary>
    /// <exception cref="ControllerFaultException">A controller is not there or has no scale, or an amount cannot be read; upstream's words.</exception>
    /// <exception cref="Client.ApiException">A scale could not be read.</exception>
    public static async ValueTask<ExpectedPods> OfAsync(V1PodDisruptionBudget budget, IReadOnlyCollection<V1Pod> pods, ControllerScales scales, CancellationToken cancellationToken)
    {
        if (budget.Spec?.MaxUnavailable is { } most)
        {
            var (count, hasUnmanaged) = await WantedAsync(pods, scales, cancellationToken).ConfigureAwait(false);
            return new ExpectedPods(count, Math.Max(0, count - Scaled(most, count)), hasUnmanaged);
        }

        if (budget.Spec?.MinAvailable is not { } least) { return new ExpectedPods(0, 0, false); }
        if (!least.IsPercent()) { return new ExpectedPods(pods.Count, Scaled(least, pods.Count), false); }
        var (all, someUnmanaged) = await WantedAsync(pods, scales, cancellationToken).ConfigureAwait(false);
        return new ExpectedPods(all, Scaled(least, all), someUnmanaged);
    }

    private static int Scaled(IntOrString amount, int total)
    {
        try { return amount.Scaled(total, roundUp: true); }
        catch (FormatException exception) { throw new ControllerFaultException($"invalid value for IntOrString: {exception.Message}", exception); }
    }

    // One look a controller, in the order of their first pods, so that the same fault is always told in the same words.
    private static async ValueTask<(int Count, bool HasUnmanaged)> WantedAsync(IReadOnlyCollection<V1Pod> pods, ControllerScales scales, CancellationToken cancellationToken)
    {
        var hasUnmanaged = false;
        var owners = new Dictionary<string, (V1OwnerReference Owner, V1Pod Pod)>(StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            if (pod.ControllerOwner() is not { } owner) { hasUnmanaged = true; }
            else if (!owners.TryGetValue(owner.Uid, out var first) || string.CompareOrdinal(pod.Metadata.Name, first.Pod.Metadata.Name) < 0) { owners[owner.Uid] = (owner, pod); }
        }

        var wanted = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (owner, pod) in owners.Values.OrderBy(static one => one.Pod.Metadata.Name, StringComparer.Ordinal))
        {
            var scale = await scales.FindAsync(owner, pod.Metadata.NamespaceProperty, cancellationToken).ConfigureAwait(false)
                ?? throw new ControllerFaultException($"found no controllers for pod \"{pod.Metadata.Name}\"");
            // Replica sets of one deployment count once.
            wanted[scale.Uid] = scale.Replicas;
        }

        return ((int)Math.Min(int.MaxValue, wanted.Values.Sum(static replicas => (long)replicas)), hasUnmanaged);
    }
}
