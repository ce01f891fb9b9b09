using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orch.Client.Informers;

/// <summary>What an informer measures.</summary>
internal sealed class InformerMetrics(string kind)
{
    private static readonly Meter Meter = new(ClientMeters.Name);
    private static readonly Counter<long> ListsCounter = Meter.CreateCounter<long>("informer_lists_total", description: "Collections listed; after the first, each is a loss of history.");
    private static readonly Counter<long> ChangesCounter = Meter.CreateCounter<long>("informer_changes_total", description: "Events taken in from watches.");
    private static readonly Counter<long> FailuresCounter = Meter.CreateCounter<long>("informer_failures_total", description: "Lists and watches that failed.");

    private readonly TagList _tags = new() { { "kind", kind } };

    public void Listed() => ListsCounter.Add(1, _tags);

    public void Changed() => ChangesCounter.Add(1, _tags);

    public void Failed() => FailuresCounter.Add(1, _tags);
}
