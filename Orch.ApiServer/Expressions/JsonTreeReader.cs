using Orch.ApiServer.Json;
using Orch.Cel.Json;

namespace Orch.ApiServer.Expressions;

/// <summary>Lets expressions read trees of <see cref="JsonMap"/> as they are.</summary>
internal sealed class JsonTreeReader : CelJsonReader<object?>
{
    private JsonTreeReader()
    {
    }

    /// <summary>The one instance; it keeps no state.</summary>
    public static JsonTreeReader Instance { get; } = new();

    public override CelNodeKind KindOf(object? node) => node switch
    {
        null => CelNodeKind.Null,
        true => CelNodeKind.True,
        false => CelNodeKind.False,
        string => CelNodeKind.String,
        JsonNumber => CelNodeKind.Number,
        JsonList => CelNodeKind.Array,
        _ => CelNodeKind.Object,
    };

    public override string Text(object? node) => (string)node!;

    public override ReadOnlySpan<char> Number(object? node) => ((JsonNumber)node!).Text;

    public override int Count(object? node) => node is JsonList list ? list.Count : ((JsonMap)node!).Count;

    public override object? Item(object? node, int index) => ((JsonList)node!)[index];

    public override bool TryGetMember(object? node, string name, out object? member) => ((JsonMap)node!).TryGetValue(name, out member);

    public override IEnumerable<string> Names(object? node) => ((JsonMap)node!).Keys;
}
