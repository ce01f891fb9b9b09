using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Orch.ApiServer.Health;

/// <summary>What each check said when it was last asked, and how often it said so.</summary>
internal sealed class HealthRecord
{
    private readonly ConcurrentDictionary<(string Name, string Type), Tally> _tallies = new();

    /// <summary>One check was asked.</summary>
    /// <param name="type">The list that it is of: <c>healthz</c>, <c>livez</c> or <c>readyz</c>.</param>
    public void Note(string name, string type, bool isWell) => _tallies.GetOrAdd((name, type), static _ => new Tally()).Note(isWell);

    /// <summary>All in Prometheus' text form; nothing of what was never asked.</summary>
    public string Print()
    {
        if (_tallies.IsEmpty) { return string.Empty; }
        var last = new StringBuilder("# HELP kubernetes_healthcheck What a check said last.\n# TYPE kubernetes_healthcheck gauge\n");
        var sums = new StringBuilder("# HELP kubernetes_healthchecks_total What checks said so far.\n# TYPE kubernetes_healthchecks_total counter\n");
        foreach (var ((name, type), tally) in _tallies.OrderBy(static item => item.Key))
        {
            last.Append(CultureInfo.InvariantCulture, $"kubernetes_healthcheck{{name=\"{name}\",type=\"{type}\"}} {(tally.IsWell ? 1 : 0)}\n");
            if (tally.Bad > 0) { sums.Append(CultureInfo.InvariantCulture, $"kubernetes_healthchecks_total{{name=\"{name}\",status=\"error\",type=\"{type}\"}} {tally.Bad}\n"); }
            if (tally.Good > 0) { sums.Append(CultureInfo.InvariantCulture, $"kubernetes_healthchecks_total{{name=\"{name}\",status=\"success\",type=\"{type}\"}} {tally.Good}\n"); }
        }

        return last.Append(sums).ToString();
    }

    private sealed class Tally
    {
        private long _good;
        private long _bad;
        private volatile bool _isWell;

        public long Good => Volatile.Read(ref _good);

        public long Bad => Volatile.Read(ref _bad);

        public bool IsWell => _isWell;

        public void Note(bool isWell)
        {
            _isWell = isWell;
            Interlocked.Increment(ref isWell ? ref _good : ref _bad);
        }
    }
}
