using Orch.Resources;

namespace Orch.ApiServer.Serving;

/// <summary>What a request is about, as far as its method, path and query tell.</summary>
/// <remarks>Rules as in apiserver's <c>request.RequestInfoFactory</c>.</remarks>
internal sealed record RequestInfo
{
    /// <summary>The path without query.</summary>
    public required string Path { get; init; }

    /// <summary><c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c> ..., or the method in lower case off the resources.</summary>
    public required string Verb { get; init; }

    /// <summary>Whether the path names a resource; else only path and verb are meant.</summary>
    public bool IsResource { get; init; }

    /// <summary>Empty for the core group.</summary>
    public string Group { get; init; } = string.Empty;

    /// <summary>Such as <c>v1</c>.</summary>
    public string Version { get; init; } = string.Empty;

    /// <summary>Lower-case plural.</summary>
    public string Resource { get; init; } = string.Empty;

    /// <summary>Empty for the object itself.</summary>
    public string Subresource { get; init; } = string.Empty;

    /// <summary>What follows the subresource (of a proxy), without the leading slash.</summary>
    public string Rest { get; init; } = string.Empty;

    /// <summary>Empty for cluster-scoped and all-namespaces requests.</summary>
    public string Namespace { get; init; } = string.Empty;

    /// <summary>Empty for a collection.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The namespace that the request counts for: a namespace's own for itself.</summary>
    public string Home => Resource == "namespaces" && Group.Length == 0 ? Name : Namespace;

    /// <summary>Group, version and plural.</summary>
    public GroupVersionResource GroupVersionResource => new(Group, Version, Resource);

    /// <summary>Namespace and name.</summary>
    public ObjectKey Key => new(Namespace, Name);

    /// <summary>Streams and proxies: bound by neither the timeout nor the limit on requests in flight.</summary>
    public bool IsLongRunning => Verb == "watch" || Subresource is "log" or "exec" or "attach" or "portforward" or "proxy";

    /// <summary>Reads method and path.</summary>
    /// <param name="isWatch">The query's <c>watch</c>.</param>
    public static RequestInfo Parse(string method, string path, bool isWatch)
    {
        var lower = LowerOf(method);
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var isCore = parts is ["api", ..];
        var offset = isCore ? 2 : 3;
        if (parts is not (["api", ..] or ["apis", ..]) || parts.Length <= offset) { return new RequestInfo { Path = path, Verb = lower }; }

        var group = isCore ? string.Empty : parts[1];
        var version = parts[offset - 1];
        var rest = parts.AsSpan(offset);
        var isOldWatch = rest[0] == "watch" && rest.Length > 1;
        if (isOldWatch) { rest = rest[1..]; }

        var namespaceName = string.Empty;
        if (rest[0] == "namespaces" && rest.Length > 2 && rest[2] is not ("status" or "finalize"))
        {
            namespaceName = Uri.UnescapeDataString(rest[1]);
            rest = rest[2..];
        }

        var name = rest.Length > 1 ? Uri.UnescapeDataString(rest[1]) : string.Empty;
        return new RequestInfo
        {
            Path = path,
            // Of a named object the query's word is ignored.
            Verb = VerbOf(lower, name.Length > 0, isOldWatch || (isWatch && name.Length == 0)),
            IsResource = true,
            Group = group,
            Version = version,
            // A namespace is an object like others, yet what is asked of it is judged within it.
            Namespace = rest[0] == "namespaces" && group.Length == 0 ? string.Empty : namespaceName,
            Resource = rest[0],
            Name = name,
            Subresource = rest.Length > 2 ? rest[2] : string.Empty,
            Rest = rest.Length > 3 ? RestOf(path, rest.Length - 3) : string.Empty,
        };
    }

    private static string LowerOf(string method) => method switch
    {
        "GET" => "get", "POST" => "post", "PUT" => "put", "PATCH" => "patch", "DELETE" => "delete", _ => method.ToLowerInvariant(),
    };

    private static string VerbOf(string method, bool isNamed, bool isWatch) => method switch
    {
        "post" => "create",
        "get" or "head" => isWatch ? "watch" : isNamed ? "get" : "list",
        "put" => "update",
        "delete" => isNamed ? "delete" : "deletecollection",
        _ => method,
    };

    // Kept as it was sent, a trailing slash included, for the one behind the proxy to read.
    private static string RestOf(string path, int segments)
    {
        var end = path.TrimEnd('/').Length;
        var start = end;
        for (var count = 0; count < segments; count++) { start = path.LastIndexOf('/', start - 1); }
        return path[(start + 1)..];
    }
}
