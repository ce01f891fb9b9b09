namespace Orch.Host.Cli;

/// <summary>Says when memory that a busy time has left behind should be given back.</summary>
/// <remarks>
/// The collector only works, and so only gives memory back, while there is allocation: after a burst a process would stay as large as it was at its busiest.
/// Given back is what is left when the process has become quiet, and once more when the past that watches may ask for has become old.
/// </remarks>
internal sealed class IdleMemoryPolicy
{
    /// <summary>How far samples are apart.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const long QuietBytes = 10 << 20;
    private const long BusyBytes = 128 << 20;
    private const int SecondLook = 12;
    private long _last;
    private long _atTrim;
    private int _untilSecond;

    /// <summary>Takes a sample.</summary>
    /// <param name="allocated">Bytes allocated since the start of the process.</param>
    /// <returns>Whether a full, compacting collection is worth its pause now.</returns>
    public bool IsDue(long allocated)
    {
        var isQuiet = allocated - _last < QuietBytes;
        _last = allocated;
        if (_untilSecond > 0) { _untilSecond--; }
        if (!isQuiet) { return false; }
        if (allocated - _atTrim >= BusyBytes)
        {
            _atTrim = allocated;
            _untilSecond = SecondLook;
            return true;
        }

        if (_untilSecond != 1) { return false; }
        _untilSecond = 0;
        return true;
    }
}
