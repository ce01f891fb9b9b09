namespace Orch.ApiServer.Apply;

/// <summary>An item that is in one of two lists or in both.</summary>
internal sealed class ListItem(byte[] element)
{
    /// <summary>What tells it apart.</summary>
    public byte[] Element { get; } = element;

    /// <summary>Where it is in the old text; -1 for nowhere.</summary>
    public int Old { get; set; } = -1;

    /// <summary>Where it is in the new text; -1 for nowhere.</summary>
    public int New { get; set; } = -1;

    /// <summary>Where else it is in the old text; null when it stands there once.</summary>
    public List<int>? MoreOld { get; set; }

    /// <summary>Where else it is in the new text; null when it stands there once.</summary>
    public List<int>? MoreNew { get; set; }
}
