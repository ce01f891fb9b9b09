using System.Text;
using System.Text.Json;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>Reads annotations that hold JSON as Go does, in whose words their faults are told.</summary>
internal static class AnnotationJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>Reads a text; a fault comes back instead where it is no JSON.</summary>
    public static JsonElement? Read(string text, out string? fault)
    {
        try
        {
            fault = null;
            return JsonElement.Parse(text, Options);
        }
        catch (JsonException)
        {
            fault = GoSyntax.FaultOf(Encoding.UTF8.GetBytes(text)) ?? "exceeded max depth";
            return null;
        }
    }

    /// <summary>What is said of a value of the wrong type.</summary>
    /// <param name="place">Such as <c>Go struct field Toleration.key of type string</c>.</param>
    public static string WrongType(JsonElement value, string place) => $"json: cannot unmarshal {NameOf(value)} into {place}";

    /// <summary>A field, whatever the case of its name; the last one counts. Null counts as absent.</summary>
    public static JsonElement? Field(JsonElement value, string name)
    {
        JsonElement? found = null;
        foreach (var property in value.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase) && property.Value.ValueKind != JsonValueKind.Null) { found = property.Value; }
        }

        return found;
    }

    private static string NameOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        _ => "bool",
    };
}
