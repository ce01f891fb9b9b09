namespace Orch.ApiServer.Serving;

/// <summary>Bounds on what a client may ask at once.</summary>
internal sealed record ServingLimits
{
    /// <summary>Bytes of a request's body.</summary>
    public int MaxRequestBodyBytes { get; init; } = 3 * 1024 * 1024;

    /// <summary>Reads at the same time; 0 for no limit.</summary>
    public int MaxReadsInFlight { get; init; } = 400;

    /// <summary>Writes at the same time; 0 for no limit.</summary>
    public int MaxWritesInFlight { get; init; } = 200;

    /// <summary>How long a request may take that is no stream.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
