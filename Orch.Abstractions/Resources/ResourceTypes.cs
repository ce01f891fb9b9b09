using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using k8s.Models;

namespace Orch.Resources;

/// <summary>From a model type to what the API calls it.</summary>
public static class ResourceTypes
{
    // The models' attribute has no scope; these kinds, in any version of the group, have no namespace.
    private static readonly HashSet<(string Group, string Kind)> ClusterScoped =
    [
        ("", "ComponentStatus"), ("", "Namespace"), ("", "Node"), ("", "PersistentVolume"),
        ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"), ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
        ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"), ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"), ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
        ("apiextensions.k8s.io", "CustomResourceDefinition"), ("apiregistration.k8s.io", "APIService"),
        ("authentication.k8s.io", "SelfSubjectReview"), ("authentication.k8s.io", "TokenReview"),
        ("authorization.k8s.io", "SelfSubjectAccessReview"), ("authorization.k8s.io", "SelfSubjectRulesReview"), ("authorization.k8s.io", "SubjectAccessReview"),
        ("certificates.k8s.io", "CertificateSigningRequest"), ("certificates.k8s.io", "ClusterTrustBundle"),
        ("flowcontrol.apiserver.k8s.io", "FlowSchema"), ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
        ("internal.apiserver.k8s.io", "StorageVersion"),
        ("networking.k8s.io", "IngressClass"), ("networking.k8s.io", "IPAddress"), ("networking.k8s.io", "ServiceCIDR"),
        ("node.k8s.io", "RuntimeClass"),
        ("rbac.authorization.k8s.io", "ClusterRole"), ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        ("resource.k8s.io", "DeviceClass"), ("resource.k8s.io", "DeviceTaintRule"), ("resource.k8s.io", "ResourceSlice"),
        ("resource.k8s.io", "ResourcePoolStatusRequest"),
        ("scheduling.k8s.io", "PriorityClass"),
        ("storage.k8s.io", "CSIDriver"), ("storage.k8s.io", "CSINode"), ("storage.k8s.io", "StorageClass"),
        ("storage.k8s.io", "VolumeAttachment"), ("storage.k8s.io", "VolumeAttributesClass"),
        ("storagemigration.k8s.io", "StorageVersionMigration"),
    ];

    private static readonly ConcurrentDictionary<Type, KindInfo?> Known = new();

    /// <summary>What the API calls <typeparamref name="T"/>.</summary>
    /// <exception cref="ArgumentException">The type has no <see cref="KubernetesEntityAttribute"/>.</exception>
    public static KindInfo Of<T>() => Cache<T>.Info ?? throw NotAModel(typeof(T));

    /// <summary>What the API calls a type known at run time.</summary>
    /// <exception cref="ArgumentException">The type has no <see cref="KubernetesEntityAttribute"/>.</exception>
    public static KindInfo Of(Type type) => TryOf(type, out var info) ? info : throw NotAModel(type);

    /// <summary>Whether the type is a model, and what the API calls it.</summary>
    public static bool TryOf(Type type, [NotNullWhen(true)] out KindInfo? info)
    {
        info = Known.GetOrAdd(type, static type => Create(type));
        return info is not null;
    }

    private static KindInfo? Create(Type type)
    {
        if (type.GetCustomAttribute<KubernetesEntityAttribute>() is not { } entity) { return null; }
        var group = entity.Group ?? string.Empty;
        var plural = string.IsNullOrEmpty(entity.PluralName) ? Plural(entity.Kind) : entity.PluralName;
        return new KindInfo(
            type,
            new GroupVersionKind(group, entity.ApiVersion, entity.Kind),
            new GroupVersionResource(group, entity.ApiVersion, plural),
            !ClusterScoped.Contains((group, entity.Kind)) && !type.IsDefined(typeof(ClusterScopedAttribute)),
            ListTypeOf(type, entity.Kind));
    }

    // A list is named after its kind, and the prefix that tells apart two kinds of one name stays only sometimes
    // (Corev1EventList, but V1ResourceClaimList for Resourcev1ResourceClaim).
    private static Type? ListTypeOf(Type type, string kind)
    {
        var exact = type.Assembly.GetType($"{type.FullName}List");
        if (exact is not null || !type.Name.EndsWith(kind, StringComparison.Ordinal)) { return exact; }
        var prefix = type.Name[..^kind.Length];
        var version = prefix.LastIndexOf("v1", StringComparison.Ordinal);
        return version < 0 ? null : type.Assembly.GetType($"{type.Namespace}.V{prefix[(version + 1)..]}{kind}List");
    }

    private static string Plural(string kind)
    {
#pragma warning disable CA1308 // resources are lower case
        var name = kind.ToLowerInvariant();
#pragma warning restore CA1308
        return name.EndsWith('s') ? name + "es" : name.EndsWith('y') ? name[..^1] + "ies" : name + "s";
    }

    private static ArgumentException NotAModel(Type type)
        => new($"{type} is not a Kubernetes model: it has no {nameof(KubernetesEntityAttribute)}");

    private static class Cache<T>
    {
        public static readonly KindInfo? Info = TryOf(typeof(T), out var info) ? info : null;
    }
}
