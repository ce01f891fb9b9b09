namespace Orch.ApiServer.Serving.Fairness;

/// <summary>What a request takes: seats while it is answered, and others for a while after, when its watchers are told.</summary>
/// <param name="Seats">While it is answered.</param>
/// <param name="LaterSeats">After that.</param>
/// <param name="Later">For how long; zero for not at all.</param>
internal readonly record struct Work(int Seats, int LaterSeats, TimeSpan Later)
{
    /// <summary>One seat, and none after.</summary>
    public static Work One { get; } = new(1, 0, TimeSpan.Zero);

    /// <summary>The most that it takes at a time.</summary>
    public int Width => Math.Max(Seats, LaterSeats);
}
