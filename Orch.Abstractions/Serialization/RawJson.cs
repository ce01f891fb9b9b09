using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orch.Serialization;

/// <summary>Well-formed JSON that is passed on as it is: what <c>fieldsV1</c> of a managed fields entry holds. Immutable; equal by its bytes.</summary>
[JsonConverter(typeof(Converter))]
public sealed class RawJson : IEquatable<RawJson>
{
    private readonly byte[] _utf8;

    /// <param name="utf8">UTF-8 of one JSON value without white space around it; never changed from now on.</param>
    public RawJson(byte[] utf8) => _utf8 = utf8;

    /// <summary>UTF-8 of the value.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8;

    /// <inheritdoc />
    public bool Equals(RawJson? other) => other is not null && (ReferenceEquals(this, other) || _utf8.AsSpan().SequenceEqual(other._utf8));

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as RawJson);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_utf8);
        return hash.ToHashCode();
    }

    /// <summary>The text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_utf8);

    internal static RawJson ReadFrom(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray());
    }

    internal void WriteTo(Utf8JsonWriter writer) => writer.WriteRawValue(_utf8, skipInputValidation: true);

    private sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ReadFrom(ref reader);

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) => value.WriteTo(writer);
    }
}
