using k8s;
using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Kinds.Core;
using Orch.ApiServer.Resources;
using Orch.Resources;

namespace Orch.ApiServer.Registry;

/// <summary>Keeps a namespace for as long as it has objects that cannot be read: lists do not show them, so that whoever empties it takes it for empty.</summary>
internal sealed class UnreadableContent(StoreMirror mirror) : IWriteHook
{
    private static readonly GroupVersionResource Namespaces = new(string.Empty, "v1", "namespaces");

    /// <inheritdoc />
    public bool Handles(ResourceDeclaration declaration) => declaration is NamespaceDeclaration;

    /// <inheritdoc />
    public ValueTask<IWriteHold?> BeginAsync(IKubernetesObject<V1ObjectMeta>? value, IKubernetesObject<V1ObjectMeta>? old, bool dryRun, CancellationToken cancellationToken)
    {
        if (value is not null || old is null) { return default; }
        foreach (var cache in mirror.Caches)
        {
            if (cache.Unreadable.Count == 0) { continue; }
            var prefix = $"{cache.Prefix}{old.Metadata.Name}/";
            if (cache.Unreadable.Values.FirstOrDefault(item => item.Key.StartsWith(prefix, StringComparison.Ordinal)) is { } left)
            {
                throw ApiErrors.Conflict(Namespaces, old.Metadata.Name, $"it still has an object that cannot be read, and so cannot be deleted without {UnsafeDeletion.Option}: {left.Fault}");
            }
        }

        return default;
    }
}
