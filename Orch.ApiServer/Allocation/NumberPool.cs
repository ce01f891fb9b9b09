using System.Collections;

namespace Orch.ApiServer.Allocation;

/// <summary>Numbers from 0, each taken or free. Those that nobody names come from above a static band, which is left to those who do.</summary>
/// <remarks>The band is the last resort when all else is taken. Not safe for concurrent use.</remarks>
internal sealed class NumberPool(int size, int staticBand, Random random)
{
    private readonly BitArray _taken = new(size);

    /// <summary>How many there are.</summary>
    public int Size => size;

    /// <summary>How many are taken.</summary>
    public int Taken { get; private set; }

    /// <summary>Whether a number is taken.</summary>
    public bool Has(int number) => _taken[number];

    /// <summary>Takes a number; false when it is taken.</summary>
    public bool TryTake(int number)
    {
        if (_taken[number]) { return false; }
        _taken[number] = true;
        Taken++;
        return true;
    }

    /// <summary>Takes any free number; false when there is none.</summary>
    public bool TryTakeAny(out int number)
        => Scan(staticBand, size, out number) || Scan(0, staticBand, out number);

    /// <summary>Gives a number back.</summary>
    public void Release(int number)
    {
        if (!_taken[number]) { return; }
        _taken[number] = false;
        Taken--;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _taken.SetAll(false);
        Taken = 0;
    }

    private bool Scan(int from, int to, out int number)
    {
        number = -1;
        if (from >= to || Taken == size) { return false; }
        var start = random.Next(from, to);
        for (var step = 0; step < to - from; step++)
        {
            number = start + step < to ? start + step : start + step - (to - from);
            if (TryTake(number)) { return true; }
        }

        return false;
    }
}
