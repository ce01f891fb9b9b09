using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Controllers.Ownership;

/// <summary>The indexes by which controllers find what they own and what they might adopt.</summary>
internal static class OwnerIndexes
{
    /// <summary>Objects by the uid of the owner that manages them.</summary>
    public const string ByController = "orch.controller-uid";

    /// <summary>Objects that nothing manages, by namespace.</summary>
    public const string Orphans = "orch.orphans";

    /// <summary>Objects by namespace.</summary>
    public const string ByNamespace = "orch.namespace";

    public static IInformer<T> WithOwnerIndexes<T>(this IInformer<T> informer)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        informer.AddIndex(ByController, static item => item.ControllerOwner()?.Uid is { } uid ? [uid] : []);
        informer.AddIndex(Orphans, static item => item.ControllerOwner() is null ? [item.Metadata.NamespaceProperty ?? string.Empty] : []);
        return informer.WithNamespaceIndex();
    }

    public static IInformer<T> WithNamespaceIndex<T>(this IInformer<T> informer)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        informer.AddIndex(ByNamespace, static item => [item.Metadata.NamespaceProperty ?? string.Empty]);
        return informer;
    }
}
