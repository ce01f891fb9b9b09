using System.IO.Compression;
using System.Xml.Linq;

namespace Orch.Packaging.Tests;

public sealed class PackageTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Tool = "Orch.Tool";

    [Fact]
    public void Packages_AreTheLibrariesAndTheTool()
    {
        var libraries = Directory.GetDirectories(PackedFeed.Repository, "Orch.*").Select(path => Path.GetFileName(path)!);

        Assert.Equal(libraries.Append(Tool).Order(StringComparer.Ordinal), feed.Packages.Select(path => Nuspec(path, "id")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Packages_AllHave_ReadmeLicenseDescriptionAndDocs()
    {
        Assert.All(feed.Packages, path =>
        {
            var id = Nuspec(path, "id")!;
            using var archive = ZipFile.OpenRead(path);
            var files = archive.Entries.ToDictionary(entry => entry.FullName, entry => entry.Length);

            Assert.Equal("Apache-2.0", Nuspec(path, "license"));
            Assert.Equal("README.md", Nuspec(path, "readme"));
            Assert.NotEqual("Package Description", Nuspec(path, "description"));
            Assert.True(files.GetValueOrDefault("README.md") > 400, $"{id}'s README.md tells nothing");
            if (id == Tool) { return; }
            Assert.Contains($"lib/net10.0/{id}.dll", files.Keys);
            Assert.Contains($"lib/net10.0/{id}.xml", files.Keys);
        });
    }

    [Fact]
    public void Packages_DependOnEachOther_InTheirOwnVersion()
    {
        var version = Nuspec(feed.Packages[0], "version");

        Assert.All(feed.Packages, path =>
        {
            Assert.Equal(version, Nuspec(path, "version"));
            var ours = Document(path).Descendants().Where(element => element.Name.LocalName == "dependency" && element.Attribute("id")!.Value.StartsWith("Orch.", StringComparison.Ordinal));
            Assert.All(ours, dependency => Assert.Equal(version, dependency.Attribute("version")!.Value));
        });
    }

    [Fact]
    public async Task Outsider_WithAPackageReference_BuildsAndRunsACluster()
    {
        var folder = feed.NewOutsider("outsider");
        var package = feed.Packages.Single(path => Nuspec(path, "id") == "Orch.Host");
        await File.WriteAllTextAsync(Path.Combine(folder, "outsider.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Orch.Host" Version="{Nuspec(package, "version")}" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), """
            using k8s.Models;
            using Microsoft.Extensions.DependencyInjection;
            using Microsoft.Extensions.Hosting;
            using Orch.Client;
            using Orch.Host.Composition;

            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Services.AddOrchCluster(cluster => cluster.Configure(options => options.Port = 0).UseMemoryStore().UseSimulatedNodes());
            using var host = builder.Build();
            await host.StartAsync();
            var orch = host.Services.GetRequiredService<OrchCluster>();
            await orch.WaitUntilReadyAsync(CancellationToken.None);
            var nodes = await orch.CreateClient().Resource<V1Node>().ListAsync(ListRequest.All, CancellationToken.None);
            Console.WriteLine($"nodes: {string.Join(", ", nodes.Items.Select(node => node.Metadata.Name))}");
            await host.StopAsync();
            """);

        await Commands.RunAsync(folder, Commands.Dotnet, "build", "-nologo", "-v:q", "-o", "out");
        var said = await Commands.RunAsync(folder, Commands.Dotnet, Path.Combine("out", "outsider.dll"));

        Assert.Contains("nodes: simulated-0", said, StringComparison.Ordinal);
        Assert.Equal(Packed(package, "lib/net10.0/Orch.Host.dll"), await File.ReadAllBytesAsync(Path.Combine(folder, "out", "Orch.Host.dll")));
    }

    [Fact]
    public async Task Tool_InstalledFromTheFeed_Runs()
    {
        var folder = feed.NewOutsider("tool");
        var version = Nuspec(feed.Packages[0], "version")!;

        await Commands.RunAsync(folder, Commands.Dotnet, "tool", "install", Tool, "--version", version, "--tool-path", "bin");
        var said = await Commands.RunAsync(folder, Path.Combine(folder, "bin", "orch"), "version");

        Assert.Equal($"orch {version}", said.Trim());
    }

    private static byte[] Packed(string package, string entry)
    {
        using var archive = ZipFile.OpenRead(package);
        using var content = archive.GetEntry(entry)!.Open();
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return copy.ToArray();
    }

    private static string? Nuspec(string package, string element)
        => Document(package).Descendants().FirstOrDefault(found => found.Name.LocalName == element)?.Value;

    private static XDocument Document(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        using var nuspec = archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(nuspec);
    }
}
