using System.Buffers;

namespace Orch.ApiServer.Validation;

/// <summary>A URL cut into its parts the way Go's <c>url.Parse</c> cuts it, which takes and refuses other texts than .NET's does.</summary>
/// <param name="Scheme">Lower case; empty when there is none.</param>
/// <param name="UserInfo">What stands before the <c>@</c>; null without one.</param>
/// <param name="Host">With its port.</param>
/// <param name="Path">Escaped, as written.</param>
/// <param name="Query">Without the question mark.</param>
/// <param name="Fragment">Without the number sign.</param>
internal sealed record GoUrl(string Scheme, string? UserInfo, string Host, string Path, string Query, string Fragment)
{
    private static readonly SearchValues<char> SchemeTail = SearchValues.Create("0123456789+-.");
    private static readonly SearchValues<char> UserChars
        = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._:~!$&'()*+,;=%@");

    private static readonly SearchValues<char> HostChars
        = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~!$&'()*+,;=:[]<>\"%");

    /// <summary>Parses; null with the reason in Go's words when it cannot be.</summary>
    public static GoUrl? Parse(string text, out string fault)
    {
        var (url, reason) = Parts(text);
        fault = reason is null ? string.Empty : $"parse {GoText.Quote(text)}: {reason}";
        return url;
    }

    private static (GoUrl? Url, string? Fault) Parts(string text)
    {
        var (rest, fragment) = Cut(text, '#');
        if (rest.AsSpan().ContainsAnyInRange('\0', '\x1f') || rest.Contains('\x7f', StringComparison.Ordinal)) { return (null, "net/url: invalid control character in URL"); }
        if (rest.StartsWith(':')) { return (null, "missing protocol scheme"); }
        var colon = SchemeLength(rest);
#pragma warning disable CA1308 // schemes are lower case
        var scheme = colon > 0 ? rest[..colon].ToLowerInvariant() : string.Empty;
#pragma warning restore CA1308
        (rest, var query) = Cut(colon > 0 ? rest[(colon + 1)..] : rest, '?');
        if (!rest.StartsWith('/'))
        {
            if (scheme.Length > 0) { return (new GoUrl(scheme, null, string.Empty, string.Empty, query, fragment), null); }
            if (Cut(rest, '/').Before.Contains(':', StringComparison.Ordinal)) { return (null, "first path segment in URL cannot contain colon"); }
        }

        string? user = null;
        var host = string.Empty;
        if (rest.StartsWith("//", StringComparison.Ordinal) && (scheme.Length > 0 || !rest.StartsWith("///", StringComparison.Ordinal)))
        {
            var slash = rest.IndexOf('/', 2);
            var authority = slash < 0 ? rest[2..] : rest[2..slash];
            rest = slash < 0 ? string.Empty : rest[slash..];
            var at = authority.LastIndexOf('@');
            if (at >= 0) { user = authority[..at]; }
            host = authority[(at + 1)..];
            if (HostFault(host) is { } fault) { return (null, fault); }
            if (user is not null && user.AsSpan().ContainsAnyExcept(UserChars)) { return (null, "net/url: invalid userinfo"); }
        }

        return EscapeFault(rest) is { } escape ? (null, escape) : (new GoUrl(scheme, user, host, rest, query, fragment), null);
    }

    private static (string Before, string After) Cut(string text, char mark)
    {
        var index = text.IndexOf(mark, StringComparison.Ordinal);
        return index < 0 ? (text, string.Empty) : (text[..index], text[(index + 1)..]);
    }

    // How many characters before the colon make a scheme; 0 when there is none.
    private static int SchemeLength(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsAsciiLetter(text[index])) { continue; }
            if (text[index] == ':') { return index; }
            if (index == 0 || !SchemeTail.Contains(text[index])) { return 0; }
        }

        return 0;
    }

    private static string? HostFault(string host)
    {
        var port = string.Empty;
        if (host.StartsWith('['))
        {
            var end = host.LastIndexOf(']');
            if (end < 0) { return "missing ']' in host"; }
            port = host[(end + 1)..];
        }
        else if (host.LastIndexOf(':') is >= 0 and var colon)
        {
            port = host[colon..];
        }

        if (port.Length > 0 && (port[0] != ':' || port.AsSpan(1).ContainsAnyExceptInRange('0', '9'))) { return $"invalid port {GoText.Quote(port)} after host"; }
        foreach (var letter in host)
        {
            if (letter < 0x80 && !HostChars.Contains(letter)) { return $"invalid character {GoText.Quote(letter.ToString())} in host name"; }
        }

        return EscapeFault(host);
    }

    private static string? EscapeFault(string text)
    {
        for (var index = text.IndexOf('%', StringComparison.Ordinal); index >= 0; index = text.IndexOf('%', index + 1))
        {
            if (index + 2 < text.Length && char.IsAsciiHexDigit(text[index + 1]) && char.IsAsciiHexDigit(text[index + 2])) { continue; }
            return $"invalid URL escape {GoText.Quote(text.Substring(index, Math.Min(3, text.Length - index)))}";
        }

        return null;
    }
}
