using k8s.Models;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;
using Orch.Serialization;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>Which rules a definition's schemas have to keep: one that is stored against a rule may stay against it.</summary>
/// <param name="Schemas">Every version has a schema.</param>
/// <param name="Structural">Schemas are structural even where everything is preserved.</param>
/// <param name="Types">Types are known ones.</param>
/// <param name="PrunedDefaults">Defaults hold nothing that is unknown.</param>
/// <param name="AtomicSets">What sets hold is atomic.</param>
/// <param name="Keys">Keys of map lists are there, and nothing in sets and map lists may be null.</param>
internal sealed record SchemaStrictness(bool Schemas, bool Structural, bool Types, bool PrunedDefaults, bool AtomicSets, bool Keys)
{
    /// <summary>Of new definitions.</summary>
    public static SchemaStrictness All { get; } = new(true, true, true, true, true, true);

    /// <summary>Of a change to what is stored.</summary>
    /// <param name="old">Null for a new definition.</param>
    public static SchemaStrictness For(V1CustomResourceDefinition? old)
    {
        if (old is null) { return All; }
        var schemas = (old.Spec?.Versions ?? []).Select(static version => version.Schema?.OpenAPIV3Schema is { } schema ? (JsonMap)JsonTree.Read(ApiJson.Serialize(schema))! : null).ToList();
        return new SchemaStrictness(
            Schemas: !schemas.Contains(null),
            Structural: schemas.TrueForAll(static schema => schema is null || Finds(schema, StructuralRules.Validate) == 0),
            Types: !schemas.Exists(static schema => SchemaWalk.Has(schema, static at => SchemaCompiler.Text(at, "type") is { Length: > 0 } type && !OpenApiRules.IsType(type))),
            PrunedDefaults: !schemas.Exists(static schema => SchemaWalk.HasDefault(schema) && DefaultRules.HasUnpruned(schema!)),
            AtomicSets: !schemas.Exists(static schema => SchemaWalk.Has(schema, static at => Finds(at, OpenApiRules.SetItems) > 0)),
            Keys: !schemas.Exists(static schema => SchemaWalk.Has(schema, static at => Finds(at, OpenApiRules.KeysOfItems) > 0)));
    }

    private static int Finds(JsonMap schema, Action<JsonMap, FieldPath, FieldErrors> rule)
    {
        var errors = new FieldErrors();
        rule(schema, FieldPath.Of("schema"), errors);
        return errors.Count;
    }
}
