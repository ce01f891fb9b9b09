using Orch.Resources;

namespace Orch.Scheduling.Plugins;

/// <summary>Counts the pods of a node that a selector picks, and remembers the count until the node changes.</summary>
/// <remarks>
/// Pods that spread come in sets with one selector, and from one pod to the next few nodes change: so a cycle costs as much as there
/// are nodes, not pods. Not thread-safe: the scheduling loop owns it. The least recently used selectors are forgotten.
/// </remarks>
internal sealed class SelectedPods
{
    private const int MaxSelectors = 32;
    private readonly Dictionary<Key, Counts> _counts = [];
    private long _uses;

    /// <summary>The counts for one selector in one namespace.</summary>
    public Counts For(string @namespace, LabelSelector selector)
    {
        // Nothing and everything print alike.
        var key = new Key(@namespace, selector.ToString(), selector.IsEverything);
        if (!_counts.TryGetValue(key, out var counts))
        {
            if (_counts.Count >= MaxSelectors) { _counts.Remove(_counts.MinBy(static entry => entry.Value.LastUse).Key); }
            _counts[key] = counts = new Counts(@namespace, selector);
        }

        counts.LastUse = ++_uses;
        return counts;
    }

    private readonly record struct Key(string Namespace, string Selector, bool IsEverything);

    private readonly record struct Remembered(NodeInfo? Node, long Generation, int Count);

    /// <summary>What one selector picks, node by node.</summary>
    public sealed class Counts(string @namespace, LabelSelector selector)
    {
        private Remembered[] _byPosition = [];

        public long LastUse { get; set; }

        public int On(NodeInfo node)
        {
            if (node.Position < 0) { return Count(node); }
            if (node.Position >= _byPosition.Length) { Array.Resize(ref _byPosition, Math.Max(node.Position + 1, _byPosition.Length * 2)); }
            ref var remembered = ref _byPosition[node.Position];
            if (remembered.Node != node || remembered.Generation != node.Generation)
            {
                remembered = new Remembered(node, node.Generation, Count(node));
            }

            return remembered.Count;
        }

        // A pod that is going away leaves room: it no longer counts.
        private int Count(NodeInfo node)
        {
            var count = 0;
            foreach (var pod in node.Pods)
            {
                if (pod.Key.Namespace == @namespace && pod.Pod.Metadata.DeletionTimestamp is null && selector.Matches(pod.Pod.Metadata.Labels)) { count++; }
            }

            return count;
        }
    }
}
