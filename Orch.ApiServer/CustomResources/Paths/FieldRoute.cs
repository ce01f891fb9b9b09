using System.Globalization;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Paths;

/// <summary>A path of plain fields such as <c>.spec.replicas</c>: it leads to one place and can be written to.</summary>
internal sealed class FieldRoute
{
    private readonly string[] _names;

    private FieldRoute(string text, string[] names)
    {
        Text = text;
        _names = names;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The fields from the root on.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Reads a path in dot notation; a dot inside a name is escaped, and <c>['a.b']</c> is taken too.</summary>
    public static FieldRoute Parse(string text)
    {
        var names = new List<string>();
        var name = new System.Text.StringBuilder();
        for (var index = text.StartsWith('.') ? 1 : 0; index < text.Length; index++)
        {
            switch (text[index])
            {
                case '\\' when index + 1 < text.Length: name.Append(text[++index]); break;
                case '.': Flush(); break;
                case '[' when index + 1 < text.Length && text[index + 1] is '\'' or '"' && text.IndexOf($"{text[index + 1]}]", index + 2, StringComparison.Ordinal) is > 0 and var end:
                    Flush();
                    names.Add(text[(index + 2)..end]);
                    index = end + 1;
                    break;
                default: name.Append(text[index]); break;
            }
        }

        Flush();
        return new FieldRoute(text, [.. names]);

        void Flush()
        {
            if (name.Length > 0) { names.Add(name.ToString()); }
            name.Clear();
        }
    }

    /// <summary>What stands there; false when nothing does.</summary>
    public bool TryGet(JsonMap root, out object? value)
    {
        value = root;
        foreach (var name in _names)
        {
            if (value is not JsonMap map || !map.TryGetValue(name, out value)) { value = null; return false; }
        }

        return true;
    }

    /// <summary>A whole number there; null when there is none.</summary>
    public long? Number(JsonMap root)
        => TryGet(root, out var value) && value is JsonNumber number && long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;

    /// <summary>Writes a value, making the objects on the way; false when something else stands there.</summary>
    public bool TrySet(JsonMap root, object? value)
    {
        var map = root;
        for (var index = 0; index < _names.Length - 1; index++)
        {
            if (!map.TryGetValue(_names[index], out var next) || next is null) { map[_names[index]] = next = new JsonMap(); }
            if (next is not JsonMap below) { return false; }
            map = below;
        }

        map[_names[^1]] = value;
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => Text;
}
