namespace Orch.Client;

/// <summary>Delays that double up to a limit, each lengthened by up to its own length at random, so that clients spread out.</summary>
/// <remarks>For one user at a time.</remarks>
internal sealed class Backoff
{
    private readonly TimeSpan _initial;
    private readonly TimeSpan _max;
    private readonly Random _random;
    private TimeSpan _next;

    public Backoff(TimeSpan initial, TimeSpan max, Random random)
    {
        _initial = _next = initial;
        _max = max;
        _random = random;
    }

    public TimeSpan Next()
    {
        var delay = _next * (1 + _random.NextDouble());
        _next = _next * 2 < _max ? _next * 2 : _max;
        return delay < _max ? delay : _max;
    }

    public void Reset() => _next = _initial;
}
