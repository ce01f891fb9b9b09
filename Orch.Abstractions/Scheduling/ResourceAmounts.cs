namespace Orch.Scheduling;

/// <summary>Amounts of the resources that pods ask for and nodes have.</summary>
public sealed class ResourceAmounts
{
    private Dictionary<string, long>? _extended;

    /// <summary>CPU in thousandths of a core.</summary>
    public long MilliCpu { get; set; }

    /// <summary>Memory in bytes.</summary>
    public long MemoryBytes { get; set; }

    /// <summary>Local scratch space in bytes.</summary>
    public long EphemeralStorageBytes { get; set; }

    /// <summary>Number of pods; only for nodes.</summary>
    public long Pods { get; set; }

    /// <summary>Everything else (huge pages, extended resources) by name; empty for most.</summary>
    public IReadOnlyDictionary<string, long> Extended => _extended ?? (IReadOnlyDictionary<string, long>)System.Collections.Immutable.ImmutableDictionary<string, long>.Empty;

    /// <summary>Sets one of the other resources.</summary>
    public void SetExtended(string name, long amount) => (_extended ??= [])[name] = amount;

    /// <summary>Adds, or with -1 takes away, another's amounts.</summary>
    public void Add(ResourceAmounts other, int sign = 1)
    {
        MilliCpu += sign * other.MilliCpu;
        MemoryBytes += sign * other.MemoryBytes;
        EphemeralStorageBytes += sign * other.EphemeralStorageBytes;
        if (other._extended is null) { return; }
        foreach (var (name, amount) in other._extended)
        {
            _extended ??= [];
            _extended[name] = _extended.GetValueOrDefault(name) + (sign * amount);
        }
    }

    /// <summary>Sets everything to zero.</summary>
    public void Clear()
    {
        MilliCpu = MemoryBytes = EphemeralStorageBytes = Pods = 0;
        _extended?.Clear();
    }

    /// <summary>A copy that can be changed apart.</summary>
    public ResourceAmounts Copy()
    {
        var copy = new ResourceAmounts { Pods = Pods };
        copy.Add(this);
        return copy;
    }
}
