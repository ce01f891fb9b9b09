namespace Orch.Controllers.ReplicaSets;

/// <summary>Does a number of like things in batches that double while all goes well, so that a certain failure is met once and not five hundred times.</summary>
internal static class SlowStart
{
    /// <param name="count">How many.</param>
    /// <param name="act">One of them; throws on failure.</param>
    /// <returns>How many succeeded, and the first failure of the batch that stopped the run.</returns>
    public static async Task<(int Succeeded, Exception? Failure)> RunAsync(int count, Func<Task> act)
    {
        var succeeded = 0;
        for (var (left, batch) = (count, Math.Min(count, 1)); batch > 0; left -= batch, batch = Math.Min(2 * batch, left))
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, batch).Select(_ => TryAsync(act))).ConfigureAwait(false);
            succeeded += outcomes.Count(static failure => failure is null);
            if (Array.Find(outcomes, static failure => failure is not null) is { } first) { return (succeeded, first); }
        }

        return (succeeded, null);
    }

    private static async Task<Exception?> TryAsync(Func<Task> act)
    {
#pragma warning disable CA1031 // handed to the caller, who decides
        try
        {
            await act().ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
#pragma warning restore CA1031
    }
}
