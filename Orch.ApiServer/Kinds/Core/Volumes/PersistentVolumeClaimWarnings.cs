using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Core.Volumes;

/// <summary>What is allowed in a claim but hardly meant.</summary>
internal static class PersistentVolumeClaimWarnings
{
    /// <summary>The texts for a specification that lies at <paramref name="path"/>.</summary>
    public static IEnumerable<string> For(V1PersistentVolumeClaimSpec? spec, string path)
    {
        foreach (var (field, amounts) in new[] { ("requests", spec?.Resources?.Requests), ("limits", spec?.Resources?.Limits) })
        {
            if (amounts is null || !amounts.TryGetValue("storage", out var quantity) || quantity is null || decimal.Truncate(quantity.ToDecimal()) == quantity.ToDecimal()) { continue; }
            yield return $"{path}.resources.{field}[storage]: fractional byte value \"{Quantities.Format(quantity)}\" is invalid, must be an integer";
        }
    }
}
