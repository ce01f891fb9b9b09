using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using k8s.Models;
using Orch.Resources;

namespace Orch.Serialization;

/// <summary>A number or a string; the model keeps only the text, so digits alone are written as a number unless they were read as a string.</summary>
internal sealed class IntOrStringConverter : JsonConverter<IntOrString>
{
    public override IntOrString? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => Text(reader.GetString()!),
        JsonTokenType.Number when reader.TryGetInt32(out var number) => number,
        _ => throw new JsonException("must be a 32-bit integer or a string"),
    };

    // Both are made here: the model's own conversions would make a text of the one and something new of that.
    private static IntOrString Text(string text)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) { return new QuotedNumber(text); }
        return text;
    }

    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        if (!value.IsQuoted()
            && int.TryParse(value.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number.ToString(CultureInfo.InvariantCulture) == value.Value)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(value.Value ?? string.Empty);
        }
    }
}
