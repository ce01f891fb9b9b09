using k8s.Models;
using Orch.ApiServer.Discovery;

namespace Orch.ApiServer.Aggregation;

/// <summary>In which order discovery tells of groups and versions: as the API services say.</summary>
/// <remarks>Rules as in upstream's <c>SortedByGroupAndVersion</c>: the higher number first; of equal groups the name counts, of equal versions their kind and number.</remarks>
internal sealed class ApiPriorities
{
    private const int CustomGroup = 1_000;
    private const int CustomVersion = 100;

    // Upstream's aggregator puts its own group, which has no API service, before all others.
    private const string OwnGroup = "apiregistration.k8s.io";
    private const int OwnPriority = 20_000;
    private readonly Dictionary<string, (int Priority, string Service)> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Group, string Version), int> _versions = [];

    /// <summary>No API services yet: the server's own groups are as they will be.</summary>
    public static ApiPriorities None { get; } = new();

    /// <summary>What API services say.</summary>
    public static ApiPriorities Of(IEnumerable<V1APIService> services)
    {
        var result = new ApiPriorities();
        foreach (var service in services)
        {
            var (group, priority, name) = (service.Spec.Group ?? string.Empty, service.Spec.GroupPriorityMinimum, service.Metadata.Name);
            result._versions[(group, service.Spec.Version ?? string.Empty)] = service.Spec.VersionPriority;
            if (!result._groups.TryGetValue(group, out var known) || priority > known.Priority || (priority == known.Priority && string.CompareOrdinal(name, known.Service) < 0))
            {
                result._groups[group] = (priority, name);
            }
        }

        return result;
    }

    /// <summary>Whether others say the same.</summary>
    public bool Same(ApiPriorities other)
        => _groups.Count == other._groups.Count && _versions.Count == other._versions.Count
            && _groups.All(item => other._groups.TryGetValue(item.Key, out var value) && value == item.Value)
            && _versions.All(item => other._versions.TryGetValue(item.Key, out var value) && value == item.Value);

    /// <summary>Groups, the most preferred first.</summary>
    /// <param name="byService">Of equal groups the first API service's name counts, as in plain discovery; else the group's.</param>
    public IEnumerable<string> Order(IEnumerable<string> groups, bool byService)
        => groups.OrderByDescending(group => OfGroup(group).Priority).ThenBy(group => byService ? OfGroup(group).Service : group, StringComparer.Ordinal).ThenBy(static group => group, StringComparer.Ordinal);

    /// <summary>Versions of a group, the most preferred first.</summary>
    public IEnumerable<string> Order(string group, IEnumerable<string> versions)
        => versions.OrderByDescending(version => _versions.TryGetValue((group, version), out var priority) ? priority : LocalApiServices.VersionPriority(group, version) ?? CustomVersion)
            .ThenBy(static version => version, VersionOrder.Instance);

    private (int Priority, string Service) OfGroup(string group)
    {
        if (group == OwnGroup) { return (OwnPriority, "v1." + group); }
        return _groups.TryGetValue(group, out var known) ? known : (LocalApiServices.GroupPriority(group) ?? CustomGroup, "v1." + group);
    }
}
