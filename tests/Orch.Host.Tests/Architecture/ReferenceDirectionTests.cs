using System.Xml.Linq;

namespace Orch.Host.Tests.Architecture;

/// <summary>Components meet in the contracts and in the cluster's API, never in each other.</summary>
public sealed class ReferenceDirectionTests
{
    private static readonly string[] Contracts = ["Orch.Abstractions"];
    private static readonly string[] Component = ["Orch.Client", "Orch.Abstractions"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Orch.Abstractions"] = [],
        ["Orch.Cel"] = [],
        ["Orch.Client"] = Contracts,
        ["Orch.ApiServer"] = [.. Component, "Orch.Cel"],
        ["Orch.Controllers"] = Component,
        ["Orch.Scheduling"] = Component,
        ["Orch.Kubelet"] = Component,
        ["Orch.Networking"] = Component,
        ["Orch.Runtime.Docker"] = Component,
        ["Orch.Store.Memory"] = Component,
        ["Orch.Store.Etcd"] = Component,
        ["Orch.Encryption.Kms"] = Contracts,
        ["Orch.Host"] =
        [
            "Orch.ApiServer", "Orch.Controllers", "Orch.Scheduling", "Orch.Kubelet", "Orch.Networking",
            "Orch.Runtime.Docker", "Orch.Store.Memory", "Orch.Store.Etcd", "Orch.Encryption.Kms", "Orch.Client", "Orch.Abstractions",
        ],
    };

    public static TheoryData<string> Packages() => [.. Directory.GetDirectories(RepositoryRoot(), "Orch.*").Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_References_OnlyDownwards(string package)
    {
        Assert.True(Allowed.TryGetValue(package, out var allowed), $"{package} is new: say here what it may reference.");
        var project = XDocument.Load(Path.Combine(RepositoryRoot(), package, package + ".csproj"));

        var references = project.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.All(references, reference => Assert.True(allowed.Contains(reference), $"{package} may not reference {reference}."));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_OpensItsInternals_OnlyToTestsBenchmarksAndItself(string package)
    {
        var project = XDocument.Load(Path.Combine(RepositoryRoot(), package, package + ".csproj"));

        var friends = project.Descendants("InternalsVisibleTo").Select(friend => friend.Attribute("Include")!.Value);

        Assert.All(friends, friend => Assert.True(
            friend.EndsWith(".Tests", StringComparison.Ordinal) || friend.EndsWith(".Bench", StringComparison.Ordinal)
            || friend is "Orch.Testing" or "Orch.Contracts",
            $"{package} opens its internals to {friend}."));
    }

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Orch.sln"))) { directory = directory.Parent; }
        return directory?.FullName ?? throw new InvalidOperationException("Orch.sln is in no parent folder of the tests.");
    }
}
