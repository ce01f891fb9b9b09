using System.Text;

namespace Orch.ApiServer.Schema;

/// <summary>One property of an object type.</summary>
internal sealed class PropertySchema
{
    public PropertySchema(string name, ValueSchema value, PropertyFacts facts)
    {
        Name = name;
        Utf8Name = Encoding.UTF8.GetBytes(name);
        Value = value;
        Facts = facts;
    }

    public string Name { get; }

    public byte[] Utf8Name { get; }

    public ValueSchema Value { get; }

    /// <summary>What the models lack.</summary>
    public PropertyFacts Facts { get; }

    /// <summary>Position in the type; for noticing duplicates.</summary>
    public int Ordinal { get; init; }

    /// <summary>The model's member, for its documentation; null for a type without a model.</summary>
    public string? MemberName { get; init; }
}
