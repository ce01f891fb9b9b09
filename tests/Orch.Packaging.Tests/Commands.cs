using System.Diagnostics;
using Orch.Testing.Time;

namespace Orch.Packaging.Tests;

/// <summary>Runs commands as somebody outside the repository would.</summary>
internal static class Commands
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    // What the test runner's own dotnet leaves for its children would bend theirs.
    private static readonly string[] Foreign = ["MSBuildSDKsPath", "MSBUILD_EXE_PATH", "MSBuildExtensionsPath", "MSBuildLoadMicrosoftTargetsReadOnly"];

    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <returns>What it wrote; a failure is an exception with it.</returns>
    public static async Task<string> RunAsync(string directory, string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in Foreign) { start.Environment.Remove(name); }
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var call = $"{Path.GetFileName(file)} {string.Join(' ', arguments)}";
        try
        {
            await process.WaitForExitAsync().Within($"the end of {call}", Limit);
        }
        finally
        {
            if (!process.HasExited) { process.Kill(entireProcessTree: true); }
        }

        var said = await output + await errors;
        Assert.True(process.ExitCode == 0, $"{call} ended with {process.ExitCode}:\n{said}");
        return said;
    }
}
