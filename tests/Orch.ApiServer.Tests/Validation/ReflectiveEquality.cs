using System.Collections;
using System.Reflection;
using System.Text.Json;
using k8s.Models;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Validation;

/// <summary>The rule of content in its plainest form, by reflection; what the server compares with is held to it.</summary>
public static class ReflectiveEquality
{
    public static bool Same(object? left, object? right)
    {
        if (left is null || right is null) { return (left ?? right) is not { } there || there is string { Length: 0 } or ICollection { Count: 0 }; }
        return (left, right) switch
        {
            (string one, string other) => one == other,
            (ResourceQuantity one, ResourceQuantity other) => one.ToDecimal() == other.ToDecimal(),
            (IntOrString one, IntOrString other) => one.Value == other.Value,
            (byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other),
            (IDictionary one, IDictionary other) => one.Count == other.Count && one.Keys.Cast<object>().All(key => other.Contains(key) && Same(one[key], other[key])),
            (IList one, IList other) => one.Count == other.Count && Enumerable.Range(0, one.Count).All(index => Same(one[index], other[index])),
            (JsonElement one, JsonElement other) => JsonElement.DeepEquals(one, other),
            _ when left.GetType() != right.GetType() => false,
            (RawJson one, RawJson other) => one.Equals(other),
            _ when left is ValueType && left.GetType().Namespace == "System" => left.Equals(right),
            _ => left.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static property => property.GetIndexParameters().Length == 0)
                .All(property => Same(property.GetValue(left), property.GetValue(right))),
        };
    }
}
