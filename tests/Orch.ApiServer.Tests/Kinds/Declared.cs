using k8s;
using k8s.Models;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Takes objects through the declarations as the pipeline does.</summary>
internal static class Declared
{
    private static readonly Dictionary<Type, ResourceDeclaration> ByType = BuiltInResources.All().ToDictionary(declaration => declaration.ObjectType);

    public static ResourceDeclaration Of<T>() => ByType[typeof(T)];

    public static T FromYaml<T>(string yaml) => KubernetesYaml.Deserialize<T>(yaml);

    /// <summary>As it would be stored on create.</summary>
    public static T Created<T>(T value)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        Of<T>().Default(value);
        Of<T>().PrepareForCreate(value);
        return value;
    }

    public static T Created<T>(string yaml)
        where T : class, IKubernetesObject<V1ObjectMeta> => Created(FromYaml<T>(yaml));

    /// <summary>The faults of a new object, a line each.</summary>
    public static string CreateFaults<T>(T value)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var errors = new FieldErrors();
        Of<T>().Validate(Created(value), errors);
        return Lines(errors);
    }

    public static string CreateFaults<T>(string yaml)
        where T : class, IKubernetesObject<V1ObjectMeta> => CreateFaults(FromYaml<T>(yaml));

    /// <summary>The faults of a change to what was created.</summary>
    public static string UpdateFaults<T>(T old, Action<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var errors = new FieldErrors();
        Of<T>().ValidateUpdate(Updated(old, change), old, errors);
        return Lines(errors);
    }

    public static T Updated<T>(T old, Action<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var value = ApiJson.DeepCopy(old);
        change(value);
        Of<T>().Default(value);
        Of<T>().PrepareForUpdate(value, old);
        return value;
    }

    public static string StatusFaults<T>(T old, Action<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var errors = new FieldErrors();
        var value = ApiJson.DeepCopy(old);
        change(value);
        Of<T>().Default(value);
        Of<T>().PrepareForStatusUpdate(value, old);
        Of<T>().ValidateStatusUpdate(value, old, errors);
        return Lines(errors);
    }

    /// <summary>The cells of one object, by column.</summary>
    public static Dictionary<string, string?> Cells<T>(T value, DateTimeOffset now)
        where T : class
        => Of<T>().Columns.ToDictionary(column => column.Name, column => Convert.ToString(column.Value(value, now), System.Globalization.CultureInfo.InvariantCulture));

    private static string Lines(FieldErrors errors) => string.Join('\n', errors.Select(error => error.ToString()));
}
