using System.Buffers;

namespace Orch.ApiServer.Validation;

/// <summary>The rules for names of objects.</summary>
/// <remarks>RFC 1123 and RFC 1035 as Kubernetes applies them: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/</remarks>
public static class NameRules
{
    private const string LabelText = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    internal const string SubdomainText = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string Label1035Text = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private static readonly SearchValues<char> LabelChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Dot-separated labels, at most 253 characters.</summary>
    public static void DnsSubdomain(string name, bool isPrefix, FieldPath path, FieldErrors errors)
    {
        var text = isPrefix ? MaskTrailingDash(name) : name;
        if (text.Length > 253) { errors.Invalid(path, name, "must be no more than 253 characters"); }
        if (!TextRules.IsSubdomainForm(text)) { errors.Invalid(path, name, SubdomainText); }
    }

    /// <summary>One label, at most 63 characters.</summary>
    public static void DnsLabel(string name, bool isPrefix, FieldPath path, FieldErrors errors)
    {
        var text = isPrefix ? MaskTrailingDash(name) : name;
        if (text.Length > 63) { errors.Invalid(path, name, "must be no more than 63 characters"); }
        if (!IsLabel(text)) { errors.Invalid(path, name, TextRules.IsSubdomainForm(text) ? "must not contain dots" : LabelText); }
    }

    /// <summary>One label that begins with a letter, at most 63 characters; service names.</summary>
    public static void Dns1035Label(string name, bool isPrefix, FieldPath path, FieldErrors errors)
    {
        var text = isPrefix ? MaskTrailingDash(name) : name;
        if (text.Length > 63) { errors.Invalid(path, name, "must be no more than 63 characters"); }
        if (!IsLabel(text) || char.IsAsciiDigit(text[0])) { errors.Invalid(path, name, Label1035Text); }
    }

    /// <summary>Anything that can stand as one segment of a path; RBAC names.</summary>
    public static void PathSegment(string name, bool isPrefix, FieldPath path, FieldErrors errors)
    {
        if (!isPrefix && name is "." or "..") { errors.Invalid(path, name, $"may not be '{name}'"); }
        if (name.Contains('/', StringComparison.Ordinal)) { errors.Invalid(path, name, "may not contain '/'"); }
        if (name.Contains('%', StringComparison.Ordinal)) { errors.Invalid(path, name, "may not contain '%'"); }
    }

    /// <summary>What is wrong with a subdomain, for messages that go on from there.</summary>
    internal static IEnumerable<string> SubdomainFaults(string text)
    {
        if (text.Length > 253) { yield return "must be no more than 253 characters"; }
        if (!TextRules.IsSubdomainForm(text)) { yield return SubdomainText; }
    }

    /// <summary>What is wrong with a label that begins with a letter.</summary>
    internal static IEnumerable<string> Label1035Faults(string text)
    {
        if (text.Length > 63) { yield return "must be no more than 63 characters"; }
        if (!IsLabel(text) || char.IsAsciiDigit(text[0])) { yield return Label1035Text; }
    }

    /// <summary>What is wrong with a label.</summary>
    internal static IEnumerable<string> LabelFaults(string text)
    {
        if (text.Length > 63) { yield return "must be no more than 63 characters"; }
        if (!IsLabel(text)) { yield return TextRules.IsSubdomainForm(text) ? "must not contain dots" : LabelText; }
    }

    /// <summary>Whether a text is one RFC 1123 label, whatever its length.</summary>
    public static bool IsLabel(ReadOnlySpan<char> text)
        => text.Length > 0 && !text.ContainsAnyExcept(LabelChars) && text[0] != '-' && text[^1] != '-';

    // A generated name goes on after its prefix, so a prefix may end in a dash.
    private static string MaskTrailingDash(string name) => name.EndsWith('-') ? string.Concat(name.AsSpan(0, name.Length - 1), "a") : name;
}
