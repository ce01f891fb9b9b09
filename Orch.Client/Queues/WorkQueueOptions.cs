namespace Orch.Client.Queues;

/// <summary>How a <see cref="WorkQueue{TKey}"/> spaces retries.</summary>
/// <remarks>A retry waits for whichever is longer: its own key's back-off, or a free token of the bucket all keys share.</remarks>
public sealed class WorkQueueOptions
{
    /// <summary>Back-off after a key's first failure; doubles with each. 5 ms by default.</summary>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The longest back-off. 1000 s by default.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(1000);

    /// <summary>Retries a second over all keys; 10 by default, 0 for no overall limit.</summary>
    public double RetriesPerSecond { get; set; } = 10;

    /// <summary>Retries at once before <see cref="RetriesPerSecond"/> bites; 100 by default.</summary>
    public int RetryBurst { get; set; } = 100;
}
