namespace Orch.Testing.Kubectl;

/// <summary>Programs of others that <c>test.sh</c> fetched for the tests: releases of kubectl and of Helm, under names such as <c>kubectl.1.35</c> and <c>helm.3</c>.</summary>
public static class ClientCache
{
    /// <summary>Where they lie; the environment variable <c>ORCH_TEST_CLIENTS</c> says another place.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable("ORCH_TEST_CLIENTS") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "orch-test-clients");

    /// <summary>The program of that name; null where there is none.</summary>
    public static string? Find(string name) => Path.Combine(Folder, name) is var path && File.Exists(path) ? path : null;

    /// <summary>All releases of kubectl, by path, the oldest first.</summary>
    public static IReadOnlyList<string> Kubectls()
        => Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder, "kubectl.1.*").Order(StringComparer.Ordinal)] : [];
}
