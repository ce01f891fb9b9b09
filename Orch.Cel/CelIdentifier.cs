using System.Text;

namespace Orch.Cel;

/// <summary>Names of data as identifiers of expressions, by Kubernetes' rules.</summary>
public static class CelIdentifier
{
    private static readonly string[] Reserved =
    [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ];

    /// <summary>How expressions write this name, e.g. <c>a__dash__b</c> for <c>a-b</c>; null when they cannot.</summary>
    public static string? Escape(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) { return null; }
        if (Array.IndexOf(Reserved, name) >= 0) { return "__" + name + "__"; }
        StringBuilder? text = null;
        for (var index = 0; index < name.Length; index++)
        {
            var character = name[index];
            var underscores = character == '_' && index + 1 < name.Length && name[index + 1] == '_';
            var escaped = underscores ? "__underscores__" : character switch { '.' => "__dot__", '-' => "__dash__", '/' => "__slash__", _ => null };
            if (escaped is null)
            {
                if (character != '_' && !char.IsAsciiLetterOrDigit(character)) { return null; }
                text?.Append(character);
                continue;
            }

            text ??= new StringBuilder(name, 0, index, name.Length + 16);
            text.Append(escaped);
            if (underscores) { index++; }
        }

        return text?.ToString() ?? name;
    }
}
