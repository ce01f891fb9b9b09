using System.Diagnostics;

namespace Orch.EndToEnd.Tests.Fixtures;

/// <summary>Waits, within bounds, for what a running cluster does in its own time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Asks until <paramref name="holds"/>; the failure says what was waited for and what the last answer was.</summary>
    public static async Task<T> BecomesAsync<T>(string what, Func<Task<T>> ask, Func<T, bool> holds, TimeSpan limit, Func<string>? context = null)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (holds(answer)) { return answer; }
            if (watch.Elapsed > limit)
            {
                throw new TimeoutException($"waited {watch.Elapsed.TotalSeconds:F0} s for {what}; the last answer:\n{answer}\n{context?.Invoke()}");
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
