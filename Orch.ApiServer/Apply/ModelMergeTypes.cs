using System.Collections.Concurrent;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Apply;

/// <summary>Merge types of the client's models, made on first use from their schemas. Safe for concurrent use.</summary>
/// <remarks>As upstream derives them from its published OpenAPI document.</remarks>
internal sealed class ModelMergeTypes(ModelSchemas schemas)
{
    private readonly ConcurrentDictionary<Type, MergeType> _byModel = new();
    private readonly ConcurrentDictionary<(ObjectSchema, bool), MergeType> _byDefinition = new();

    /// <summary>Of a resource's objects.</summary>
    public MergeType Of(ResourceDeclaration declaration) => declaration is IMergeTyped typed ? typed.MergeTypeWith(Of(typeof(k8s.Models.V1ObjectMeta))) : Of(declaration.ObjectType);

    /// <summary>Of a model such as <see cref="k8s.Models.V1Pod"/>.</summary>
    public MergeType Of(Type model) => _byModel.TryGetValue(model, out var known) ? known : _byModel.GetOrAdd(model, Of(schemas.For(model), isAtomic: false));

    private MergeType Of(ObjectSchema schema, bool isAtomic)
        => _byDefinition.GetOrAdd((schema, isAtomic || schema.MapType == "atomic"), static (key, self) => self.Make(key.Item1, key.Item2), this);

    private MergeType Make(ObjectSchema schema, bool isAtomic)
    {
        var fields = new List<MergeField>(schema.Properties.Count);
        foreach (var property in schema.Properties)
        {
            var isInEmpty = property.Facts.Required || EmptyObjects.Has(schema.ShortName, property);
            fields.Add(new MergeField(property.Name, () => Of(property.Value, property.Facts, schema, property.Name)) { IsInEmpty = isInEmpty });
        }

        foreach (var name in schema.Dropped) { fields.Add(new MergeField(name, static () => MergeType.Free)); }
        return MergeType.Struct(fields, isAtomic);
    }

    private MergeType Of(ValueSchema value, PropertyFacts facts, ObjectSchema owner, string name)
    {
        switch (value.Kind)
        {
            case ValueKind.String or ValueKind.Bytes: return MergeType.String;
            case ValueKind.Int32 or ValueKind.Int64 or ValueKind.Double: return MergeType.Number;
            case ValueKind.Boolean: return MergeType.Boolean;
            case ValueKind.Object: return Of(value.Object!, facts.MapType == "atomic");
            case ValueKind.Map: return MergeType.MapOf(Of(value.Element!, PropertyFacts.None, owner, name), facts.MapType == "atomic");
            case ValueKind.List: return OfList(value, facts, owner, name);
            case ValueKind.Free: return facts.MapType == "atomic" ? MergeType.MapOf(MergeType.Free, isAtomic: true) : MergeType.Free;
            default: return MergeType.AnyScalar;
        }
    }

    private MergeType OfList(ValueSchema value, PropertyFacts facts, ObjectSchema owner, string name)
    {
        var element = Of(value.Element!, PropertyFacts.None, owner, name);
        if (facts.ListType == "map") { return MergeType.Keyed(element, [.. facts.ListMapKeys.Select(key => new MergeKey(key, DefaultOf(owner, name, key)))]); }
        if (facts.ListType == "set") { return MergeType.Set(element); }
        if (facts.ListType.Length > 0 || !facts.Merges) { return MergeType.AtomicList(element); }
        return facts.MergeKey.Length > 0 ? MergeType.Keyed(element, new MergeKey(facts.MergeKey, DefaultOf(owner, name, facts.MergeKey))) : MergeType.Set(element);
    }

    // The only defaults of keys that the published document has.
    private static string? DefaultOf(ObjectSchema owner, string list, string key)
        => key == "protocol" && list == "ports" && owner.ShortName is ("Container" or "EphemeralContainer" or "ServiceSpec") ? "\"TCP\"" : null;
}
