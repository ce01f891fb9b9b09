using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>A text that two values share exactly when they are equal; for finding twins without comparing each with each.</summary>
internal static class CanonicalText
{
    /// <summary>Keys in order, numbers by value.</summary>
    public static string Of(object? value)
    {
        switch (value)
        {
            case string text: return "\"" + text;
            case JsonNumber number: return Number(number);
            case JsonMap or JsonList:
                var output = new ArrayBufferWriter<byte>(128);
                using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { MaxDepth = JsonTree.MaxDepth * 2, SkipValidation = true })) { JsonTree.WriteSorted(writer, WithPlainNumbers(value)); }
                return Encoding.UTF8.GetString(output.WrittenSpan);
            default: return value is null ? "null" : value is true ? "true" : "false";
        }
    }

    private static object? WithPlainNumbers(object? value)
    {
        switch (value)
        {
            case JsonNumber number: return new JsonNumber(Number(number));
            case JsonMap map:
                var copy = new JsonMap();
                foreach (var (key, item) in map) { copy.Add(key, WithPlainNumbers(item)); }
                return copy;
            case JsonList list: return new JsonList(list.Select(WithPlainNumbers));
            default: return value;
        }
    }

    private static string Number(JsonNumber number)
    {
        if (long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) { return whole.ToString(CultureInfo.InvariantCulture); }
        var value = SchemaValues.ToDouble(number);
        return double.IsFinite(value) && Math.Abs(value) < 9e15 && Math.Floor(value) == value ? ((long)value).ToString(CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);
    }
}
