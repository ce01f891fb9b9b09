using Microsoft.AspNetCore.Http;

namespace Orch.ApiServer.Proxying;

/// <summary>Writes a path that was decoded so that whoever it is forwarded to decodes the same.</summary>
/// <remarks>The path was judged as it stands here: a <c>%</c> in it is a letter, and must not begin an escape, else <c>..</c> could come into being behind the judge.</remarks>
internal static class ForwardedPath
{
    /// <param name="path">As the request's; its slashes that were escaped still are.</param>
    public static string Of(string path)
    {
        if (!path.Contains('%', StringComparison.Ordinal)) { return new PathString(path).ToUriComponent(); }
        var letters = new System.Text.StringBuilder(path.Length + 8);
        for (var index = 0; index < path.Length; index++)
        {
            letters.Append(path[index]);
            if (path[index] == '%' && !path.AsSpan(index + 1).StartsWith("2F", StringComparison.OrdinalIgnoreCase)) { letters.Append("25"); }
        }

        return new PathString(letters.ToString()).ToUriComponent();
    }

    /// <summary>An address whose path and query go out as they are.</summary>
    public static Uri Address(Backend backend, string target)
        => new($"{backend.Scheme}://{backend.Authority}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
