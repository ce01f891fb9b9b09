using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using Orch.ApiServer.Kinds.ApiExtensions;
using Orch.ApiServer.Validation;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.CustomResources.Definitions;

/// <summary>Definitions as tables of cases write them, checked without a server.</summary>
internal static class DefinitionCase
{
    private static readonly CustomResourceDefinitionDeclaration Declaration = new();

    /// <summary>What is wrong with a new definition that differs from <see cref="Crds.Widgets"/> in some places.</summary>
    /// <param name="changes">Places and their new values, such as <c>spec.scope</c> and <c>"World"</c>.</param>
    public static string Create(params (string Path, string Value)[] changes)
    {
        var value = Read(Changed(Crds.Widgets(), changes));
        Declaration.Default(value);
        Declaration.PrepareForCreate(value);
        var errors = new FieldErrors();
        Declaration.Validate(value, errors);
        return errors.ToString();
    }

    /// <summary>What is wrong with a schema of a new definition's <c>spec</c>.</summary>
    public static string Schema(string spec) => Create((SpecSchema, spec)).Replace("spec.validation.openAPIV3Schema.properties[spec]", "S", StringComparison.Ordinal);

    /// <summary>What is wrong with a change to a stored definition.</summary>
    /// <param name="stored">How the stored one differs from <see cref="Crds.Widgets"/>.</param>
    /// <param name="changes">How the new one differs from the stored.</param>
    public static string Update((string Path, string Value)[] stored, (string Path, string Value)[] changes)
    {
        var before = Changed(Crds.Widgets(), stored);
        var old = Read(before);
        Declaration.Default(old);
        Declaration.PrepareForCreate(old);
        old.Status.Conditions = [new V1CustomResourceDefinitionCondition { Type = "Established", Status = "True" }];
        var value = Read(Changed(before, changes));
        Declaration.Default(value);
        Declaration.PrepareForUpdate(value, old);
        var errors = new FieldErrors();
        Declaration.ValidateUpdate(value, old, errors);
        return errors.ToString();
    }

    public const string SpecSchema = "spec.versions.0.schema.openAPIV3Schema.properties.spec";

    public const string Root = "spec.versions.0.schema.openAPIV3Schema";

    private static V1CustomResourceDefinition Read(JsonObject json) => ApiJson.Deserialize<V1CustomResourceDefinition>(Encoding.UTF8.GetBytes(json.ToJsonString()))!;

    private static JsonObject Changed(JsonObject definition, (string Path, string Value)[] changes)
    {
        foreach (var (path, value) in changes)
        {
            var steps = path.Split('.');
            JsonNode at = definition;
            foreach (var step in steps[..^1])
            {
                if (at is JsonArray list) { at = list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]!; continue; }
                if (at[step] is null) { at[step] = new JsonObject(); }
                at = at[step]!;
            }

            if (at is JsonArray array) { array.Insert(int.Parse(steps[^1], System.Globalization.CultureInfo.InvariantCulture), JsonNode.Parse(value)); }
            else { at[steps[^1]] = JsonNode.Parse(value); }
        }

        return definition;
    }
}
