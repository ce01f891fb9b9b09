using System.Text;

namespace Orch.ApiServer.Apply;

/// <summary>A declared field of a struct.</summary>
internal sealed class MergeField
{
    private readonly Func<MergeType> _source;
    private MergeType? _type;

    /// <param name="type">Called once, on first use, so that types may contain themselves.</param>
    public MergeField(string name, Func<MergeType> type)
    {
        Name = name;
        Utf8Name = Encoding.UTF8.GetBytes(name);
        Element = PathElement.OfField(Utf8Name);
        _source = type;
    }

    public MergeField(string name, MergeType type)
        : this(name, () => type)
    {
    }

    public string Name { get; }

    public byte[] Utf8Name { get; }

    /// <summary>The field in a path.</summary>
    public byte[] Element { get; }

    public MergeType Type => _type ??= _source();

    /// <summary>Whether an object without content has the field all the same, as Go writes structs and what is not left out when empty.</summary>
    public bool IsInEmpty { get; init; }
}
