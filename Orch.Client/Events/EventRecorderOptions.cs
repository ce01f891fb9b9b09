namespace Orch.Client.Events;

/// <summary>How an <see cref="EventRecorder"/> keeps from flooding the cluster; the defaults are client-go's.</summary>
public sealed class EventRecorderOptions
{
    /// <summary>Events that may wait to be posted; what comes beyond is dropped. 1000 by default.</summary>
    public int BufferSize { get; set; } = 1000;

    /// <summary>Events remembered to count repetitions; the longest unused is forgotten first. 4096 by default.</summary>
    public int CacheSize { get; set; } = 4096;

    /// <summary>Events about one object and reason, differing in message, before they are combined into one; 10 by default.</summary>
    public int SimilarLimit { get; set; } = 10;

    /// <summary>The time within which those are counted; 10 minutes by default.</summary>
    public TimeSpan SimilarWindow { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Events about one object at once; 25 by default.</summary>
    public int Burst { get; set; } = 25;

    /// <summary>How long until one more may be posted about that object; 5 minutes by default.</summary>
    public TimeSpan Refill { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Attempts to post one event; 5 by default, with growing pauses of a second and more between.</summary>
    public int Attempts { get; set; } = 5;
}
