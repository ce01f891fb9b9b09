namespace Orch.Security;

/// <summary>How mutating plugins of one request ask for a second round, in which they see what those after them changed.</summary>
/// <remarks>There are at most two rounds. Not safe for concurrent use: mutating plugins run one after the other.</remarks>
public sealed class AdmissionRounds
{
    private Dictionary<string, object>? _notes;

    /// <summary>Whether this is the second round.</summary>
    public bool IsSecond { get; private set; }

    /// <summary>Whether some plugin asked for a second round.</summary>
    public bool IsSecondRequired { get; private set; }

    /// <summary>Asks for a second round: the object was changed in a way that plugins before may want to see.</summary>
    public void RequireSecond() => IsSecondRequired = true;

    /// <summary>Begins it; called by whoever runs the plugins.</summary>
    public void BeginSecond() => IsSecond = true;

    /// <summary>What a plugin notes for its second round; made at the first call.</summary>
    /// <param name="plugin">The plugin's name.</param>
    public T NotesOf<T>(string plugin)
        where T : class, new()
    {
        _notes ??= new Dictionary<string, object>(StringComparer.Ordinal);
        if (_notes.TryGetValue(plugin, out var present)) { return (T)present; }
        var made = new T();
        _notes[plugin] = made;
        return made;
    }
}
