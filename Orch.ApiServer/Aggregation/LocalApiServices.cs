using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Aggregation;

/// <summary>The API services that stand for what this server serves itself.</summary>
internal static class LocalApiServices
{
    /// <summary>Marks those that the server keeps: <c>onstart</c> for built-in groups, <c>true</c> for custom resources, which come and go.</summary>
    public const string Label = "kube-aggregator.kubernetes.io/automanaged";

    // Upstream's order of preference.
    private static readonly Dictionary<string, int> Priorities = new(StringComparer.Ordinal)
    {
        [""] = 18_000, ["apps"] = 17_800, ["events.k8s.io"] = 17_750, ["authentication.k8s.io"] = 17_700, ["authorization.k8s.io"] = 17_600, ["autoscaling"] = 17_500,
        ["batch"] = 17_400, ["certificates.k8s.io"] = 17_300, ["networking.k8s.io"] = 17_200, ["policy"] = 17_100, ["rbac.authorization.k8s.io"] = 17_000,
        ["storage.k8s.io"] = 16_800, ["apiextensions.k8s.io"] = 16_700, ["admissionregistration.k8s.io"] = 16_700, ["scheduling.k8s.io"] = 16_600,
        ["coordination.k8s.io"] = 16_500, ["node.k8s.io"] = 16_300, ["discovery.k8s.io"] = 16_200, ["flowcontrol.apiserver.k8s.io"] = 16_100,
        ["internal.apiserver.k8s.io"] = 16_000, ["resource.k8s.io"] = 15_900, ["apiregistration.k8s.io"] = 0,
    };

    /// <summary>Of a group of the server's own, or null.</summary>
    public static int? GroupPriority(string group) => Priorities.TryGetValue(group, out var priority) ? priority : null;

    /// <summary>Of a version of a group of the server's own, or null.</summary>
    public static int? VersionPriority(string group, string version) => !Priorities.ContainsKey(group) ? null : (group, version) switch
    {
        ("", "v1") => 1,
        ("autoscaling", "v2") => 30,
        ("flowcontrol.apiserver.k8s.io", "v1") => 21,
        _ => version.Contains("alpha", StringComparison.Ordinal) ? 1 : version.Contains("beta", StringComparison.Ordinal) ? 9 : 15,
    };

    /// <summary>One for each group and version, ordered by name.</summary>
    /// <param name="others">Groups and versions that are served without being stored, such as reviews.</param>
    public static IReadOnlyList<V1APIService> Of(IEnumerable<ResourceDeclaration> declarations, IEnumerable<(string Group, string Version)> others)
    {
        var all = new SortedDictionary<string, V1APIService>(StringComparer.Ordinal);
        foreach (var (group, version, isCustom) in declarations.Select(static item => (item.Kind.Group, item.Kind.Version, item is CustomResourceDeclaration)).Concat(others.Select(static item => (item.Group, item.Version, false))))
        {
            // Upstream's aggregator has no API service for its own group.
            if (group == "apiregistration.k8s.io") { continue; }
            var name = $"{version}.{group}";
            if (all.ContainsKey(name) && isCustom) { continue; }
            all[name] = Make(group, version, isCustom);
        }

        return [.. all.Values];
    }

    /// <summary>Whether the server keeps it for a custom resource.</summary>
    public static bool IsForCustom(V1APIService service) => service.Metadata.Labels is { } labels && labels.TryGetValue(Label, out var value) && value == "true";

    private static V1APIService Make(string group, string version, bool isCustom) => new()
    {
        Metadata = new V1ObjectMeta { Name = $"{version}.{group}", Labels = new Dictionary<string, string> { [Label] = isCustom ? "true" : "onstart" } },
        Spec = new V1APIServiceSpec
        {
            Group = group.Length == 0 ? null : group,
            Version = version,
            GroupPriorityMinimum = isCustom ? 1_000 : Priorities.GetValueOrDefault(group, 16_000),
            VersionPriority = isCustom ? 100 : VersionPriority(group, version) ?? 15,
        },
    };
}
