namespace Orch.Scheduling;

/// <summary>What plugins remember for one pod from one extension point to the next, filed by its type.</summary>
/// <remarks>Each plugin keeps a private type of its own. Written before Filter and Score, only read during them.</remarks>
public sealed class CycleState
{
    private readonly List<object> _entries = new(8);

    /// <summary>Keeps an entry, instead of an earlier one of the same type.</summary>
    public void Set<T>(T entry)
        where T : class
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            if (_entries[i] is T) { _entries[i] = entry; return; }
        }

        _entries.Add(entry);
    }

    /// <summary>The entry of a type; null when none was kept.</summary>
    public T? Find<T>()
        where T : class
    {
        foreach (var entry in _entries)
        {
            if (entry is T found) { return found; }
        }

        return null;
    }

    /// <summary>Forgets everything, so that the instance can serve another pod.</summary>
    public void Clear() => _entries.Clear();
}
