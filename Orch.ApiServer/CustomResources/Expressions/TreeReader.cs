using Orch.ApiServer.Json;
using Orch.Cel.Json;

namespace Orch.ApiServer.CustomResources.Expressions;

/// <summary>Lets expressions read trees as they are.</summary>
internal sealed class TreeReader : CelJsonReader<object?>
{
    private TreeReader()
    {
    }

    /// <summary>The one instance; it keeps no state.</summary>
    public static TreeReader Instance { get; } = new();

    /// <inheritdoc />
    public override CelNodeKind KindOf(object? node) => node switch
    {
        null => CelNodeKind.Null,
        bool flag => flag ? CelNodeKind.True : CelNodeKind.False,
        string => CelNodeKind.String,
        JsonNumber => CelNodeKind.Number,
        JsonList => CelNodeKind.Array,
        _ => CelNodeKind.Object,
    };

    /// <inheritdoc />
    public override string Text(object? node) => (string)node!;

    /// <inheritdoc />
    public override ReadOnlySpan<char> Number(object? node) => ((JsonNumber)node!).Text;

    /// <inheritdoc />
    public override int Count(object? node) => node is JsonList list ? list.Count : ((JsonMap)node!).Count;

    /// <inheritdoc />
    public override object? Item(object? node, int index) => ((JsonList)node!)[index];

    /// <inheritdoc />
    public override bool TryGetMember(object? node, string name, out object? member) => ((JsonMap)node!).TryGetValue(name, out member);

    /// <inheritdoc />
    public override IEnumerable<string> Names(object? node) => ((JsonMap)node!).Keys;
}
