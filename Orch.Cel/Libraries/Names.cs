using System.Text;

namespace Orch.Cel.Libraries;

/// <summary>Kubernetes' rules for names, with the messages of its validation.</summary>
internal static class Names
{
    private const string LabelFault = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
        + "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string SubdomainFault = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string Label1035Fault = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character "
        + "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private const string QualifiedFault = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private const string ValueFault = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    public static List<string> Dns1123Label(string text) => Check(text, 63, IsLabel(text), LabelFault, IsSubdomain(text) ? "must not contain dots" : null);

    public static List<string> Dns1123Subdomain(string text) => Check(text, 253, IsSubdomain(text), SubdomainFault);

    public static List<string> Dns1035Label(string text) => Check(text, 63, IsLabel(text) && char.IsAsciiLetter(text[0]), Label1035Fault);

    public static List<string> LabelValue(string text) => Check(text, 63, text.Length == 0 || IsQualified(text), ValueFault, unit: "bytes");

    public static List<string> QualifiedName(string text)
    {
        var faults = new List<string>();
        var parts = text.Split('/');
        var name = parts[^1];
        switch (parts.Length)
        {
            case 1: break;
            case 2 when parts[0].Length == 0: faults.Add("prefix part must be non-empty"); break;
            case 2: faults.AddRange(Check(parts[0], 253, IsSubdomain(parts[0]), SubdomainFault, unit: "bytes").Select(static fault => "prefix part " + fault)); break;
            default: return ["a valid label key " + QualifiedFault + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"];
        }

        if (name.Length == 0) { faults.Add("name part must be non-empty"); }
        else if (Encoding.UTF8.GetByteCount(name) > 63) { faults.Add("name part must be no more than 63 bytes"); }
        if (!IsQualified(name)) { faults.Add("name part " + QualifiedFault); }
        return faults;
    }

    /// <summary>A prefix may end in a dash: it is taken for a letter.</summary>
    public static string MaskTrailingDash(string text) => text.Length > 1 && text.EndsWith('-') ? text[..^1] + "a" : text;

    public static bool IsUuid(string text)
    {
        var digits = text.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase) ? text[9..] : text;
        return Guid.TryParseExact(digits, "D", out _) || Guid.TryParseExact(digits, "N", out _) || Guid.TryParseExact(digits, "B", out _);
    }

    public static bool IsBase64(string text) => text.Length % 4 == 0 && !text.Any(char.IsWhiteSpace) && Convert.TryFromBase64String(text, new byte[text.Length], out _);

    private static List<string> Check(string text, int max, bool fits, string fault, string? instead = null, string unit = "characters")
    {
        var faults = new List<string>();
        if (Encoding.UTF8.GetByteCount(text) > max) { faults.Add($"must be no more than {max} {unit}"); }
        if (!fits) { faults.Add(instead ?? fault); }
        return faults;
    }

    private static bool IsLowerAlphanumeric(char character) => char.IsAsciiDigit(character) || char.IsAsciiLetterLower(character);

    private static bool IsLabel(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !IsLowerAlphanumeric(text[0]) || !IsLowerAlphanumeric(text[^1])) { return false; }
        foreach (var character in text)
        {
            if (!IsLowerAlphanumeric(character) && character != '-') { return false; }
        }

        return true;
    }

    private static bool IsSubdomain(string text) => Array.TrueForAll(text.Split('.'), part => IsLabel(part));

    private static bool IsQualified(string text)
        => text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
}
