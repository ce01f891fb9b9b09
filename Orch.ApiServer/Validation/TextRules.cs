using System.Buffers;
using System.Globalization;
using System.Text;

namespace Orch.ApiServer.Validation;

/// <summary>The rules for pieces of text; each adds what is wrong, in upstream's words.</summary>
/// <remarks>As in apimachinery's <c>util/validation</c>. Checks are plain scans: they run on every write.</remarks>
internal static class TextRules
{
    private const string QualifiedCore = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private const string QualifiedText = "a valid label key " + QualifiedCore + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    private const string LabelValueText = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private const string ConfigKeyText = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
    private const string RelaxedEnvText = "a valid environment variable name must consist only of printable ASCII characters other than '='";
    private const string HeaderText = "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";
    private const string PercentText = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
    private const string WildcardText = "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static readonly SearchValues<char> NameChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
    private static readonly SearchValues<char> HeaderChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    private static readonly SearchValues<char> PortNameChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The key of a label, a finalizer, a resource: <c>name</c> or <c>prefix/name</c>.</summary>
    /// <param name="shown">What the message shows, where it is not the value itself.</param>
    public static void QualifiedName(string value, FieldPath path, FieldErrors errors, object? shown = null)
    {
        if (IsQualifiedName(value)) { return; }
        shown ??= value;
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (slash != value.LastIndexOf('/'))
        {
            errors.Invalid(path, shown, QualifiedText);
            return;
        }

        if (slash == 0) { errors.Invalid(path, shown, "prefix part must be non-empty"); }
        if (slash > 0) { PrefixPart(value[..slash], shown, path, errors); }
        var name = value[(slash + 1)..];
        if (name.Length == 0) { errors.Invalid(path, shown, "name part must be non-empty"); }
        if (ByteLength(name) > 63) { errors.Invalid(path, shown, "name part " + MaxBytes(63)); }
        if (!IsNamePart(name)) { errors.Invalid(path, shown, "name part " + QualifiedCore); }
    }

    /// <summary>Whether a text can be a label's key.</summary>
    public static bool IsQualifiedName(ReadOnlySpan<char> value)
    {
        var slash = value.IndexOf('/');
        var name = value[(slash + 1)..];
        return IsNamePart(name) && name.Length <= 63 && (slash < 0 || IsSubdomain(value[..slash]));
    }

    /// <summary>A label's value.</summary>
    public static void LabelValue(string? value, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(value)) { return; }
        if (ByteLength(value) > 63) { errors.Invalid(path, value, MaxBytes(63)); }
        if (!IsNamePart(value)) { errors.Invalid(path, value, LabelValueText); }
    }

    /// <summary>Whether a text can be a label's value.</summary>
    public static bool IsLabelValue(string? value) => string.IsNullOrEmpty(value) || (value.Length <= 63 && IsNamePart(value));

    /// <summary>What is wrong with a label's value, joined by semicolons; null when nothing is.</summary>
    public static string? LabelValueFault(string? value)
    {
        if (IsLabelValue(value)) { return null; }
        var length = ByteLength(value!) > 63 ? MaxBytes(63) : null;
        var form = IsNamePart(value) ? null : LabelValueText;
        return length is null ? form : form is null ? length : $"{length};{form}";
    }

    /// <summary>A key of a config map or secret.</summary>
    public static void ConfigKey(string value, FieldPath path, FieldErrors errors)
    {
        if (value.Length > 253) { errors.Invalid(path, value, MaxLength(253)); }
        if (value.Length == 0 || value.AsSpan().ContainsAnyExcept(NameChars)) { errors.Invalid(path, value, ConfigKeyText); }
        ChangesDirectory(value, path, errors);
    }

    /// <summary>The name of an environment variable.</summary>
    public static void EnvName(string value, FieldPath path, FieldErrors errors)
    {
        if (value.Length == 0) { errors.Invalid(path, value, "environment variable name must be non-empty"); }
        foreach (var letter in value)
        {
            if (letter is >= ' ' and <= '~' and not '=') { continue; }
            errors.Invalid(path, value, RelaxedEnvText);
            return;
        }
    }

    /// <summary>The name of an HTTP header.</summary>
    public static void HeaderName(string value, FieldPath path, FieldErrors errors)
    {
        if (value.Length == 0 || value.AsSpan().ContainsAnyExcept(HeaderChars)) { errors.Invalid(path, value, HeaderText); }
    }

    /// <summary>The name of a container's port.</summary>
    public static void PortName(string value, FieldPath path, FieldErrors errors)
    {
        if (value.Length > 15) { errors.Invalid(path, value, MaxLength(15)); }
        if (value.Length == 0 || value.AsSpan().ContainsAnyExcept(PortNameChars)) { errors.Invalid(path, value, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"); }
        if (!value.AsSpan().ContainsAnyInRange('a', 'z')) { errors.Invalid(path, value, "must contain at least one letter (a-z)"); }
        if (value.Contains("--", StringComparison.Ordinal)) { errors.Invalid(path, value, "must not contain consecutive hyphens"); }
        if (value.Length > 0 && (value[0] == '-' || value[^1] == '-')) { errors.Invalid(path, value, "must not begin or end with a hyphen"); }
    }

    /// <summary>A share such as <c>25%</c>.</summary>
    public static void Percent(string value, FieldPath path, FieldErrors errors)
    {
        if (!IsPercent(value)) { errors.Invalid(path, value, PercentText); }
    }

    /// <summary>Whether a text is digits and a percent sign.</summary>
    public static bool IsPercent(ReadOnlySpan<char> value)
        => value.Length > 1 && value[^1] == '%' && !value[..^1].ContainsAnyExceptInRange('0', '9');

    /// <summary>A subdomain, or one below <c>*.</c>.</summary>
    public static void WildcardSubdomain(string value, FieldPath path, FieldErrors errors)
    {
        if (value.Length > 253) { errors.Invalid(path, value, MaxLength(253)); }
        if (!value.StartsWith("*.", StringComparison.Ordinal) || !IsSubdomainForm(value.AsSpan(2))) { errors.Invalid(path, value, WildcardText); }
    }

    /// <summary>Whether a text is a subdomain of at most 253 characters.</summary>
    public static bool IsSubdomain(ReadOnlySpan<char> value) => value.Length <= 253 && IsSubdomainForm(value);

    /// <summary>Whether a text is dot-separated labels, whatever its length.</summary>
    public static bool IsSubdomainForm(ReadOnlySpan<char> value)
    {
        while (true)
        {
            var dot = value.IndexOf('.');
            if (dot < 0) { return NameRules.IsLabel(value); }
            if (!NameRules.IsLabel(value[..dot])) { return false; }
            value = value[(dot + 1)..];
        }
    }

    /// <summary>Length in bytes of UTF-8.</summary>
    public static int ByteLength(string value) => Encoding.UTF8.GetByteCount(value);

    /// <summary>What is said of a text that is too long.</summary>
    public static string MaxLength(int length) => string.Create(CultureInfo.InvariantCulture, $"must be no more than {length} characters");

    /// <summary>What is said of a label's key or value that is too long.</summary>
    public static string MaxBytes(int length) => string.Create(CultureInfo.InvariantCulture, $"must be no more than {length} bytes");

    /// <summary>What is said of a number out of bounds.</summary>
    public static string Between(long min, long max) => string.Create(CultureInfo.InvariantCulture, $"must be between {min} and {max}, inclusive");

    private static void PrefixPart(string prefix, object shown, FieldPath path, FieldErrors errors)
    {
        if (ByteLength(prefix) > 253) { errors.Invalid(path, shown, "prefix part " + MaxBytes(253)); }
        if (!IsSubdomainForm(prefix)) { errors.Invalid(path, shown, "prefix part " + NameRules.SubdomainText); }
    }

    private static void ChangesDirectory(string value, FieldPath path, FieldErrors errors)
    {
        if (value == ".") { errors.Invalid(path, value, "must not be '.'"); }
        else if (value == "..") { errors.Invalid(path, value, "must not be '..'"); }
        else if (value.StartsWith("..", StringComparison.Ordinal)) { errors.Invalid(path, value, "must not start with '..'"); }
    }

    private static bool IsNamePart(ReadOnlySpan<char> value)
        => value.Length > 0 && !value.ContainsAnyExcept(NameChars) && char.IsAsciiLetterOrDigit(value[0]) && char.IsAsciiLetterOrDigit(value[^1]);
}
