using System.Globalization;

namespace Orch.ApiServer.Json;

/// <summary>A JSON number as it was written; equal by value.</summary>
internal sealed class JsonNumber(string text) : IEquatable<JsonNumber>
{
    public string Text { get; } = text;

    public bool Equals(JsonNumber? other)
    {
        if (other is null) { return false; }
        if (Text == other.Text) { return true; }
        if (Int128.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var left)
            && Int128.TryParse(other.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var right))
        {
            return left == right;
        }

        return AsDouble() is { } mine && other.AsDouble() is { } theirs && mine.Equals(theirs);
    }

    public override bool Equals(object? obj) => Equals(obj as JsonNumber);

    public override int GetHashCode() => AsDouble()?.GetHashCode() ?? 0;

    public override string ToString() => Text;

    private double? AsDouble()
        => double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !double.IsInfinity(value) ? value : null;
}
