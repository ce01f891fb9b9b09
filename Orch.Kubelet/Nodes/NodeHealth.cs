namespace Orch.Kubelet.Nodes;

/// <summary>Reasons why the node is not ready, told by those who know.</summary>
internal sealed class NodeHealth
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, string> _faults = new(StringComparer.Ordinal);

    /// <summary>Sets a part's fault; null clears it.</summary>
    public void Report(string part, string? fault)
    {
        lock (_gate)
        {
            if (fault is null) { _faults.Remove(part); }
            else { _faults[part] = fault; }
        }
    }

    /// <summary>Empty when all is well.</summary>
    public string Faults
    {
        get { lock (_gate) { return string.Join(", ", _faults.Values); } }
    }
}
