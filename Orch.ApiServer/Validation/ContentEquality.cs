using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using k8s.Models;
using Orch.Serialization;

namespace Orch.ApiServer.Validation;

/// <summary>Whether two model objects say the same: nothing, an empty text and an empty collection are one; quantities go by value.</summary>
/// <remarks>The rule of upstream's <c>equality.Semantic.DeepEqual</c>. Record equality does not do: it compares collections by reference.</remarks>
internal static class ContentEquality
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();
    private static readonly ConcurrentDictionary<Type, IModelComparer> Comparers = new();

    /// <summary>Compares content, any depth.</summary>
    public static bool Same(object? left, object? right)
    {
        if (ReferenceEquals(left, right)) { return true; }
        if (left is null || right is null) { return IsNothing(left ?? right); }
        return (left, right) switch
        {
            (string one, string other) => string.Equals(one, other, StringComparison.Ordinal),
            (ResourceQuantity one, ResourceQuantity other) => one.ToDecimal() == other.ToDecimal(),
            (IntOrString one, IntOrString other) => string.Equals(one.Value, other.Value, StringComparison.Ordinal),
            (byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other),
            (IDictionary one, IDictionary other) => SameMap(one, other),
            (IList one, IList other) => SameList(one, other),
            _ when left.GetType() != right.GetType() => false,
            (RawJson one, RawJson other) => one.Equals(other),
            (JsonElement one, JsonElement other) => JsonElement.DeepEquals(one, other),
            _ when left is ValueType => IsPlain(left.GetType()) ? left.Equals(right) : !Differences(left, right).Any(),
            _ when left.GetType() == typeof(object) => true,
            _ => SameModels(left, right),
        };
    }

    /// <summary>The fields that differ, with their paths, deepest first difference only.</summary>
    public static IEnumerable<(string Field, object? Left, object? Right)> Differences(object left, object right)
    {
        foreach (var property in PropertiesOf(left.GetType()))
        {
            var (one, other) = (property.GetValue(left), property.GetValue(right));
            if (!Same(one, other)) { yield return (property.Name, one, other); }
        }
    }

    private static bool IsNothing(object? value) => value switch
    {
        string text => text.Length == 0,
        ICollection collection => collection.Count == 0,
        _ => value is null,
    };

    private static bool SameMap(IDictionary left, IDictionary right)
    {
        if (left.Count != right.Count) { return false; }
        foreach (DictionaryEntry entry in left)
        {
            if (!right.Contains(entry.Key) || !Same(entry.Value, right[entry.Key])) { return false; }
        }

        return true;
    }

    private static bool SameList(IList left, IList right)
    {
        if (left.Count != right.Count) { return false; }
        for (var index = 0; index < left.Count; index++)
        {
            if (!Same(left[index], right[index])) { return false; }
        }

        return true;
    }

    /// <summary>Whether the values of a type are equal where they say the same, having no parts.</summary>
    internal static bool IsPlain(Type type)
        => type.IsPrimitive || type.IsEnum || type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(TimeSpan) || type == typeof(decimal) || type == typeof(Guid);

    private static bool SameModels(object left, object right)
        => Comparers.GetOrAdd(left.GetType(), static type => (IModelComparer)Activator.CreateInstance(typeof(ModelComparer<>).MakeGenericType(type))!).Same(left, right);

    private interface IModelComparer
    {
        bool Same(object left, object right);
    }

    private sealed class ModelComparer<T> : IModelComparer
        where T : class
    {
        public bool Same(object left, object right) => ContentComparer<T>.Instance.Same((T)left, (T)right);
    }

    /// <summary>What can be read of a type.</summary>
    internal static PropertyInfo[] PropertiesOf(Type type)
        => Properties.GetOrAdd(type, static type =>
            [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static item => item.CanRead && item.GetIndexParameters().Length == 0)]);
}
