using Orch.ApiServer.Hosting;
using Orch.Security;

namespace Orch.ApiServer.Admission;

/// <summary>Which admission plugins run, and in which order: upstream's, by name.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/</remarks>
internal static class AdmissionOrder
{
    // Plugins of others come before these: policies and webhooks see what all plugins made, and quota charges what will really be stored.
    private const string FirstOfTheLast = "MutatingAdmissionPolicy";

    private static readonly string[] Known =
    [
        "NamespaceLifecycle", "LimitRanger", "ServiceAccount", "NodeRestriction", "TaintNodesByCondition", "PodSecurity", "Priority", "DefaultTolerationSeconds",
        "DefaultStorageClass", "StorageObjectInUseProtection", "OwnerReferencesPermissionEnforcement", "PersistentVolumeClaimResize", "RuntimeClass",
        "CertificateApproval", "CertificateSigning", "CertificateSubjectRestriction", "DefaultIngressClass", "PodTopologyLabels", "RbacEscalation",
        FirstOfTheLast, "MutatingAdmissionWebhook", "ValidatingAdmissionPolicy", "ValidatingAdmissionWebhook", "ResourceQuota",
    ];

    // Off unless named, as upstream.
    private static readonly string[] OptIn = ["OwnerReferencesPermissionEnforcement"];

    /// <summary>The plugins to run.</summary>
    /// <exception cref="InvalidOperationException">An option names what is not registered, or contradicts another.</exception>
    public static IReadOnlyList<IAdmissionPlugin> Choose(IEnumerable<IAdmissionPlugin> registered, ApiServerOptions options)
    {
        if (options.AdmissionPlugins is not null)
        {
            if (options.EnabledAdmissionPlugins.Count + options.DisabledAdmissionPlugins.Count > 0)
            {
                throw new InvalidOperationException(
                    $"{ApiServerOptions.Section}:{nameof(options.AdmissionPlugins)} is the whole list; leave {nameof(options.EnabledAdmissionPlugins)} and {nameof(options.DisabledAdmissionPlugins)} empty.");
            }

            return NamedSet.Choose(registered, NameOf, options.AdmissionPlugins, nameof(options.AdmissionPlugins));
        }

        var all = NamedSet.Choose(registered, NameOf, null, nameof(options.AdmissionPlugins));
        var enabled = Names(all, options.EnabledAdmissionPlugins, nameof(options.EnabledAdmissionPlugins));
        var disabled = Names(all, options.DisabledAdmissionPlugins, nameof(options.DisabledAdmissionPlugins));
        if (enabled.FirstOrDefault(disabled.Contains) is { } both)
        {
            throw new InvalidOperationException(
                $"{ApiServerOptions.Section}: \"{both}\" stands in {nameof(options.EnabledAdmissionPlugins)} and in {nameof(options.DisabledAdmissionPlugins)}; keep one.");
        }

        return [.. all.Where(plugin => !disabled.Contains(plugin.Name) && (enabled.Contains(plugin.Name) || !OptIn.Contains(plugin.Name)))
            .OrderBy(static plugin => RankOf(plugin.Name))];
    }

    private static string NameOf(IAdmissionPlugin plugin) => plugin.Name;

    private static HashSet<string> Names(IReadOnlyList<IAdmissionPlugin> all, IList<string> names, string key)
        => [.. NamedSet.Choose(all, NameOf, [.. names], key).Select(NameOf)];

    // The sort is stable: plugins of others keep the order of their registration.
    private static double RankOf(string name)
    {
        var rank = Array.IndexOf(Known, name);
        return rank >= 0 ? rank : Array.IndexOf(Known, FirstOfTheLast) - 0.5;
    }
}
