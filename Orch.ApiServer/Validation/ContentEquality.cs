using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using k8s.Models;
using Orch.Serialization;

namespace Orch.ApiServer.Validation;

/// <summary>Whether two model objects say the same: nothing, an empty text and an empty collection are one; quantities go by value.</summary>
/// <remarks>The rule of upstream's <c>equality.Semantic.DeepEqual</c>. Record equality does not do: it compares collections by reference.</remarks>
internal static class ContentEquality
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();
    private static readonly ConcurrentDictionary<Type, Func<object, object?>[]> Getters = new();

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
            _ when left.GetType().IsPrimitive || left is DateTime or Enum or decimal or System.Text.Json.JsonElement => SameScalar(left, right),
            _ => SameProperties(left, right),
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

    private static bool SameScalar(object left, object right)
        => left is System.Text.Json.JsonElement one && right is System.Text.Json.JsonElement other
            ? System.Text.Json.JsonElement.DeepEquals(one, other)
            : left.Equals(right);

    private static bool SameProperties(object left, object right)
    {
        foreach (var get in Getters.GetOrAdd(left.GetType(), static type => GettersOf(type)))
        {
            if (!Same(get(left), get(right))) { return false; }
        }

        return true;
    }

    // A model's own readers are delegates already; reflection is for the few other types.
    private static Func<object, object?>[] GettersOf(Type type)
        => type.Assembly == typeof(V1Pod).Assembly && ApiJson.Options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } model
            ? [.. model.Properties.Where(static property => property.Get is not null).Select(static property => property.Get!)]
            : [.. PropertiesOf(type).Select(static property => (Func<object, object?>)property.GetValue)];

    private static PropertyInfo[] PropertiesOf(Type type)
        => Properties.GetOrAdd(type, static type =>
            [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static item => item.CanRead && item.GetIndexParameters().Length == 0)]);
}
