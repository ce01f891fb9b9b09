using System.Text;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Patching;

/// <summary>Values as Go's <c>%v</c> prints them; they stand in messages about patches.</summary>
internal static class GoText
{
    /// <summary>What Go's decoder calls the JSON type.</summary>
    public static string TypeOf(object? value) => value switch
    {
        null => "null",
        bool => "bool",
        string => "string",
        JsonNumber => "number",
        JsonList => "array",
        _ => "object",
    };

    /// <summary>The type that Go's decoder makes of a value, as <c>%s</c> prints it.</summary>
    public static string GoTypeOf(object? value) => value switch
    {
        null => "%!s(<nil>)",
        bool => "bool",
        string => "string",
        JsonNumber number => long.TryParse(number.Text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out _) ? "int64" : "float64",
        JsonList => "[]interface {}",
        _ => "map[string]interface {}",
    };

    /// <summary>For example <c>map[spec:map[replicas:3]]</c>.</summary>
    public static string Show(object? value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null: text.Append("<nil>"); break;
            case bool flag: text.Append(flag ? "true" : "false"); break;
            case JsonMap map:
                text.Append("map[");
                var first = true;
                foreach (var (key, item) in map.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                {
                    if (!first) { text.Append(' '); }
                    first = false;
                    text.Append(key).Append(':');
                    Append(text, item);
                }

                text.Append(']');
                break;
            case JsonList list:
                text.Append('[');
                for (var index = 0; index < list.Count; index++)
                {
                    if (index > 0) { text.Append(' '); }
                    Append(text, list[index]);
                }

                text.Append(']');
                break;
            default: text.Append(value); break;
        }
    }
}
