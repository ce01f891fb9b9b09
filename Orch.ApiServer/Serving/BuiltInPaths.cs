using Orch.ApiServer.Resources;
using Orch.ApiServer.Subresources;

namespace Orch.ApiServer.Serving;

/// <summary>Knows the paths below which upstream answers even what it does not know with a <c>Status</c>; elsewhere it does so in plain text.</summary>
internal sealed class BuiltInPaths(IEnumerable<ResourceDeclaration> declarations, IEnumerable<ICreateHandler> creates)
{
    private readonly HashSet<string> _groups = declarations.Select(static item => item.Resource.Group)
        .Concat(creates.Select(static handler => handler.Description.Resource.Group)).Where(static group => group.Length > 0).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether a path lies below one of them.</summary>
    public bool Claims(string path)
    {
        if (path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/version/", StringComparison.Ordinal)) { return true; }
        if (!path.StartsWith("/apis/", StringComparison.Ordinal)) { return false; }
        var end = path.IndexOf('/', "/apis/".Length);
        return _groups.Contains(end < 0 ? path["/apis/".Length..] : path["/apis/".Length..end]);
    }
}
