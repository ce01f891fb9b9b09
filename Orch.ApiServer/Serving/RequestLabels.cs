using System.Collections.Frozen;

namespace Orch.ApiServer.Serving;

/// <summary>What figures tell of a request.</summary>
/// <remarks>Each combination is kept for good, so nothing is in them that clients can make up: what is not known is left out.</remarks>
internal readonly record struct RequestLabels(string Verb, string Group, string Resource, string Subresource)
{
    private static readonly FrozenSet<string> Verbs = FrozenSet.ToFrozenSet(
        ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "post", "put", "head", "options", "connect"], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Subresources = FrozenSet.ToFrozenSet(
        [
            string.Empty, "status", "scale", "log", "exec", "attach", "portforward", "proxy", "binding", "eviction", "token", "finalize", "approval", "resize", "ephemeralcontainers",
        ],
        StringComparer.Ordinal);

    /// <summary>Of a request.</summary>
    /// <param name="isServed">Whether its resource is one that this server has.</param>
    public static RequestLabels Of(RequestInfo info, bool isServed)
    {
        var verb = Verbs.Contains(info.Verb) ? info.Verb : "other";
        return isServed ? new RequestLabels(verb, info.Group, info.Resource, Subresources.Contains(info.Subresource) ? info.Subresource : "other") : new RequestLabels(verb, string.Empty, string.Empty, string.Empty);
    }
}
