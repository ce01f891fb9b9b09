using System.Text;

namespace Orch.Resources;

/// <summary>Picks objects by fields that the server offers for it, such as <c>spec.nodeName=n1,status.phase!=Failed</c>.</summary>
/// <remarks>Immutable. Which fields a kind offers is the server's matter.</remarks>
public sealed class FieldSelector
{
    private FieldSelector(IReadOnlyList<FieldRequirement> requirements) => Requirements = requirements;

    /// <summary>Picks every object.</summary>
    public static FieldSelector Everything { get; } = new([]);

    /// <summary>All must be met.</summary>
    public IReadOnlyList<FieldRequirement> Requirements { get; }

    /// <summary>Parses the API's syntax; a backslash escapes a comma, an equals sign or itself; empty picks everything.</summary>
    /// <exception cref="SelectorException">With upstream's message.</exception>
    public static FieldSelector Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) { return Everything; }
        var requirements = new List<FieldRequirement>();
        foreach (var term in Split(text).Where(static term => term.Length > 0)) { requirements.Add(Term(term, text)); }
        return requirements.Count == 0 ? Everything : new FieldSelector(requirements);
    }

    /// <summary>Whether an object meets every requirement.</summary>
    /// <param name="field">A field's value by its path; a field without a value is the empty string.</param>
    public bool Matches(Func<string, string> field)
    {
        foreach (var requirement in Requirements)
        {
            if (string.Equals(field(requirement.Field), requirement.Value, StringComparison.Ordinal) == requirement.IsNegated) { return false; }
        }

        return true;
    }

    /// <summary>The value that a field must have exactly, or null.</summary>
    public string? RequiredValue(string field)
        => Requirements.FirstOrDefault(requirement => !requirement.IsNegated && requirement.Field == field)?.Value;

    /// <summary>In the API's syntax.</summary>
    public override string ToString() => string.Join(',', Requirements);

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var position = 0; position < text.Length; position++)
        {
            if (text[position] == '\\') { position++; continue; }
            if (text[position] != ',') { continue; }
            yield return text[start..position];
            start = position + 1;
        }

        yield return text[start..];
    }

    private static FieldRequirement Term(string term, string selector)
    {
        for (var position = 0; position < term.Length; position++)
        {
            if (term[position] == '\\') { position++; continue; }
            var rest = term.AsSpan(position);
            var length = rest.StartsWith("!=") || rest.StartsWith("==") ? 2 : rest[0] == '=' ? 1 : 0;
            if (length == 0) { continue; }
            return new FieldRequirement(Unescape(term[..position]), Unescape(term[(position + length)..]), rest[0] == '!');
        }

        throw new SelectorException($"invalid selector: '{selector}'; can't understand '{term}'");
    }

    private static string Unescape(string text)
    {
        if (text.AsSpan().IndexOfAny('\\', ',', '=') < 0) { return text; }
        var result = new StringBuilder(text.Length);
        for (var position = 0; position < text.Length; position++)
        {
            if (text[position] is ',' or '=') { throw new SelectorException($"invalid field selector: unescaped character in value: {text[position]}"); }
            if (text[position] != '\\') { result.Append(text[position]); continue; }
            if (++position == text.Length || text[position] is not ('\\' or ',' or '='))
            {
                throw new SelectorException($"invalid field selector: invalid escape sequence: \\{(position < text.Length ? text[position] : string.Empty)}");
            }

            result.Append(text[position]);
        }

        return result.ToString();
    }
}

/// <summary>One condition on a field.</summary>
/// <param name="Field">Its path, such as <c>metadata.name</c>.</param>
/// <param name="Value">What it is compared with.</param>
/// <param name="IsNegated">True for <c>!=</c>.</param>
public sealed record FieldRequirement(string Field, string Value, bool IsNegated)
{
    /// <summary>In the API's syntax.</summary>
    public override string ToString()
        => $"{Field}{(IsNegated ? "!=" : "=")}{Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal)}";
}
