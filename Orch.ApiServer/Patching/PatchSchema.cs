using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Patching;

/// <summary>What strategic merge needs to know about a place in an object; a place without a schema merges maps and replaces lists.</summary>
/// <param name="Value">Null where nothing is known.</param>
/// <param name="Facts">How patches treat the place.</param>
internal readonly record struct PatchSchema(ValueSchema? Value, PropertyFacts Facts)
{
    /// <summary>The place of a field of an object or map that has this schema.</summary>
    public static PatchSchema Of(ValueSchema? parent, string field)
    {
        if (parent?.Kind == ValueKind.Map) { return new PatchSchema(parent.Element, PropertyFacts.None); }
        return parent?.Object?.Find(field) is { } property ? new PatchSchema(property.Value, property.Facts) : new PatchSchema(null, PropertyFacts.None);
    }
}
