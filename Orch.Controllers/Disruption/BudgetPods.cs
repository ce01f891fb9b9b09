using k8s.Models;
using Orch.Client;
using Orch.Controllers.Ownership;
using Orch.Controllers.Pods;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.Disruption;

/// <summary>Which pods each budget picks, kept up to date by what changes: a pass over a budget looks at its own pods and at no others of the namespace.</summary>
/// <remarks>What it says may lag: whoever asks finds the pods in the cache, and drops those that are not there or not picked any more.</remarks>
internal sealed class BudgetPods(IInformer<V1Pod> pods)
{
    private readonly Dictionary<string, Dictionary<string, Picked>> _budgets = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Names of more than one budget that picks a changed pod; not called for others.</summary>
    public Action<V1Pod, IReadOnlyList<string>>? Overlap { get; init; }

    /// <summary>Takes a change of a budget in.</summary>
    /// <returns>The budget, to be looked at.</returns>
    public IEnumerable<ObjectKey> Changed(InformerEvent<V1PodDisruptionBudget> change)
    {
        var key = change.Object.Key();
        if (change.New is null) { Forget(key); }
        else { Take(key, change.New.Spec?.Selector); }
        return [key];
    }

    /// <summary>Takes a change of a pod in.</summary>
    /// <returns>The budgets to which it matters.</returns>
    public IEnumerable<ObjectKey> Changed(InformerEvent<V1Pod> change)
    {
        var key = change.Object.Key();
        List<string>? touched = null;
        List<string>? picking = null;
        lock (_gate)
        {
            if (!_budgets.TryGetValue(key.Namespace, out var budgets)) { return []; }
            foreach (var (name, budget) in budgets)
            {
                var isPicked = change.New is { } pod && budget.Selector.Matches(pod.Metadata.Labels);
                var hasChanged = isPicked ? budget.Pods.Add(key.Name) : budget.Pods.Remove(key.Name);
                if (isPicked) { (picking ??= []).Add(name); }
                if (hasChanged || (isPicked && Matters(change))) { (touched ??= []).Add(name); }
            }
        }

        if (touched is null) { return []; }
        if (picking is { Count: > 1 } && change.New is { } shared)
        {
            picking.Sort(StringComparer.Ordinal);
            Overlap?.Invoke(shared, picking);
        }

        return touched.Select(name => new ObjectKey(key.Namespace, name));
    }

    /// <summary>The pods that a budget picks, as the cache has them.</summary>
    public List<V1Pod> Of(ObjectKey budget, LabelSelector selector)
    {
        string[] names;
        lock (_gate) { names = _budgets.GetValueOrDefault(budget.Namespace)?.GetValueOrDefault(budget.Name) is { } picked ? [.. picked.Pods] : []; }
        var found = new List<V1Pod>(names.Length);
        foreach (var name in names)
        {
            if (pods.Find(new ObjectKey(budget.Namespace, name)) is { } pod && selector.Matches(pod.Metadata.Labels)) { found.Add(pod); }
        }

        return found;
    }

    /// <summary>A budget is gone.</summary>
    public void Forget(ObjectKey budget)
    {
        lock (_gate)
        {
            if (_budgets.TryGetValue(budget.Namespace, out var budgets) && budgets.Remove(budget.Name) && budgets.Count == 0) { _budgets.Remove(budget.Namespace); }
        }
    }

    // What of a pod counts for a budget: most changes of a pod's status do not. The same object twice is a look without cause.
    private static bool Matters(InformerEvent<V1Pod> change)
        => change is not { Old: { } old, New: { } now } || ReferenceEquals(old, now) || old.Metadata.Uid != now.Metadata.Uid
            || old.IsReady() != now.IsReady() || old.IsDeleting() != now.IsDeleting() || old.ControllerOwner()?.Uid != now.ControllerOwner()?.Uid;

    private static LabelSelector Read(V1LabelSelector? selector)
    {
        // The pass over the budget says what is wrong with it.
        try { return LabelSelector.From(selector); }
        catch (SelectorException) { return LabelSelector.Nothing; }
    }

    private void Take(ObjectKey key, V1LabelSelector? selector)
    {
        lock (_gate)
        {
            if (!_budgets.TryGetValue(key.Namespace, out var budgets)) { _budgets[key.Namespace] = budgets = new Dictionary<string, Picked>(StringComparer.Ordinal); }
            if (budgets.TryGetValue(key.Name, out var present) && ApiJson.ContentEquals(present.Source, selector)) { return; }
            // Under the lock, so that no pod's change falls between: what the cache does not show yet is still to be told of.
            var read = Read(selector);
            var names = pods.ByIndex(OwnerIndexes.ByNamespace, key.Namespace).Where(pod => read.Matches(pod.Metadata.Labels)).Select(static pod => pod.Metadata.Name);
            budgets[key.Name] = new Picked(selector, read, [.. names]);
        }
    }

    private sealed record Picked(V1LabelSelector? Source, LabelSelector Selector, HashSet<string> Pods);
}
