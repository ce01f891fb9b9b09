using System.Collections.Frozen;
using System.Reflection;
using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Decoding;

/// <summary>Kinds that upstream registers, served here or not; only messages about wrong kinds ask.</summary>
internal static class KnownKinds
{
    private static readonly Lazy<FrozenSet<GroupVersionKind>> All = new(static () => typeof(V1Pod).Assembly.GetTypes()
        .Select(static type => type.GetCustomAttribute<KubernetesEntityAttribute>())
        .OfType<KubernetesEntityAttribute>()
        .Select(static entity => new GroupVersionKind(entity.Group ?? string.Empty, entity.ApiVersion, entity.Kind))
        .ToFrozenSet());

    public static bool Contains(GroupVersionKind kind) => All.Value.Contains(kind);
}
