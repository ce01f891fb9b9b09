using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Core.Volumes;

/// <summary>Cell texts of volumes and claims.</summary>
internal static class VolumePrinting
{
    private static readonly (string Mode, string Short)[] Modes = [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];

    /// <summary>Access modes in short, such as <c>RWO,ROX</c>.</summary>
    public static string AccessModes(IList<string>? modes)
        => modes is not { Count: > 0 } ? string.Empty : string.Join(',', Modes.Where(mode => modes.Contains(mode.Mode)).Select(static mode => mode.Short));

    /// <summary>How much storage; zero where nothing says so.</summary>
    public static string Storage(IDictionary<string, ResourceQuantity>? amounts)
        => amounts is not null && amounts.TryGetValue("storage", out var quantity) && quantity is not null ? Quantities.Format(quantity) : "0";

    /// <summary>The class, which old manifests give in an annotation.</summary>
    public static string ClassOf(V1ObjectMeta? metadata, string? className)
        => metadata?.Annotations is { } annotations && annotations.TryGetValue(VolumeAnnotations.StorageClass, out var annotated) ? annotated : className ?? string.Empty;
}
