using System.Diagnostics;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary>The official client for JavaScript against a real server over HTTPS; <c>tests/clients/node</c> has the script.</summary>
public sealed class NodeClientTests
{
    [SkippableFact]
    [Trait("Needs", "node")]
    public async Task NodeClient_EverydayWork_GoesAsWithUpstream()
    {
        var folder = Find() ?? string.Empty;
        Skip.If(!Directory.Exists(Path.Combine(folder, "node_modules")), "the client for JavaScript is not installed; npm ci in tests/clients/node does it");
        await using var server = await TestServer.ListenAsync();
        var authority = Path.Combine(Directory.CreateTempSubdirectory("orch-node").FullName, "ca.crt");
        await File.WriteAllTextAsync(authority, server.Certificates.Authority.ExportCertificatePem());
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "client.mjs"), server.Address.GetLeftPart(UriPartial.Authority), authority, "admin/system:masters"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().Within("the client to end", TimeSpan.FromSeconds(90));
        Directory.Delete(Path.GetDirectoryName(authority)!, recursive: true);
        Assert.True(process.ExitCode == 0, $"{await output}{await errors}");
        Assert.Equal(["crud", "errors", "pages", "patches", "apply", "watch", "informer", "objects"], (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line[3..]));
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "tests", "clients", "node");
            if (Directory.Exists(path)) { return path; }
        }

        return null;
    }
}
