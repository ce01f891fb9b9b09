using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Validation;
using Orch.Serialization;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>Resources inside resources say what they are, and their metadata keeps the rules of metadata.</summary>
internal static class EmbeddedRules
{
    // For the words of a fault alone, which few ever need.
    private static readonly ModelSchemas Schemas = new();

    /// <summary>Adds what is wrong with each embedded resource of a value.</summary>
    /// <param name="path">Of the value; null for a whole object.</param>
    public static void Check(object? value, SchemaNode? schema, FieldPath? path, FieldErrors errors)
    {
        if (schema is not { HasEmbeddedWithin: true }) { return; }
        switch (value)
        {
            case JsonMap map:
                if (schema.IsEmbeddedResource) { CheckResource(map, path, errors); }
                foreach (var (name, item) in map)
                {
                    if (item is not (JsonMap or JsonList)) { continue; }
                    if (schema.Properties.TryGetValue(name, out var property)) { Check(item, property, Below(path, name), errors); }
                    else { Check(item, schema.Additional, path is null ? FieldPath.Of(name) : path.Key(name), errors); }
                }

                break;
            case JsonList list:
                for (var index = 0; index < list.Count; index++) { Check(list[index], schema.Items, (path ?? FieldPath.Of(string.Empty)).Index(index), errors); }
                break;
        }
    }

    /// <summary>Adds what is wrong with a value that is a whole resource.</summary>
    public static void CheckResource(JsonMap map, FieldPath? path, FieldErrors errors)
    {
        if (!map.ContainsKey("apiVersion")) { errors.Required(Below(path, "apiVersion")); }
        if (!map.ContainsKey("kind")) { errors.Required(Below(path, "kind")); }
        foreach (var (name, item) in map)
        {
            switch (name)
            {
                case "apiVersion" or "kind" when item is not string: errors.Invalid(Below(path, name), SchemaValues.Shown(item), "must be a string"); break;
                case "apiVersion" or "kind" when item is string { Length: 0 }: errors.Invalid(Below(path, name), item, "must not be empty"); break;
                case "apiVersion" when item is string version && version.AsSpan().Count('/') > 1: errors.Invalid(Below(path, name), version, $"unexpected GroupVersion string: {version}"); break;
                case "kind" when item is string kind: CheckKind(kind, Below(path, name), errors); break;
                case "metadata": CheckMetadata(item, Below(path, name), errors); break;
            }
        }
    }

    private static void CheckKind(string kind, FieldPath path, FieldErrors errors)
    {
#pragma warning disable CA1308 // the rule is for the name in lower case
        var faults = string.Join(',', NameRules.Label1035Faults(kind.ToLowerInvariant()));
#pragma warning restore CA1308
        if (faults.Length > 0) { errors.Invalid(path, kind, $"may have mixed case, but should otherwise match: {faults}"); }
    }

    private static void CheckMetadata(object? item, FieldPath path, FieldErrors errors)
    {
        V1ObjectMeta? metadata;
        try
        {
            metadata = ApiJson.Deserialize<V1ObjectMeta>(JsonTree.Write(item)) ?? new V1ObjectMeta();
        }
        catch (JsonException)
        {
            errors.Invalid(path, SchemaValues.Shown(item), CustomObjectDecoder.MetadataFault(item, Schemas));
            return;
        }

        if (!string.IsNullOrEmpty(metadata.GenerateName)) { NameRules.PathSegment(metadata.GenerateName, isPrefix: true, path.Child("generateName"), errors); }
        if (!string.IsNullOrEmpty(metadata.Name)) { NameRules.PathSegment(metadata.Name, isPrefix: false, path.Child("name"), errors); }
        if (!string.IsNullOrEmpty(metadata.NamespaceProperty)) { NameRules.DnsLabel(metadata.NamespaceProperty, isPrefix: false, path.Child("namespace"), errors); }
        MetadataRules.Validate(metadata, path, errors);
    }

    private static FieldPath Below(FieldPath? path, string name) => path is null ? FieldPath.Of(name) : path.Child(name);
}
