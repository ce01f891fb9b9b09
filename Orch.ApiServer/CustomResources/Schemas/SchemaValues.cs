using System.Globalization;
using System.Text.Json;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>Values of a tree as schemas see them.</summary>
internal static class SchemaValues
{
    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = JsonTree.MaxDepth };

    /// <summary>The schema's name for the type of a value.</summary>
    public static string TypeOf(object? value) => value switch
    {
        null => "null",
        string => "string",
        bool => "boolean",
        JsonNumber number => IsWhole(number) ? "integer" : "number",
        JsonList => "array",
        _ => "object",
    };

    /// <summary>Whether a number is written as a 64-bit integer, as Go's decoder takes it.</summary>
    public static bool IsWhole(JsonNumber number) => long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    /// <summary>The number as a double; infinite when it is too large.</summary>
    public static double ToDouble(JsonNumber number) => double.Parse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>Whether a number has no fraction, however it is written.</summary>
    public static bool IsIntegral(JsonNumber number) => IsWhole(number) || (ToDouble(number) is var value && double.IsFinite(value) && Math.Floor(value) == value);

    /// <summary>As field errors show it.</summary>
    public static object? Shown(object? value) => value switch
    {
        null => null,
        string or bool => value,
        JsonNumber number when long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        JsonNumber number => ToDouble(number),
        _ => JsonSerializer.Deserialize<JsonElement>(Sorted(value), Deep),
    };

    private static byte[] Sorted(object value)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { MaxDepth = JsonTree.MaxDepth * 2, SkipValidation = true })) { JsonTree.WriteSorted(writer, value); }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A number of a schema as Go prints it.</summary>
    public static string Text(double value)
        => Math.Abs(value) < 1e21 && Math.Floor(value) == value ? value.ToString("F0", CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>JSON of a value.</summary>
    public static string Json(object? value) => System.Text.Encoding.UTF8.GetString(JsonTree.Write(value));
}
