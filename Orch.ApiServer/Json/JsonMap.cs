namespace Orch.ApiServer.Json;

/// <summary>A JSON object that can be changed, in order of insertion.</summary>
/// <remarks>
/// A value is null, a <see cref="bool"/>, a <see cref="string"/>, a <see cref="JsonNumber"/>, a <see cref="JsonList"/> or a <see cref="JsonMap"/>.
/// </remarks>
internal sealed class JsonMap : OrderedDictionary<string, object?>
{
    public JsonMap()
        : base(StringComparer.Ordinal)
    {
    }
}
