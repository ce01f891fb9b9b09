using System.Reflection;
using k8s.Models;
using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.OpenApi;

/// <summary>Collects the definitions that a document refers to, and what those refer to.</summary>
internal sealed class DefinitionSet(Dialect dialect, ModelSchemas schemas, ModelDocs docs)
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private readonly SortedDictionary<string, JsonMap> _definitions = new(StringComparer.Ordinal);
    private readonly string _prefix = dialect == Dialect.V2 ? "#/definitions/" : "#/components/schemas/";

    /// <summary>Everything referred to so far, by name.</summary>
    public JsonMap ToMap()
    {
        var map = new JsonMap();
        foreach (var (name, definition) in _definitions) { map.Add(name, definition); }
        return map;
    }

    /// <summary>A reference to a model's definition.</summary>
    public JsonMap Reference(Type model) => Reference(Define(schemas.For(model)));

    /// <summary>A reference to the definition of a model or a custom resource.</summary>
    public JsonMap Reference(OpenApiType type)
        => type.Custom is { } custom ? Reference(type.IsList ? DefineList(custom) : Define(custom)) : Reference(type.Model!);

    /// <summary>A reference to the definition of patches, which say nothing about themselves.</summary>
    public JsonMap PatchReference() => Named(Meta + "Patch", "Patch is provided to give a concrete name and type to the Kubernetes PATCH request body.", ("type", "object"));

    private JsonMap Reference(string name) => new() { ["$ref"] = _prefix + name };

    private string Define(ObjectSchema schema)
    {
        if (_definitions.ContainsKey(schema.DefinitionName)) { return schema.DefinitionName; }
        var definition = new JsonMap();
        _definitions.Add(schema.DefinitionName, definition);
        if (docs.Find(schema.ModelType) is { } text) { definition["description"] = text; }
        var properties = new JsonMap();
        foreach (var property in schema.Properties.OrderBy(static item => item.Name, StringComparer.Ordinal))
        {
            properties.Add(property.Name, Property(property, docs.Find(schema.ModelType, property.MemberName)));
        }

        if (properties.Count > 0) { definition["properties"] = properties; }
        var required = new JsonList(schema.Properties.Where(static item => item.Facts.Required).Select(static item => item.Name).Order(StringComparer.Ordinal));
        if (required.Count > 0) { definition["required"] = required; }
        definition["type"] = "object";
        if (schema.ModelType?.GetCustomAttribute<KubernetesEntityAttribute>() is { } entity)
        {
            definition["x-kubernetes-group-version-kind"] = new JsonList { OperationSet.KindOf(entity.Group ?? string.Empty, entity.ApiVersion, entity.Kind) };
        }

        if (schema.MapType.Length > 0) { definition["x-kubernetes-map-type"] = schema.MapType; }
        if (Unions.Of(schema.DefinitionName) is { } unions) { definition["x-kubernetes-unions"] = unions; }
        return schema.DefinitionName;
    }

    private string Define(CustomResourceDeclaration custom)
    {
        var name = CustomDefinition.NameOf(custom.Kind);
        if (_definitions.ContainsKey(name)) { return name; }
        _definitions.Add(name, []);
        _definitions[name] = CustomDefinition.Of(custom, dialect, Reference(typeof(V1ObjectMeta)), member => docs.Find(typeof(V1ConfigMap), member) ?? string.Empty);
        return name;
    }

    private string DefineList(CustomResourceDeclaration custom)
    {
        var name = CustomDefinition.NameOf(custom.Kind with { Kind = custom.ListKind });
        if (_definitions.ContainsKey(name)) { return name; }
        _definitions.Add(name, CustomDefinition.ListOf(custom, dialect, Reference(Define(custom)), Reference(typeof(V1ListMeta)), member => docs.Find(typeof(V1ConfigMapList), member) ?? string.Empty));
        return name;
    }

    private JsonMap Property(PropertySchema property, string? text)
    {
        var value = TypeOf(property.Value, text);
        var facts = property.Facts;
        if (facts.ListMapKeys.Count > 0) { value["x-kubernetes-list-map-keys"] = new JsonList(facts.ListMapKeys); }
        if (facts.ListType.Length > 0) { value["x-kubernetes-list-type"] = facts.ListType; }
        if (facts.MapType.Length > 0) { value["x-kubernetes-map-type"] = facts.MapType; }
        if (facts.MergeKey.Length > 0) { value["x-kubernetes-patch-merge-key"] = facts.MergeKey; }
        if (facts.PatchStrategy.Length > 0) { value["x-kubernetes-patch-strategy"] = facts.PatchStrategy; }
        return value;
    }

    private JsonMap TypeOf(ValueSchema value, string? text = null)
    {
        var type = value.Kind switch
        {
            ValueKind.String => Scalar("string"),
            ValueKind.Int32 => Scalar("integer", "int32"),
            ValueKind.Int64 => Scalar("integer", "int64"),
            ValueKind.Boolean => Scalar("boolean"),
            ValueKind.Double => Scalar("number", "double"),
            ValueKind.Bytes => Scalar("string", "byte"),
            ValueKind.List => new JsonMap { ["items"] = TypeOf(value.Element!), ["type"] = "array" },
            ValueKind.Map => new JsonMap { ["additionalProperties"] = TypeOf(value.Element!), ["type"] = "object" },
            _ => null,
        };
        if (type is null)
        {
            type = ReferenceTo(value);
            // In v3 nothing may stand beside a reference.
            if (dialect == Dialect.V3 && type.ContainsKey("$ref") && text is not null) { type = new JsonMap { ["allOf"] = new JsonList { type } }; }
        }

        if (text is not null) { type.Insert(0, "description", text); }
        return type;
    }

    private JsonMap ReferenceTo(ValueSchema value) => value.Kind switch
    {
        ValueKind.Time => Named(Meta + "Time", "A point in time, in RFC 3339 with whole seconds.", ("type", "string"), ("format", "date-time")),
        ValueKind.MicroTime => Named(Meta + "MicroTime", "A point in time, in RFC 3339 with microseconds.", ("type", "string"), ("format", "date-time")),
        ValueKind.IntOrString => IntOrString(),
        ValueKind.Quantity => Quantity(),
        ValueKind.Free when value.FreeDefinition.Length == 0 => Scalar("object"),
        ValueKind.Free when value.FreeDefinition.Contains("apiextensions", StringComparison.Ordinal) && !value.FreeDefinition.EndsWith("Status", StringComparison.Ordinal)
            => Named(value.FreeDefinition, "Any JSON that the schema of a custom resource may have here."),
        ValueKind.Free => Named(value.FreeDefinition, "Any JSON object; what it holds is known to its writer and reader.", ("type", "object")),
        _ => Reference(Define(value.Object!)),
    };

    private JsonMap IntOrString()
    {
        const string Name = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
        const string Text = "A 32-bit integer or a string, such as a port's number or name.";
        if (dialect == Dialect.V2) { return Named(Name, Text, ("type", "string"), ("format", "int-or-string")); }
        var reference = Named(Name, Text, ("format", "int-or-string"));
        _definitions[Name]["oneOf"] = new JsonList { Scalar("integer"), Scalar("string") };
        return reference;
    }

    private JsonMap Quantity()
    {
        const string Name = "io.k8s.apimachinery.pkg.api.resource.Quantity";
        const string Text = "A number with a decimal suffix (n, u, m, k, M, G, T, P, E), a binary one (Ki, Mi, Gi, Ti, Pi, Ei) or an exponent, such as 250m, 1.5Gi or 12e6.";
        if (dialect == Dialect.V2) { return Named(Name, Text, ("type", "string")); }
        var reference = Named(Name, Text);
        _definitions[Name]["oneOf"] = new JsonList { Scalar("string"), Scalar("number") };
        return reference;
    }

    private JsonMap Named(string name, string text, params ReadOnlySpan<(string Name, string Value)> facts)
    {
        if (!_definitions.ContainsKey(name))
        {
            var definition = new JsonMap { ["description"] = text };
            foreach (var (key, value) in facts) { definition[key] = value; }
            _definitions.Add(name, definition);
        }

        return Reference(name);
    }

    private static JsonMap Scalar(string type, string? format = null)
    {
        var map = new JsonMap();
        if (format is not null) { map["format"] = format; }
        map["type"] = type;
        return map;
    }
}
