using k8s;
using k8s.Models;

namespace Orch.Resources;

/// <summary>What every object answers from its metadata.</summary>
public static class ObjectExtensions
{
    /// <summary>The object's namespace and name.</summary>
    public static ObjectKey Key(this IMetadata<V1ObjectMeta> resource)
        => new(resource.Metadata?.NamespaceProperty ?? string.Empty, resource.Metadata?.Name ?? string.Empty);

    /// <summary>Whether its deletion has begun.</summary>
    public static bool IsDeleting(this IMetadata<V1ObjectMeta> resource) => resource.Metadata?.DeletionTimestamp is not null;

    /// <summary>A label's value, or null.</summary>
    public static string? Label(this IMetadata<V1ObjectMeta> resource, string name)
        => resource.Metadata?.Labels is { } labels && labels.TryGetValue(name, out var value) ? value : null;

    /// <summary>An annotation's value, or null.</summary>
    public static string? Annotation(this IMetadata<V1ObjectMeta> resource, string name)
        => resource.Metadata?.Annotations is { } annotations && annotations.TryGetValue(name, out var value) ? value : null;

    /// <summary>The owner that manages the object, or null.</summary>
    public static V1OwnerReference? ControllerOwner(this IMetadata<V1ObjectMeta> resource)
    {
        if (resource.Metadata?.OwnerReferences is not { } owners) { return null; }
        foreach (var owner in owners)
        {
            if (owner.Controller == true) { return owner; }
        }

        return null;
    }

    /// <summary>Whether <paramref name="owner"/> manages the object, judged by uid.</summary>
    public static bool IsControlledBy(this IMetadata<V1ObjectMeta> resource, IMetadata<V1ObjectMeta> owner)
        => resource.ControllerOwner() is { } controller && owner.Metadata?.Uid is { Length: > 0 } uid && controller.Uid == uid;

    /// <summary>Whether the selector picks the object by its labels.</summary>
    public static bool Matches(this V1LabelSelector? selector, IMetadata<V1ObjectMeta> resource)
        => LabelSelector.From(selector).Matches(resource.Metadata?.Labels);

    /// <summary>A reference that makes <paramref name="owner"/> the manager: it is deleted before its dependent, and blocks on it in the foreground.</summary>
    public static V1OwnerReference ControllerReference<T>(this T owner)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var reference = owner.OwnerReference();
        reference.Controller = true;
        reference.BlockOwnerDeletion = true;
        return reference;
    }

    /// <summary>A plain reference to an owner.</summary>
    public static V1OwnerReference OwnerReference<T>(this T owner)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var kind = ResourceTypes.Of(owner.GetType()).Kind;
        return new V1OwnerReference { ApiVersion = kind.ApiVersion, Kind = kind.Kind, Name = owner.Metadata.Name, Uid = owner.Metadata.Uid };
    }
}
