namespace Orch.Testing.Kubectl;

/// <summary>Runs Helm against one server and in one namespace, with a home of its own so that no settings of the machine matter.</summary>
public sealed class HelmSession : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("orch-helm").FullName;
    private readonly string _program;
    private readonly string[] _common;
    private readonly Dictionary<string, string> _environment;

    /// <summary>A session; the test is skipped where the program is absent.</summary>
    /// <param name="release">A name in <see cref="ClientCache"/>.</param>
    /// <param name="token">Sent as bearer token.</param>
    /// <param name="driver">Where Helm keeps its releases.</param>
    public HelmSession(Uri server, string release, string token = "admin/system:masters", string driver = "secret")
    {
        var program = ClientCache.Find(release);
        if (program is null) { Directory.Delete(_home); }
        Skip.If(program is null, $"{release} is not installed; test.sh fetches it where npm can");
        _program = program!;
        _common = [$"--kube-apiserver={server.GetLeftPart(UriPartial.Authority)}", "--kube-insecure-skip-tls-verify", $"--kube-token={token}", "--namespace=default"];
        _environment = new Dictionary<string, string>
        {
            ["HELM_DRIVER"] = driver, ["HELM_CACHE_HOME"] = Path.Combine(_home, "cache"), ["HELM_CONFIG_HOME"] = Path.Combine(_home, "config"), ["HELM_DATA_HOME"] = Path.Combine(_home, "data"),
        };
    }

    /// <summary>One of the charts in <c>tests/clients/helm</c>.</summary>
    /// <returns>Its path.</returns>
    public static string Chart(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "tests", "clients", "helm", name);
            if (Directory.Exists(path)) { return path; }
        }

        throw new DirectoryNotFoundException($"there is no chart {name}");
    }

    /// <summary>Deletes the home.</summary>
    public void Dispose() => Directory.Delete(_home, recursive: true);

    /// <summary>Writes a file of a chart into the home.</summary>
    /// <returns>The chart's path.</returns>
    public async Task<string> WriteAsync(string chart, string name, string text)
    {
        var file = Path.Combine(_home, chart, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, text);
        return Path.Combine(_home, chart);
    }

    /// <summary>Runs a command that must succeed and say something.</summary>
    /// <returns>All it said.</returns>
    public Task<string> OkAsync(string expected, params string[] arguments) => ExpectAsync(static code => code == 0, expected, arguments);

    /// <summary>Runs a command that must fail and say something.</summary>
    /// <returns>All it said.</returns>
    public Task<string> FailsAsync(string expected, params string[] arguments) => ExpectAsync(static code => code != 0, expected, arguments);

    private async Task<string> ExpectAsync(Func<int, bool> isRight, string expected, string[] arguments)
    {
        var (code, output, error) = await ClientProgram.RunAsync(_program, _home, _environment, [.. arguments, .. _common]);
        output = error + output;
        Assert.True(isRight(code) && output.Contains(expected, StringComparison.Ordinal), $"{_program} {string.Join(' ', arguments)} ended with {code}:\n{output}");
        return output;
    }
}
