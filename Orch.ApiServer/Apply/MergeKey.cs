using System.Text;

namespace Orch.ApiServer.Apply;

/// <summary>A field that tells the items of a list apart.</summary>
internal sealed class MergeKey(string name, string? defaultJson = null)
{
    public string Name { get; } = name;

    public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(name);

    /// <summary>JSON of the value where an item does not say; null for none.</summary>
    public byte[]? Default { get; } = defaultJson is null ? null : Encoding.UTF8.GetBytes(defaultJson);
}
