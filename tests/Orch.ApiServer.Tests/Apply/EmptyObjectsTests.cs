using System.Text;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Schema;
using Orch.Testing.Snapshots;

namespace Orch.ApiServer.Tests.Apply;

/// <summary>What an object without content has, over the schemas of all kinds.</summary>
/// <remarks>
/// No schema says it: the published document tells which fields are required, not which of the others Go writes all the same. So a person decides once for each
/// optional object, list and map that is reached from a kind, and this test finds those about which nobody has decided: a new field shows up in the list.
/// </remarks>
public sealed class EmptyObjectsTests
{
    [Fact]
    public Task EveryFieldThatIsReached_IsDecidedUpon() => Verifier.Verify(Decisions());

    // One of core and one of events.k8s.io are both called Event.
    [Fact]
    public void EveryEntry_IsOfAnOptionalFieldThatIsReached()
        => Assert.Empty(EmptyObjects.Entries.Except(Reached().SelectMany(static schema => schema.Properties.Where(static property => !property.Facts.Required).Select(property => (schema.ShortName, property.Name)))));

    private static string Decisions()
    {
        var lines = new StringBuilder();
        foreach (var schema in Reached().OrderBy(static schema => schema.DefinitionName, StringComparer.Ordinal))
        {
            var optional = schema.Properties.Where(static property => !property.Facts.Required).ToList();
            var written = optional.Where(property => EmptyObjects.Has(schema.ShortName, property)).Select(static property => property.Name).ToList();
            var absent = optional.Where(static property => property.Value.Kind is ValueKind.Object or ValueKind.List or ValueKind.Map).Select(static property => property.Name).Except(written, StringComparer.Ordinal).ToList();
            if (written.Count + absent.Count > 0) { lines.Append(schema.DefinitionName).Append(": written ").AppendJoin(' ', written).Append("; absent ").AppendJoin(' ', absent).Append('\n'); }
        }

        return lines.ToString();
    }

    // Through what an empty object has.
    private static HashSet<ObjectSchema> Reached()
    {
        var schemas = new ModelSchemas();
        var reached = new HashSet<ObjectSchema>();
        var next = new Stack<ObjectSchema>(BuiltInResources.All().Select(declaration => schemas.For(declaration.ObjectType)));
        while (next.TryPop(out var schema))
        {
            // Metadata are empty wherever they stand.
            if (schema.ShortName == "ObjectMeta" || !reached.Add(schema)) { continue; }
            foreach (var property in schema.Properties)
            {
                if (property.Value.Kind == ValueKind.Object && (property.Facts.Required || EmptyObjects.Has(schema.ShortName, property))) { next.Push(property.Value.Object!); }
            }
        }

        return reached;
    }
}
