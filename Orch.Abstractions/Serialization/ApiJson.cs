using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orch.Serialization;

/// <summary>JSON of API objects, as the API server stores and sends it.</summary>
/// <remarks>
/// Nulls are left out, unknown members are ignored, times are RFC 3339 in UTC (whole seconds; six digits where upstream has a
/// <c>MicroTime</c>), quantities are canonical. Safe for concurrent use.
/// </remarks>
public static class ApiJson
{
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = MaxDepth,
    };

    private static readonly JsonSerializerOptions ContentOptions = Create(omitEmptyCollections: true);

    private const int MaxDepth = 512;

    /// <summary>The options behind every method; frozen.</summary>
    public static JsonSerializerOptions Options { get; } = Create(omitEmptyCollections: false);

    /// <summary>UTF-8 JSON of an object.</summary>
    public static byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <summary>UTF-8 JSON of an object of a type known at run time.</summary>
    public static byte[] Serialize(object value, Type type) => JsonSerializer.SerializeToUtf8Bytes(value, type, Options);

    /// <summary>Appends UTF-8 JSON to a buffer.</summary>
    public static void Serialize(IBufferWriter<byte> output, object value, Type type)
    {
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        JsonSerializer.Serialize(writer, value, type, Options);
    }

    /// <summary>Writes an object as the next value.</summary>
    public static void Serialize(Utf8JsonWriter writer, object value, Type type) => JsonSerializer.Serialize(writer, value, type, Options);

    /// <summary>Reads an object.</summary>
    /// <exception cref="JsonException">It is not JSON, not of this shape, or the literal <c>null</c>.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> utf8Json)
        => JsonSerializer.Deserialize<T>(utf8Json, Options) ?? throw new JsonException("null is not an object");

    /// <summary>Reads an object of a type known at run time.</summary>
    /// <exception cref="JsonException">It is not JSON, not of this shape, or the literal <c>null</c>.</exception>
    public static object Deserialize(ReadOnlySpan<byte> utf8Json, Type type)
        => JsonSerializer.Deserialize(utf8Json, type, Options) ?? throw new JsonException("null is not an object");

    /// <summary>A copy that shares nothing mutable with the original; the copy may be changed freely.</summary>
    public static T DeepCopy<T>(T value)
        where T : class => (T)ObjectCopier.Copy(value);

    /// <summary>Whether two objects say the same: by content, where an empty list or map is as good as none.</summary>
    /// <remarks>The models' own equality compares lists and maps by reference.</remarks>
    public static bool ContentEquals<T>(T? left, T? right)
        where T : class
    {
        if (ReferenceEquals(left, right)) { return true; }
        if (left is null || right is null) { return false; }
        var first = JsonSerializer.SerializeToElement(left, ContentOptions);
        var second = JsonSerializer.SerializeToElement(right, ContentOptions);
        return JsonElement.DeepEquals(first, second);
    }

    private static JsonSerializerOptions Create(bool omitEmptyCollections)
    {
        var options = new JsonSerializerOptions
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = MaxDepth,
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            TypeInfoResolver = ModelTypeInfo.Resolver(omitEmptyCollections),
            Converters =
            {
                new SharedTextConverter(),
                new TimeConverter(),
                new QuantityConverter(),
                new IntOrStringConverter(),
                new Base64Converter(),
            },
        };
        options.MakeReadOnly();
        return options;
    }
}
