using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Orch.ApiServer.Json;

/// <summary>Reads, writes, copies and compares trees of <see cref="JsonMap"/>.</summary>
internal static class JsonTree
{
    /// <summary>Deeper documents are refused everywhere.</summary>
    public const int MaxDepth = 500;

    public static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth * 2,
        SkipValidation = true,
    };

    /// <summary>Reads a document; of duplicate keys the last one counts.</summary>
    /// <param name="duplicates">Given, takes the full path of every key that stands twice.</param>
    /// <exception cref="JsonException">It is not JSON, or too deep.</exception>
    public static object? Read(ReadOnlySpan<byte> utf8Json, List<string>? duplicates = null)
    {
        if (!Utf8.IsValid(utf8Json)) { utf8Json = ReplaceInvalid(utf8Json); }
        var reader = new Utf8JsonReader(utf8Json, ReaderOptions);
        reader.Read();
        var value = ReadValue(ref reader, duplicates, string.Empty);
        if (reader.Read()) { throw new JsonException("there is more after the document"); }
        return value;
    }

    /// <summary>Reads the value that the reader stands on; it ends on the value's last token.</summary>
    public static object? Read(ref Utf8JsonReader reader) => ReadValue(ref reader, null, string.Empty);

    /// <summary>Writes with the keys of every map in order, so that equal trees have equal bytes.</summary>
    public static void WriteSorted(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case JsonMap map:
                writer.WriteStartObject();
                WriteMembersSorted(writer, map);
                writer.WriteEndObject();
                break;
            case JsonList list:
                writer.WriteStartArray();
                foreach (var item in list) { WriteSorted(writer, item); }
                writer.WriteEndArray();
                break;
            default: Write(writer, value); break;
        }
    }

    /// <summary>Writes the members of a map in order, without its braces.</summary>
    public static void WriteMembersSorted(Utf8JsonWriter writer, JsonMap map)
    {
        if (IsSorted(map))
        {
            foreach (var (key, item) in map) { writer.WritePropertyName(key); WriteSorted(writer, item); }
            return;
        }

        foreach (var (key, item) in map.OrderBy(static pair => pair.Key, StringComparer.Ordinal)) { writer.WritePropertyName(key); WriteSorted(writer, item); }
    }

    public static byte[] Write(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        Write(buffer, value);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(IBufferWriter<byte> output, object? value)
    {
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        Write(writer, value);
    }

    public static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case string text: writer.WriteStringValue(text); break;
            case JsonNumber number: writer.WriteRawValue(number.Text, skipInputValidation: true); break;
            case JsonMap map:
                writer.WriteStartObject();
                foreach (var (key, item) in map)
                {
                    writer.WritePropertyName(key);
                    Write(writer, item);
                }

                writer.WriteEndObject();
                break;
            case JsonList list:
                writer.WriteStartArray();
                foreach (var item in list) { Write(writer, item); }
                writer.WriteEndArray();
                break;
            default: throw new ArgumentException($"{value.GetType()} is no JSON value.", nameof(value));
        }
    }

    /// <summary>Copies maps and lists, shares scalars.</summary>
    public static object? Copy(object? value)
    {
        switch (value)
        {
            case JsonMap map:
                var mapCopy = new JsonMap();
                foreach (var (key, item) in map) { mapCopy.Add(key, Copy(item)); }
                return mapCopy;
            case JsonList list:
                var listCopy = new JsonList();
                foreach (var item in list) { listCopy.Add(Copy(item)); }
                return listCopy;
            default: return value;
        }
    }

    /// <summary>Equal by content; the order of keys does not count.</summary>
    public static new bool Equals(object? left, object? right)
    {
        switch (left, right)
        {
            case (JsonMap a, JsonMap b):
                if (a.Count != b.Count) { return false; }
                foreach (var (key, item) in a)
                {
                    if (!b.TryGetValue(key, out var other) || !Equals(item, other)) { return false; }
                }

                return true;
            case (JsonList a, JsonList b):
                if (a.Count != b.Count) { return false; }
                for (var index = 0; index < a.Count; index++)
                {
                    if (!Equals(a[index], b[index])) { return false; }
                }

                return true;
            default: return object.Equals(left, right);
        }
    }

    /// <summary>The text of a string or property name; lone surrogates become U+FFFD, as in Go.</summary>
    public static string GetString(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) { return Encoding.UTF8.GetString(reader.ValueSpan); }
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescape(reader.ValueSpan);
        }
    }

    /// <summary>The bytes with every malformed sequence replaced.</summary>
    public static byte[] ReplaceInvalid(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));

    private static bool IsSorted(JsonMap map)
    {
        for (var index = 1; index < map.Count; index++)
        {
            if (string.CompareOrdinal(map.GetAt(index - 1).Key, map.GetAt(index).Key) > 0) { return false; }
        }

        return true;
    }

    private static object? ReadValue(ref Utf8JsonReader reader, List<string>? duplicates, string path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null: return null;
            case JsonTokenType.True: return true;
            case JsonTokenType.False: return false;
            case JsonTokenType.String: return GetString(ref reader);
            case JsonTokenType.Number: return new JsonNumber(Encoding.UTF8.GetString(reader.ValueSpan));
            case JsonTokenType.StartArray:
                var list = new JsonList();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Add(ReadValue(ref reader, duplicates, duplicates is null ? path : $"{path}[{list.Count}]"));
                }

                return list;
            default:
                var map = new JsonMap();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = GetString(ref reader);
                    reader.Read();
                    var childPath = duplicates is null ? path : path.Length == 0 ? key : $"{path}.{key}";
                    if (duplicates is { Count: < 100 } && map.ContainsKey(key)) { duplicates.Add($"duplicate field \"{childPath}\""); }
                    map[key] = ReadValue(ref reader, duplicates, childPath);
                }

                return map;
        }
    }

    private static string Unescape(ReadOnlySpan<byte> escaped)
    {
        var text = new StringBuilder(escaped.Length);
        var source = Encoding.UTF8.GetString(escaped);
        for (var index = 0; index < source.Length; index++)
        {
            if (source[index] != '\\') { text.Append(source[index]); continue; }
            var code = source[++index];
            if (code != 'u') { text.Append(code switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => code }); continue; }
            text.Append((char)Convert.ToUInt16(source.Substring(index + 1, 4), 16));
            index += 4;
        }

        // Encoding replaces what does not pair.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
