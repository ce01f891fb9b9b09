namespace Orch.ApiServer.Apply;

/// <summary>Faults of an object to be merged, with their paths; in upstream's words.</summary>
internal sealed class TreeErrors
{
    private readonly List<string> _messages = [];

    public bool IsEmpty => _messages.Count == 0;

    /// <summary>Notes a fault.</summary>
    public void Add(string path, string message) => _messages.Add(path.Length == 0 ? message : $"{path}: {message}");

    public override string ToString() => _messages.Count == 1 ? _messages[0] : string.Join("\n  ", _messages.Prepend("errors:"));
}
