using System.Reflection;

namespace Orch.Packaging.Tests;

/// <summary>All packages, packed once into a feed of their own.</summary>
public sealed class PackedFeed : IAsyncLifetime
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("orch-packaging-");

    public static string Repository { get; } = FindRepository();

    public string Feed => Path.Combine(_root.FullName, "feed");

    public IReadOnlyList<string> Packages => [.. Directory.GetFiles(Feed, "*.nupkg").Order(StringComparer.Ordinal)];

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Feed);
        var configuration = typeof(PackedFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Configuration").Value;
        await Commands.RunAsync(
            Repository, Commands.Dotnet, "msbuild", "eng/pack.proj", "-t:Pack", "-nologo", "-v:q", "-p:NoBuild=true",
            $"-p:Configuration={configuration}", $"-p:PackageOutputPath={Feed}");
    }

    public Task DisposeAsync()
    {
        _root.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A folder outside the repository whose only source of packages is the feed; what others made comes from the machine's own cache, so no network is needed.</summary>
    public string NewOutsider(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root.FullName, name)).FullName;
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(folder, "packages")}" /></config>
              <fallbackPackageFolders><clear /><add key="cache" value="{cache}" /></fallbackPackageFolders>
              <packageSources><clear /><add key="packed" value="{Feed}" /></packageSources>
            </configuration>
            """);
        return folder;
    }

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Orch.sln"))) { directory = directory.Parent; }
        return directory?.FullName ?? throw new InvalidOperationException("Orch.sln is in no parent folder of the tests.");
    }
}
