using System.Text;
using k8s.Models;
using Orch.Kubelet.Containers;
using Orch.Kubelet.Env;
using Orch.Kubelet.References;
using Orch.Resources;
using Orch.Volumes;

namespace Orch.Kubelet.Volumes;

/// <summary>Turns config maps, secrets, fields and tokens into files; alone or as parts of a projection.</summary>
internal sealed class VolumeSources(IReferencedObjects objects, ServiceAccountTokens tokens, INodeResources node)
{
    public async Task<IEnumerable<VolumeFile>> FromConfigMapAsync(V1Pod pod, string name, Selection selection, CancellationToken cancellationToken)
    {
        var map = await objects.FindConfigMapAsync(new ObjectKey(pod.Metadata.NamespaceProperty, name), cancellationToken).ConfigureAwait(false);
        if (map is null)
        {
            return selection.IsOptional ? [] : throw new VolumeException($"configmap \"{name}\" not found");
        }

        var data = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var (key, value) in map.Data ?? new Dictionary<string, string>()) { data[key] = Encoding.UTF8.GetBytes(value); }
        foreach (var (key, value) in map.BinaryData ?? new Dictionary<string, byte[]>()) { data[key] = value; }
        return Select(data, selection, $"configmap references non-existent config key: ");
    }

    public async Task<IEnumerable<VolumeFile>> FromSecretAsync(V1Pod pod, string name, Selection selection, CancellationToken cancellationToken)
    {
        var secret = await objects.FindSecretAsync(new ObjectKey(pod.Metadata.NamespaceProperty, name), cancellationToken).ConfigureAwait(false);
        if (secret is null)
        {
            return selection.IsOptional ? [] : throw new VolumeException($"secret \"{name}\" not found");
        }

        var data = (secret.Data ?? new Dictionary<string, byte[]>()).ToDictionary(static p => p.Key, static p => (ReadOnlyMemory<byte>)p.Value);
        return Select(data, selection, $"references non-existent secret key: ");
    }

    public IEnumerable<VolumeFile> FromFields(V1Pod pod, IEnumerable<V1DownwardAPIVolumeFile>? items, int? defaultMode)
    {
        try
        {
            return [.. (items ?? []).Select(item => new VolumeFile(
                item.Path,
                Encoding.UTF8.GetBytes(item.FieldRef is { } field
                    ? PodFieldValues.Field(pod, field.FieldPath)
                    : PodFieldValues.Resource(PodFieldValues.ContainerOf(pod, item.ResourceFieldRef, null), item.ResourceFieldRef, node.Allocatable)),
                VolumeFile.ModeOf(item.Mode, defaultMode)))];
        }
        catch (ContainerConfigException e)
        {
            throw new VolumeException(e.Message, e);
        }
    }

    public async Task<(VolumeFile File, TimeSpan RefreshAfter)> FromTokenAsync(V1Pod pod, V1ServiceAccountTokenProjection source, int? defaultMode, CancellationToken cancellationToken)
    {
        var (token, refreshAfter) = await tokens.GetAsync(pod, source.Audience, source.ExpirationSeconds, cancellationToken).ConfigureAwait(false);
        // With a group of its own, nobody else has to be able to read it.
        var mode = pod.Spec.SecurityContext?.FsGroup is null ? defaultMode : 0x180;
        return (new VolumeFile(source.Path, Encoding.UTF8.GetBytes(token), VolumeFile.ModeOf(null, mode)), refreshAfter);
    }

    private static List<VolumeFile> Select(Dictionary<string, ReadOnlyMemory<byte>> data, Selection selection, string missing)
    {
        if (selection.Items is not { Count: > 0 } items)
        {
            return [.. data.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(p => new VolumeFile(p.Key, p.Value, VolumeFile.ModeOf(null, selection.DefaultMode)))];
        }

        var files = new List<VolumeFile>();
        foreach (var item in items)
        {
            if (data.TryGetValue(item.Key, out var content)) { files.Add(new VolumeFile(item.Path, content, VolumeFile.ModeOf(item.Mode, selection.DefaultMode))); }
            else if (!selection.IsOptional) { throw new VolumeException(missing + item.Key); }
        }

        return files;
    }

    /// <summary>Which keys to show, and how.</summary>
    internal sealed record Selection(IList<V1KeyToPath>? Items, int? DefaultMode, bool IsOptional);
}

/// <summary>What the node can give.</summary>
internal interface INodeResources
{
    IReadOnlyDictionary<string, ResourceQuantity> Allocatable { get; }
}
