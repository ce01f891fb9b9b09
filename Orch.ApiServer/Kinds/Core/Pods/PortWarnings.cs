using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>Ports of a pod's containers that get in each other's way.</summary>
internal static class PortWarnings
{
    // A pod that says the same port more often is not looked at further: each is compared with all before.
    private const int MaxCompared = 64;

    /// <summary>Adds the texts of all containers.</summary>
    public static void Add(V1PodSpec spec, string path, List<string> texts)
    {
        var count = Count(spec.InitContainers) + Count(spec.Containers);
        if (count == 0) { return; }
        var places = new List<(string Field, int Container, int Index, V1ContainerPort Port)>(count);
        Collect(spec.InitContainers, "initContainers", places);
        Collect(spec.Containers, "containers", places);
        Numbers(places, path, texts);
        Names(places, path, texts);
    }

    private static int Count(IList<V1Container>? containers)
    {
        var count = 0;
        for (var index = 0; index < (containers?.Count ?? 0); index++) { count += containers![index].Ports?.Count ?? 0; }
        return count;
    }

    private static void Collect(IList<V1Container>? containers, string field, List<(string Field, int Container, int Index, V1ContainerPort Port)> places)
    {
        for (var container = 0; container < (containers?.Count ?? 0); container++)
        {
            for (var index = 0; index < (containers![container].Ports?.Count ?? 0); index++) { places.Add((field, container, index, containers[container].Ports![index])); }
        }
    }

    private static void Numbers(List<(string Field, int Container, int Index, V1ContainerPort Port)> places, string path, List<string> texts)
    {
        var earlier = places.Count > 1 ? new Dictionary<(int, string?), List<int>>() : null;
        for (var place = 0; place < places.Count && texts.Count < PodWarnings.MaxTexts; place++)
        {
            var port = places[place].Port;
            if (!string.IsNullOrEmpty(port.HostIP) && (port.HostPort ?? 0) == 0) { texts.Add($"{At(places[place], path)}: hostIP set without hostPort: {Shown(port)}"); }
            if (earlier is null) { return; }
            if (!earlier.TryGetValue((port.ContainerPort, port.Protocol), out var others)) { earlier.Add((port.ContainerPort, port.Protocol), others = []); }
            foreach (var other in others)
            {
                if (Clash(port, places[other].Port) is { } clash) { texts.Add($"{At(places[place], path)}: {clash} port definition with {At(places[other], path)}"); }
            }

            if (others.Count < MaxCompared) { others.Add(place); }
        }
    }

    private static string? Clash(V1ContainerPort port, V1ContainerPort other)
    {
        var (address, otherAddress) = (port.HostIP ?? string.Empty, other.HostIP ?? string.Empty);
        var (host, otherHost) = (port.HostPort ?? 0, other.HostPort ?? 0);
        if (host == otherHost && address == otherAddress) { return "duplicate"; }
        if (host == 0 || otherHost == 0) { return "overlapping"; }
        return host == otherHost && (address.Length == 0) != (otherAddress.Length == 0) ? "dangerously ambiguous" : null;
    }

    private static void Names(List<(string Field, int Container, int Index, V1ContainerPort Port)> places, string path, List<string> texts)
    {
        if (places.Count < 2) { return; }
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var place = 0; place < places.Count && texts.Count < PodWarnings.MaxTexts; place++)
        {
            var name = places[place].Port.Name;
            if (string.IsNullOrEmpty(name) || seen.TryAdd(name, place)) { continue; }
            var first = At(places[seen[name]], path);
            texts.Add($"{At(places[place], path)}: duplicate port name {GoText.Quote(name)} with {first}, services and probes that select ports by name will use {first}");
        }
    }

    private static string At((string Field, int Container, int Index, V1ContainerPort Port) place, string path) => $"{path}.{place.Field}[{place.Container}].ports[{place.Index}]";

    private static string Shown(V1ContainerPort port)
        => $"{{Name:{port.Name} HostPort:{port.HostPort ?? 0} ContainerPort:{port.ContainerPort} Protocol:{port.Protocol} HostIP:{port.HostIP}}}";
}
