using System.Globalization;
using System.Text;

namespace Orch.Scheduling.Cycle;

/// <summary>Why no node was found, as users read it in the pod's condition and event.</summary>
/// <remarks>Wording as in kube-scheduler: <c>0/3 nodes are available: 1 node(s) had ..., 2 Insufficient cpu.</c></remarks>
internal static class FailureReport
{
    public static string For(int nodeCount, IReadOnlyDictionary<string, SchedulingStatus> failures, string? general)
    {
        if (nodeCount == 0) { return "no nodes available to schedule pods"; }
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"0/{nodeCount} nodes are available:");
        if (general is not null) { return text.Append(CultureInfo.InvariantCulture, $" {general}.").ToString(); }

        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (_, status) in failures)
        {
            foreach (var reason in (status.Reason ?? "unknown reason").Split('\n')) { counts[reason] = counts.GetValueOrDefault(reason) + 1; }
        }

        var lines = counts.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Value} {entry.Key}")).Order(StringComparer.Ordinal);
        return text.Append(' ').AppendJoin(", ", lines).Append('.').ToString();
    }
}
