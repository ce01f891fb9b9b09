namespace Orch.ApiServer.Json;

/// <summary>A JSON array that can be changed; values as in <see cref="JsonMap"/>.</summary>
internal sealed class JsonList : List<object?>
{
    public JsonList()
    {
    }

    public JsonList(IEnumerable<object?> items)
        : base(items)
    {
    }
}
