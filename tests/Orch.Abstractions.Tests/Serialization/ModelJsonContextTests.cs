using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using k8s.Models;
using Orch.Serialization;

namespace Orch.Abstractions.Tests.Serialization;

public sealed class ModelJsonContextTests
{
    private static readonly IReadOnlyList<Type> Kinds =
    [
        .. typeof(ModelJsonContext).GetCustomAttributesData()
            .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
            .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!),
    ];

    [Fact]
    public void Metadata_OfTheCompiler_SayWhatReflectionSays()
    {
        var compiled = Options(new ModelJsonContext());
        var reflected = Options(new DefaultJsonTypeInfoResolver());

        var models = Kinds.SelectMany(ModelsIn).Distinct().ToList();

        Assert.True(models.Count > 200, $"only {models.Count} models were compared");
        Assert.All(models, model => Assert.Equal(Describe(reflected.GetTypeInfo(model)), Describe(compiled.GetTypeInfo(model))));
    }

    [Fact]
    public void Serialize_KindWithAndWithoutCompiledMetadata_LeavesOutWhatIsNotOfTheApi()
        => Assert.Equal("""{"kind":"Status","apiVersion":"v1","code":404}""", System.Text.Encoding.UTF8.GetString(ApiJson.Serialize(new V1Status { ApiVersion = "v1", Kind = "Status", Code = 404 })));

    private static JsonSerializerOptions Options(IJsonTypeInfoResolver resolver)
        => new() { TypeInfoResolver = resolver, PropertyNamingPolicy = ApiJson.Options.PropertyNamingPolicy, DefaultIgnoreCondition = ApiJson.Options.DefaultIgnoreCondition };

    private static string Describe(JsonTypeInfo type)
        => $"{type.Type}: {type.Kind} {string.Join(", ", type.Properties.Select(property => $"{property.Name} {property.PropertyType} {property.Get is null} {property.Set is null} {property.CustomConverter?.GetType()}"))}";

    private static HashSet<Type> ModelsIn(Type kind)
    {
        var models = new HashSet<Type>();
        Add(kind);
        return models;

        void Add(Type type)
        {
            if (type.IsGenericType)
            {
                foreach (var argument in type.GetGenericArguments()) { Add(argument); }
                return;
            }

            if (type.Namespace != typeof(V1Pod).Namespace || type.IsEnum || type == typeof(ResourceQuantity) || type == typeof(IntOrString) || !models.Add(type)) { return; }
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)) { Add(property.PropertyType); }
        }
    }
}
