using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace Orch.ApiServer.Schema;

/// <summary>Schemas of the client's model types, made on first use. Safe for concurrent use.</summary>
internal sealed class ModelSchemas
{
    private readonly Lazy<IReadOnlyDictionary<Type, TypeFacts>> _facts = new(SchemaFacts.Load);
    private readonly ConcurrentDictionary<Type, ObjectSchema> _schemas = new();

    /// <summary>The schema of a model such as <see cref="V1Pod"/>.</summary>
    public ObjectSchema For(Type modelType) => For(modelType, "io.k8s.models");

    // A type without facts is newer than the facts; it belongs where it is referred to.
    private ObjectSchema For(Type modelType, string referrerPackage)
        => _schemas.TryGetValue(modelType, out var known) ? known : _schemas.GetOrAdd(modelType, Build(modelType, referrerPackage));

    private ObjectSchema Build(Type modelType, string referrerPackage)
    {
        var facts = _facts.Value.GetValueOrDefault(modelType)
            ?? new TypeFacts($"{referrerPackage}.{BareName(modelType)}", string.Empty, new Dictionary<string, PropertyFacts>());
        var lastDot = facts.DefinitionName.LastIndexOf('.');
        var package = facts.DefinitionName[..lastDot];
        var goType = facts.DefinitionName[(package.LastIndexOf('.') + 1)..];
        var properties = new List<PropertySchema>();
        foreach (var member in modelType.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (member.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name is not { } name) { continue; }
            var fact = facts.Properties.GetValueOrDefault(name) ?? PropertyFacts.None;
            properties.Add(new PropertySchema(name, ValueOf(member.PropertyType, fact, package), fact) { Ordinal = properties.Count, MemberName = member.Name });
        }

        return new ObjectSchema(facts.DefinitionName, goType, modelType, facts.MapType, properties) { Dropped = [.. facts.Properties.Keys.Except(properties.Select(static item => item.Name))] };
    }

    private ValueSchema ValueOf(Type type, PropertyFacts facts, string package)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var refusesNull = type.IsValueType && bare == type;
        if (bare == typeof(string)) { return Scalar(ValueKind.String, facts.GoType.Length > 0 ? facts.GoType : "string"); }
        if (bare == typeof(int)) { return Scalar(ValueKind.Int32, "int32", refusesNull); }
        if (bare == typeof(long)) { return Scalar(ValueKind.Int64, "int64", refusesNull); }
        if (bare == typeof(bool)) { return Scalar(ValueKind.Boolean, "bool", refusesNull); }
        if (bare == typeof(double)) { return Scalar(ValueKind.Double, "float64", refusesNull); }
        if (bare == typeof(DateTime)) { return facts.IsMicroTime ? Scalar(ValueKind.MicroTime, "v1.MicroTime") : Scalar(ValueKind.Time, "v1.Time"); }
        if (bare == typeof(byte[])) { return Scalar(ValueKind.Bytes, "[]uint8"); }
        if (bare == typeof(IntOrString)) { return Scalar(ValueKind.IntOrString, "intstr.IntOrString"); }
        if (bare == typeof(ResourceQuantity)) { return Scalar(ValueKind.Quantity, "resource.Quantity"); }
        if (IsGeneric(bare, typeof(IList<>)))
        {
            var element = ValueOf(bare.GetGenericArguments()[0], facts, package);
            return new ValueSchema { Kind = ValueKind.List, Element = element, GoType = $"[]{element.GoType}" };
        }

        if (IsGeneric(bare, typeof(IDictionary<,>)))
        {
            var element = ValueOf(bare.GetGenericArguments()[1], facts, package);
            return new ValueSchema { Kind = ValueKind.Map, Element = element, GoType = $"map[string]{element.GoType}" };
        }

        if (bare == typeof(object) || bare.Namespace != typeof(V1Pod).Namespace || bare.IsInterface)
        {
            return new ValueSchema { Kind = ValueKind.Free, FreeDefinition = facts.FreeDefinition, GoType = "runtime.RawExtension" };
        }

        return new ValueSchema { Kind = ValueKind.Object, ObjectSource = () => For(bare, package), GoType = GoTypeOf(bare, package) };
    }

    private string GoTypeOf(Type type, string package)
    {
        if (_facts.Value.TryGetValue(type, out var facts))
        {
            var name = facts.DefinitionName;
            return name[(name.LastIndexOf('.', name.LastIndexOf('.') - 1) + 1)..];
        }

        return $"{package[(package.LastIndexOf('.') + 1)..]}.{BareName(type)}";
    }

    // V1PodSpec -> PodSpec, Corev1Event -> Event: what follows the version.
    private static string BareName(Type type)
    {
        var name = type.Name;
        for (var index = 0; index < name.Length - 1; index++)
        {
            if (name[index] is not ('v' or 'V') || !char.IsAsciiDigit(name[index + 1])) { continue; }
            var end = index + 1;
            while (end < name.Length && (char.IsAsciiDigit(name[end]) || char.IsAsciiLetterLower(name[end]))) { end++; }
            if (end < name.Length) { return name[end..]; }
        }

        return name;
    }

    private static ValueSchema Scalar(ValueKind kind, string goType, bool refusesNull = false)
        => new() { Kind = kind, GoType = goType, RefusesNull = refusesNull };

    private static bool IsGeneric(Type type, Type open) => type.IsGenericType && type.GetGenericTypeDefinition() == open;
}
