using System.Text;
using CliWrap;

namespace Orch.EndToEnd.Tests.Fixtures;

/// <summary>Runs programs, each bounded in time.</summary>
internal static class Programs
{
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(90);

    /// <summary>The program's path, looked for on the PATH and where administrators' tools lie; null when absent.</summary>
    public static string? Find(string name)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"])
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    public static async Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, PipeSource? input = null, IReadOnlyDictionary<string, string?>? environment = null, TimeSpan? limit = null)
    {
        var command = $"{Path.GetFileName(program)} {string.Join(' ', arguments)}";
        StringBuilder output = new(), error = new();
        using var timeout = new CancellationTokenSource(limit ?? DefaultLimit);
        try
        {
            var result = await Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None)
                .WithStandardInputPipe(input ?? PipeSource.Null)
                .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output)).WithStandardErrorPipe(PipeTarget.ToStringBuilder(error))
                .WithEnvironmentVariables(environment ?? new Dictionary<string, string?>())
                .ExecuteAsync(timeout.Token);
            return new CommandResult(command, result.ExitCode, output.ToString(), error.ToString());
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"'{command}' did not end within {limit ?? DefaultLimit}; so far it said:\n{output}{error}");
        }
    }
}
