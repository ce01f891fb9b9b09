using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Proxying;

/// <summary>Makes a link that a backend gives lead through the proxy again.</summary>
/// <remarks>As apimachinery's <c>util/proxy</c> does it: what leads elsewhere, or is relative, stays; so does what leads through the proxy already.</remarks>
internal static class ProxyLinks
{
    /// <param name="link">Of a <c>Location</c> header.</param>
    /// <param name="prefix">The proxy's own path, without a slash at its end.</param>
    /// <param name="backend">Host and port of the backend.</param>
    /// <param name="asked">Host and port that the client asked.</param>
    /// <exception cref="FormatException">It is no link.</exception>
    public static string Rewrite(string link, string prefix, string backend, string asked)
    {
        if (GoUrl.Parse(link, out var fault) is not { } url) { throw new FormatException(fault); }
        if ((url.Host.Length > 0 && url.Host != backend && url.Host != asked) || !url.Path.StartsWith('/')) { return link; }
        var place = url.Host == asked ? $"{(url.Scheme.Length > 0 ? url.Scheme + ":" : string.Empty)}//{(url.UserInfo is null ? string.Empty : url.UserInfo + "@")}{url.Host}" : string.Empty;
        var path = url.Path.StartsWith(prefix, StringComparison.Ordinal) ? url.Path : Join(prefix, url.Path);
        return $"{place}{path}{(url.Query.Length > 0 ? "?" + url.Query : string.Empty)}{(url.Fragment.Length > 0 ? "#" + url.Fragment : string.Empty)}";
    }

    /// <summary>A path below another, without dots and doubled slashes; a slash at its end stays.</summary>
    public static string Join(string prefix, string path)
    {
        var parts = new List<string>();
        foreach (var part in $"{prefix}/{path}".Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") { continue; }
            if (part != "..") { parts.Add(part); }
            else if (parts.Count > 0) { parts.RemoveAt(parts.Count - 1); }
        }

        return $"/{string.Join('/', parts)}{(path.EndsWith('/') ? "/" : string.Empty)}";
    }
}
