// Writes what is public into each package's PublicAPI.Unshipped.txt: dotnet run eng/public-api.cs
// A public type is a promise: look at the difference before it is committed.
using System.Diagnostics;
using System.Text.Json;

var root = Directory.GetCurrentDirectory();
if (!File.Exists(Path.Combine(root, "Orch.sln"))) { throw new InvalidOperationException("Run this in the repository's root."); }
var logs = args.Length > 0 ? new DirectoryInfo(args[0]) : Directory.CreateTempSubdirectory("orch-public-api-");
if (args.Length == 0)
{
    using var build = Process.Start("dotnet", ["build", "Orch.Host/Orch.Host.csproj", "--no-incremental", "-nologo", "-v:q", "-clp:ErrorsOnly", $"-p:PublicApiLog={logs.FullName}"]);
    await build.WaitForExitAsync();
    if (build.ExitCode != 0) { return build.ExitCode; }
}

foreach (var log in logs.GetFiles("*.sarif"))
{
    var package = Path.GetFileNameWithoutExtension(log.Name);
    var file = Path.Combine(root, package, "PublicAPI.Unshipped.txt");
    var lines = File.ReadLines(file).Where(line => line is not ("" or "#nullable enable")).ToHashSet(StringComparer.Ordinal);
    var before = lines.Count;
    using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(log.FullName));
    foreach (var result in document.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray())
    {
        var rule = result.GetProperty("ruleId").GetString();
        if (rule == "RS0016") { lines.Add(result.GetProperty("properties").GetProperty("customProperties").GetProperty("APIName").GetString()!); }
        if (rule == "RS0017") { lines.Remove(result.GetProperty("message").GetProperty("text").GetString()!.Split('\'')[1]); }
    }

    await File.WriteAllLinesAsync(file, lines.Order(StringComparer.Ordinal).Prepend("#nullable enable"));
    Console.WriteLine($"{package}: {lines.Count} ({lines.Count - before:+0;-0;0})");
}

return 0;
