using System.Text.Json;
using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Autoscaling;

/// <summary>Reads values out of JSON that clients wrote into annotations, the way Go does: names in any case, other shapes are faults.</summary>
internal static class JsonText
{
    /// <summary>A member by name, or null.</summary>
    /// <exception cref="JsonException">This is no object.</exception>
    public static JsonElement? Find(JsonElement element, string name)
    {
        if (element.ValueKind == JsonValueKind.Null) { return null; }
        if (element.ValueKind != JsonValueKind.Object) { throw new JsonException("an object is needed"); }
        foreach (var member in element.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) { return member.Value.ValueKind == JsonValueKind.Null ? null : member.Value; }
        }

        return null;
    }

    /// <summary>A text, or null.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static string? Text(JsonElement? element)
        => element is not { } value ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : throw new JsonException("a text is needed");

    /// <summary>A number, or null.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static int? Number(JsonElement? element)
        => element is not { } value ? null : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw new JsonException("a number is needed");

    /// <summary>A quantity, or null.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static ResourceQuantity? Quantity(JsonElement? element)
    {
        if (element is not { } value) { return null; }
        var text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(value)!;
        return Quantities.TryParse(text, out var quantity, out var error) ? quantity : throw new JsonException(error);
    }

    /// <summary>A label selector, or null.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static V1LabelSelector? Selector(JsonElement? element)
        => element is { } value ? JsonSerializer.Deserialize<V1LabelSelector>(value, Serialization.ApiJson.Options) : null;
}
