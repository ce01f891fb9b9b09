namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>How violations name things.</summary>
internal static class Wording
{
    /// <summary><c>container "a"</c>, <c>containers "a", "b"</c>.</summary>
    public static string Containers(IReadOnlyCollection<string> names) => $"{Plural("container", "containers", names.Count)} {Quote(names)}";

    public static string Plural(string one, string many, int count) => count == 1 ? one : many;

    /// <summary><c>"a", "b"</c>.</summary>
    public static string Quote(IEnumerable<string> items) => $"\"{string.Join("\", \"", items)}\"";

    /// <summary>The pod, the containers, or both: <c>pod and container "a"</c>.</summary>
    public static string Setters(bool isPod, IReadOnlyCollection<string> containers)
        => (isPod, containers.Count) switch
        {
            (true, 0) => "pod",
            (true, _) => $"pod and {Containers(containers)}",
            _ => Containers(containers),
        };

    /// <summary>Unique and in order.</summary>
    public static SortedSet<string> Set(IEnumerable<string> items) => new(items, StringComparer.Ordinal);
}
