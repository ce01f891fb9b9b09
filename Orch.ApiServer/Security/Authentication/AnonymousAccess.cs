namespace Orch.ApiServer.Security.Authentication;

/// <summary>Whether requests without credentials go on, and where.</summary>
/// <param name="isEnabled">Whether at all.</param>
/// <param name="paths">The only paths, if any are named.</param>
internal sealed class AnonymousAccess(bool isEnabled, IReadOnlyCollection<string>? paths = null)
{
    private readonly HashSet<string>? _paths = paths is null ? null : [.. paths];

    public bool Allows(string path) => isEnabled && (_paths is null || _paths.Contains(path));
}
