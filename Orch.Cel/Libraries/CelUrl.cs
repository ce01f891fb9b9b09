using System.Globalization;
using System.Text;

namespace Orch.Cel.Libraries;

/// <summary>A URL as Go's <c>url.ParseRequestURI</c> takes it.</summary>
internal sealed class CelUrl : CelOpaque
{
    private static readonly CelType UrlType = CelType.Opaque("kubernetes.URL");

    private CelUrl(string text) => Text = text;

    public override CelType Type => UrlType;

    public string Text { get; }

    public string Scheme { get; private set; } = string.Empty;

    public string Host { get; private set; } = string.Empty;

    public string Path { get; private set; } = string.Empty;

    public string Query { get; private set; } = string.Empty;

    public string Hostname
    {
        get
        {
            var colon = Host.LastIndexOf(':');
            var end = colon >= 0 && Host.IndexOf(']', colon) < 0 ? colon : Host.Length;
            return Host[..end].Trim('[', ']');
        }
    }

    public string Port
    {
        get
        {
            var colon = Host.LastIndexOf(':');
            return colon >= 0 && Host.IndexOf(']', colon) < 0 ? Host[(colon + 1)..] : string.Empty;
        }
    }

    public static CelUrl? Parse(string text, out string fault)
    {
        fault = string.Empty;
        if (text.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0 || text.Contains('\x7f', StringComparison.Ordinal)) { return Fault(text, "net/url: invalid control character in URL", out fault); }
        if (text.Length == 0) { return Fault(text, "empty url", out fault); }
        var url = new CelUrl(text);
        var rest = text;
        if (!TakeScheme(url, ref rest)) { return Fault(text, "missing protocol scheme", out fault); }
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0)
        {
            url.Query = rest[(question + 1)..];
            rest = rest[..question];
        }

        if (!rest.StartsWith('/'))
        {
            return url.Scheme.Length > 0 ? url : Fault(text, "invalid URI for request", out fault);
        }

        if (rest.StartsWith("//", StringComparison.Ordinal) && (url.Scheme.Length > 0 || !rest.StartsWith("///", StringComparison.Ordinal)) && url.Scheme.Length > 0)
        {
            var slash = rest.IndexOf('/', 2);
            var authority = slash < 0 ? rest[2..] : rest[2..slash];
            rest = slash < 0 ? string.Empty : rest[slash..];
            if (AuthorityFault(authority, out var host) is { } wrong) { return Fault(text, wrong, out fault); }
            url.Host = host;
        }

        if (EscapeFault(rest) is { } escape) { return Fault(text, $"invalid URL escape {Syntax.ExprPrinter.Quote(escape)}", out fault); }
        url.Path = EscapePath(rest);
        return url;
    }

    public override bool ValueEquals(CelOpaque other) => other is CelUrl url && url.Text == Text;

    public override int ValueHash() => string.GetHashCode(Text, StringComparison.Ordinal);

    public override string ToString() => Text;

    public CelValue QueryMap()
    {
        var values = new OrderedDictionary<string, List<CelValue>>(StringComparer.Ordinal);
        foreach (var part in Query.Split('&'))
        {
            if (part.Length == 0 || part.Contains(';', StringComparison.Ordinal)) { continue; }
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (Unescape(equals < 0 ? part : part[..equals]) is not { } key || Unescape(equals < 0 ? string.Empty : part[(equals + 1)..]) is not { } value) { continue; }
            if (!values.TryGetValue(key, out var list)) { values[key] = list = []; }
            list.Add(CelValue.FromString(value));
        }

        return CelValue.FromMap(CelMap.OfFields(values.Select(item => KeyValuePair.Create(item.Key, CelValue.FromList(CelList.Of([.. item.Value]))))));
    }

    private static CelUrl? Fault(string text, string what, out string fault)
    {
        fault = $"URL parse error during conversion from string: parse {Syntax.ExprPrinter.Quote(text)}: {what}";
        return null;
    }

    private static bool TakeScheme(CelUrl url, ref string rest)
    {
        for (var index = 0; index < rest.Length; index++)
        {
            var character = rest[index];
            if (char.IsAsciiLetter(character) || (index > 0 && (char.IsAsciiDigit(character) || character is '+' or '-' or '.'))) { continue; }
            if (character != ':') { return true; }
            if (index == 0) { return false; }
            url.Scheme = rest[..index].ToLowerInvariant();
            rest = rest[(index + 1)..];
            return true;
        }

        return true;
    }

    private static string? AuthorityFault(string authority, out string host)
    {
        host = authority[(authority.LastIndexOf('@') + 1)..];
        if (host.StartsWith('['))
        {
            var close = host.LastIndexOf(']');
            if (close < 0) { return "missing ']' in host"; }
            if (!IsPort(host[(close + 1)..])) { return $"invalid port {Syntax.ExprPrinter.Quote(host[(close + 1)..])} after host"; }
            return null;
        }

        var colon = host.LastIndexOf(':');
        if (colon >= 0 && !IsPort(host[colon..])) { return $"invalid port {Syntax.ExprPrinter.Quote(host[colon..])} after host"; }
        foreach (var character in host)
        {
            if (character is ' ' or '"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}') { return $"invalid character {Syntax.ExprPrinter.Quote(character.ToString())} in host name"; }
        }

        return null;
    }

    private static bool IsPort(string text) => text.Length == 0 || (text[0] == ':' && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9'));

    private static string? EscapeFault(string text)
    {
        for (var index = text.IndexOf('%', StringComparison.Ordinal); index >= 0; index = text.IndexOf('%', index + 1))
        {
            if (index + 2 >= text.Length || !char.IsAsciiHexDigit(text[index + 1]) || !char.IsAsciiHexDigit(text[index + 2])) { return text.Substring(index, Math.Min(3, text.Length - index)); }
        }

        return null;
    }

    private static string EscapePath(string path)
    {
        var text = new StringBuilder(path.Length);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in path.EnumerateRunes())
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || "-_.~$&+,/:;=@!'()*%[]".Contains((char)rune.Value, StringComparison.Ordinal))) { text.Append((char)rune.Value); continue; }
            foreach (var item in utf8[..rune.EncodeToUtf8(utf8)]) { text.Append(CultureInfo.InvariantCulture, $"%{item:X2}"); }
        }

        return text.ToString();
    }

    private static string? Unescape(string text)
        => EscapeFault(text) is null ? Uri.UnescapeDataString(text.Replace('+', ' ')) : null;
}
