using System.Diagnostics;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary>Debian's client for Python, of an older release than the server, over HTTPS; <c>tests/clients/python</c> has the script.</summary>
public sealed class PythonClientTests
{
    [SkippableFact]
    [Trait("Needs", "python3-kubernetes")]
    public async Task PythonClient_EverydayWork_GoesAsWithUpstream()
    {
        var script = Find() ?? string.Empty;
        string? python = null;
        foreach (var program in (string[])["/usr/bin/python3", "python3"])
        {
            if (python is null && (await RunAsync(program, ["-c", "import kubernetes"])).Code == 0) { python = program; }
        }

        Skip.If(script.Length == 0 || python is null, "the client for Python is not installed; apt-get install python3-kubernetes does it");
        await using var server = await TestServer.ListenAsync();
        var folder = Directory.CreateTempSubdirectory("orch-python").FullName;
        var authority = Path.Combine(folder, "ca.crt");
        await File.WriteAllTextAsync(authority, server.Certificates.Authority.ExportCertificatePem());
        var (code, output, errors) = await RunAsync(python!, [script, server.Address.GetLeftPart(UriPartial.Authority), authority, "admin/system:masters"]);
        Directory.Delete(folder, recursive: true);
        Assert.True(code == 0, $"{output}{errors}");
        Assert.Equal(
            ["crud", "errors", "pages", "patches", "apply", "watches", "pods", "reviews", "custom", "manifests"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line[3..]));
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        Process process;
        try { process = Process.Start(start)!; }
        catch (System.ComponentModel.Win32Exception) { return (-1, string.Empty, "there is no such program"); }
        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            try { await process.WaitForExitAsync().Within("the client to end", TimeSpan.FromSeconds(90)); }
            catch (TimeoutException) { process.Kill(entireProcessTree: true); throw; }
            return (process.ExitCode, await output, await errors);
        }
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "tests", "clients", "python", "client.py");
            if (File.Exists(path)) { return path; }
        }

        return null;
    }
}
