using System.Collections;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using k8s;
using k8s.Models;

namespace Orch.Serialization;

/// <summary>What the models' attributes do not say: which times have microseconds, and which members are not of the API.</summary>
internal static class ModelTypeInfo
{
    // Source: the properties that refer to io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime in the published OpenAPI document.
    private static readonly HashSet<(Type, string)> MicroTimes =
    [
        (typeof(V1LeaseSpec), "acquireTime"),
        (typeof(V1LeaseSpec), "renewTime"),
        (typeof(V1alpha2LeaseCandidateSpec), "pingTime"),
        (typeof(V1alpha2LeaseCandidateSpec), "renewTime"),
        (typeof(V1beta1LeaseCandidateSpec), "pingTime"),
        (typeof(V1beta1LeaseCandidateSpec), "renewTime"),
        (typeof(Corev1Event), "eventTime"),
        (typeof(Corev1EventSeries), "lastObservedTime"),
        (typeof(Eventsv1Event), "eventTime"),
        (typeof(Eventsv1EventSeries), "lastObservedTime"),
    ];

    public static IJsonTypeInfoResolver Resolver(bool omitEmptyCollections)
    {
        var resolver = JsonTypeInfoResolver.Combine(new ModelJsonContext(), new DefaultJsonTypeInfoResolver()).WithAddedModifier(Adjust);
        return omitEmptyCollections ? resolver.WithAddedModifier(OmitEmptyCollections) : resolver;
    }

    private static void Adjust(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) { return; }
        var isWhole = typeof(IKubernetesObject).IsAssignableFrom(type.Type);
        var kept = EmptyValues.KeptIn(type.Type);
        for (var index = type.Properties.Count - 1; index >= 0; index--)
        {
            var property = type.Properties[index];
            // The only one that is not named by an attribute.
            if (type.Type == typeof(V1Status) && property.Name == "hasObject")
            {
                type.Properties.RemoveAt(index);
                continue;
            }

            property.IsRequired = false;
            if (kept is not null && !kept.Contains(property.Name)) { OmitEmpty(property); }
            if (isWhole) { property.Order = OrderOf(property.Name); }
            if (type.Type == typeof(V1ManagedFieldsEntry) && property.Name == "fieldsV1") { property.CustomConverter = new FreeJsonConverter(); }
            if (!MicroTimes.Contains((type.Type, property.Name))) { continue; }
            property.CustomConverter = property.PropertyType == typeof(DateTime) ? new MicroTimeConverter() : new NullableMicroTimeConverter();
        }
    }

    // What an object is comes before what it says, as upstream writes it: readers, and those who cut JSON, need not look behind the data for it.
    private static int OrderOf(string name) => name switch { "kind" => -3, "apiVersion" => -2, "metadata" => -1, _ => 0 };

    private static void OmitEmptyCollections(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) { return; }
        foreach (var property in type.Properties)
        {
            if (property.PropertyType != typeof(string)) { OmitEmpty(property); }
        }
    }

    private static void OmitEmpty(JsonPropertyInfo property)
    {
        if (property.PropertyType == typeof(string)) { property.ShouldSerialize = static (_, value) => value is string { Length: > 0 }; }
        else if (typeof(IEnumerable).IsAssignableFrom(property.PropertyType)) { property.ShouldSerialize = static (_, value) => value is IEnumerable items && HasItems(items); }
    }

    private static bool HasItems(IEnumerable items)
    {
        if (items is ICollection collection) { return collection.Count > 0; }
        var enumerator = items.GetEnumerator();
        using var _ = enumerator as IDisposable;
        return enumerator.MoveNext();
    }
}
