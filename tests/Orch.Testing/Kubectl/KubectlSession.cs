namespace Orch.Testing.Kubectl;

/// <summary>Runs kubectl against one server, with a home of its own so that no settings of the machine matter.</summary>
public sealed class KubectlSession : IDisposable
{
    private readonly string _home;
    private readonly string _program;
    private readonly string[] _common;
    private readonly bool _ownsHome;

    /// <summary>A session; the test is skipped where the program is absent.</summary>
    /// <param name="token">Sent as bearer token.</param>
    /// <param name="release">The name of a program beside the installed kubectl, or a path.</param>
    public KubectlSession(Uri server, string token = "admin/system:masters", string release = "kubectl")
        : this(Directory.CreateTempSubdirectory("orch-kubectl").FullName, Require(release), server, token, ownsHome: true)
    {
    }

    private KubectlSession(string home, string program, Uri server, string token, bool ownsHome)
    {
        (_home, _program, _ownsHome, Server) = (home, program, ownsHome, server);
        _common = [$"--server={server}", "--insecure-skip-tls-verify", $"--token={token}", $"--cache-dir={Path.Combine(home, "cache")}"];
    }

    /// <summary>Set for every program that is started.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    private Uri Server { get; }

    /// <summary>The program of that name on the path, beside the installed kubectl or in <see cref="ClientCache"/>; null where there is none.</summary>
    public static string? Find(string release = "kubectl")
    {
        if (Path.IsPathRooted(release)) { return File.Exists(release) ? release : null; }
        foreach (var folder in (System.Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var installed = new FileInfo(Path.Combine(folder, "kubectl"));
            if (!installed.Exists) { continue; }
            if (release == "kubectl") { return installed.FullName; }
            var real = (installed.ResolveLinkTarget(returnFinalTarget: true) ?? installed).FullName;
            var beside = Path.Combine(Path.GetDirectoryName(real)!, release);
            return File.Exists(beside) ? beside : ClientCache.Find(release);
        }

        return ClientCache.Find(release);
    }

    /// <summary>All versions that lie beside the installed kubectl or in <see cref="ClientCache"/>, by path; one empty text where there are none.</summary>
    public static IReadOnlyList<string> Versions()
    {
        var real = Find() is { } installed ? (File.ResolveLinkTarget(installed, returnFinalTarget: true)?.FullName ?? installed) : null;
        var found = real is null ? [] : Directory.EnumerateFiles(Path.GetDirectoryName(real)!, "kubectl.1.*").Order(StringComparer.Ordinal).ToList();
        found.AddRange(ClientCache.Kubectls().Where(path => !found.Exists(other => Path.GetFileName(other) == Path.GetFileName(path))));
        return found.Count == 0 ? [string.Empty] : found;
    }

    /// <summary>The same home and program with another token; not to be disposed of before this one's last use.</summary>
    public KubectlSession As(string token) => new(_home, _program, Server, token, ownsHome: false);

    /// <summary>Deletes the home.</summary>
    public void Dispose()
    {
        if (_ownsHome) { Directory.Delete(_home, recursive: true); }
    }

    /// <summary>Writes a file into the home.</summary>
    /// <returns>Its path.</returns>
    public async Task<string> WriteAsync(string name, string text)
    {
        var file = Path.Combine(_home, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    /// <summary>Runs a command that must succeed and say something.</summary>
    /// <returns>All it said.</returns>
    public Task<string> OkAsync(string expected, params string[] arguments) => ExpectAsync(static code => code == 0, expected, arguments);

    /// <summary>Runs a command that must fail and say something.</summary>
    /// <returns>All it said.</returns>
    public Task<string> FailsAsync(string expected, params string[] arguments) => ExpectAsync(static code => code != 0, expected, arguments);

    /// <summary>Runs a command.</summary>
    /// <returns>Its exit code, and what it wrote to both of its outputs.</returns>
    public async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var (code, output, error) = await RunApartAsync(arguments);
        return (code, error + output);
    }

    /// <summary>Runs a command in the home.</summary>
    /// <returns>Its exit code and its outputs, each by itself.</returns>
    public Task<(int Code, string Output, string Error)> RunApartAsync(params string[] arguments) => ClientProgram.RunAsync(_program, _home, Environment, [.. _common, .. arguments]);

    private static string Require(string release)
    {
        var program = release.Length == 0 ? null : Find(release);
        Skip.If(program is null, $"{(release.Length == 0 ? "another version of kubectl" : release)} is not installed");
        return program!;
    }

    private async Task<string> ExpectAsync(Func<int, bool> isRight, string expected, string[] arguments)
    {
        var (code, output) = await RunAsync(arguments);
        Assert.True(isRight(code) && output.Contains(expected, StringComparison.Ordinal), $"{_program} {string.Join(' ', arguments)} ended with {code}:\n{output}");
        return output;
    }
}
