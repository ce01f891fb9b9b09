using System.Text.Json;

namespace Orch.Cel.Json;

/// <summary>Lets expressions read <see cref="JsonElement"/>s.</summary>
public sealed class CelJsonElement : CelJsonReader<JsonElement>
{
    private CelJsonElement()
    {
    }

    /// <summary>The one instance; it keeps no state.</summary>
    public static CelJsonElement Reader { get; } = new();

    /// <inheritdoc/>
    public override CelNodeKind KindOf(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.True => CelNodeKind.True,
        JsonValueKind.False => CelNodeKind.False,
        JsonValueKind.String => CelNodeKind.String,
        JsonValueKind.Number => CelNodeKind.Number,
        JsonValueKind.Array => CelNodeKind.Array,
        JsonValueKind.Object => CelNodeKind.Object,
        _ => CelNodeKind.Null,
    };

    /// <inheritdoc/>
    public override string Text(JsonElement node) => node.GetString()!;

    /// <inheritdoc/>
    public override ReadOnlySpan<char> Number(JsonElement node) => node.GetRawText();

    /// <inheritdoc/>
    public override int Count(JsonElement node) => node.ValueKind == JsonValueKind.Array ? node.GetArrayLength() : node.GetPropertyCount();

    /// <inheritdoc/>
    public override JsonElement Item(JsonElement node, int index) => node[index];

    /// <inheritdoc/>
    public override bool TryGetMember(JsonElement node, string name, out JsonElement member) => node.TryGetProperty(name, out member);

    /// <inheritdoc/>
    public override IEnumerable<string> Names(JsonElement node) => node.EnumerateObject().Select(property => property.Name);
}
