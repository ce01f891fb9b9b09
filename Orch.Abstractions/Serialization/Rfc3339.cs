using System.Globalization;
using System.Text.Json;

namespace Orch.Serialization;

/// <summary>Times as Go's encoding writes and reads them.</summary>
internal static class Rfc3339
{
    public const string Seconds = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public const string Microseconds = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public static DateTime Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) { return default; }
        if (reader.TokenType != JsonTokenType.String) { throw new JsonException("a time must be a string"); }
        // The framework's parser takes exactly RFC 3339 and more; a time without an offset is refused as upstream does.
        if (reader.TryGetDateTimeOffset(out var parsed) && HasOffset(ref reader)) { return parsed.UtcDateTime; }
        throw new JsonException($"parsing time \"{reader.GetString()}\": not RFC 3339, such as 2006-01-02T15:04:05Z");
    }

    public static void Write(Utf8JsonWriter writer, DateTime value, string format)
    {
        // Go writes its zero time as null.
        if (value == default) { writer.WriteNullValue(); return; }
        var utc = value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value;
        Span<char> text = stackalloc char[32];
        utc.TryFormat(text, out var written, format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..written]);
    }

    private static bool HasOffset(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped)
        {
            var text = reader.GetString()!;
            return text.EndsWith('Z') || text.AsSpan(Math.Min(text.Length, 10)).IndexOfAny('+', '-') >= 0;
        }

        var span = reader.ValueSpan;
        return span.Length > 10 && (span[^1] == (byte)'Z' || span[10..].IndexOfAny((byte)'+', (byte)'-') >= 0);
    }
}
