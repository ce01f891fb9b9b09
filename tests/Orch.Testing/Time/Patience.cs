namespace Orch.Testing.Time;

/// <summary>Awaits bounded by a timeout that says what was waited for.</summary>
public static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task Within(this Task task, string what, TimeSpan? limit = null)
    {
        try
        {
            await task.WaitAsync(limit ?? Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"waited in vain for {what}");
        }
    }

    public static async Task<T> Within<T>(this Task<T> task, string what, TimeSpan? limit = null)
    {
        try
        {
            return await task.WaitAsync(limit ?? Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"waited in vain for {what}");
        }
    }

    /// <summary>Looks again and again until a condition holds; for what announces itself by no signal.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what, TimeSpan? limit = null)
    {
        using var clock = new CancellationTokenSource(limit ?? Limit);
        while (!condition())
        {
            if (clock.IsCancellationRequested) { throw new TimeoutException($"waited in vain for {what}"); }
            await Task.Delay(5);
        }
    }

    /// <summary>Asks again and again until the answer is yes.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        using var clock = new CancellationTokenSource(limit ?? Limit);
        while (!await condition().Within(what, limit))
        {
            if (clock.IsCancellationRequested) { throw new TimeoutException($"waited in vain for {what}"); }
            await Task.Delay(5);
        }
    }
}
