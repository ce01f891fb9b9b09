using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Orch.Runtime.Docker.Images;

/// <summary>An image name as pods write it, cut into the parts that the engine wants.</summary>
/// <param name="Repository">As written: <c>nginx</c>, <c>ghcr.io/org/app</c>.</param>
/// <param name="TagOrDigest"><c>latest</c> when none was written; a digest wins over a tag.</param>
internal sealed partial record ImageReference(string Repository, string TagOrDigest)
{
    /// <summary>The registry's host, or the engine's default.</summary>
    public string Registry =>
        Repository.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
        && Repository[..slash] is var first
        && (first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost")
            ? first
            : "docker.io";

    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference)
    {
        var match = Pattern().Match(text);
        reference = match.Success && match.Groups["name"].Length <= 255
            ? new(match.Groups["name"].Value, FirstOf(match.Groups["digest"].Value, match.Groups["tag"].Value, "latest"))
            : null;
        return reference is not null;
    }

    private static string FirstOf(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (text.Length > 0)
            {
                return text;
            }
        }

        return string.Empty;
    }

    // The grammar of https://github.com/distribution/reference: an optional host, lower-case path parts, a tag, a digest.
    [GeneratedRegex(
        """
        ^(?<name>(?:(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::[0-9]+)?/)?
        [a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)
        (?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?
        (?:@(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
