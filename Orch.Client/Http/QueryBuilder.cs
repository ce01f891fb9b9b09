using System.Globalization;
using System.Text;

namespace Orch.Client.Http;

/// <summary>Query parameters; those with nothing to say are left out.</summary>
internal struct QueryBuilder
{
    private StringBuilder? _text;

    public QueryBuilder Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) { return this; }
        _text ??= new StringBuilder();
        _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public QueryBuilder Add(string name, long value) => value == 0 ? this : Add(name, value.ToString(CultureInfo.InvariantCulture));

    public override readonly string ToString() => _text?.ToString() ?? string.Empty;
}
