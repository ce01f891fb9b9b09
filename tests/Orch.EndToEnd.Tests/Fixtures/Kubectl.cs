using System.Diagnostics;
using CliWrap;

namespace Orch.EndToEnd.Tests.Fixtures;

/// <summary>The kubectl program, pointed at one cluster and one namespace.</summary>
public sealed class Kubectl(OrchProcess cluster, string program, string scope)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Dictionary<string, string?> _environment = new()
    {
        ["KUBECONFIG"] = cluster.Kubeconfig,
        ["HOME"] = cluster.Home,
        ["CLOUDSDK_CONFIG"] = cluster.Home,
    };

    public string Namespace => scope;

    public Kubectl In(string other) => new(cluster, program, other);

    public Kubectl By(string otherProgram) => new(cluster, otherProgram, scope);

    /// <summary>Runs it; a failure of the command is the test's.</summary>
    public async Task<string> RunAsync(params string[] arguments) => Succeeded(await TryAsync(arguments)).Output;

    public async Task<string> ApplyAsync(string manifest)
        => Succeeded(await TryWithAsync(PipeSource.FromString(manifest), "apply", "-f", "-")).Output;

    public Task<CommandResult> TryAsync(params string[] arguments) => TryWithAsync(PipeSource.Null, arguments);

    public Task<CommandResult> TryWithAsync(PipeSource input, params string[] arguments)
        => Programs.RunAsync(program, ["-n", scope, .. arguments], input, _environment, TimeSpan.FromSeconds(150));

    /// <summary>Runs a command until its output is as wanted.</summary>
    public async Task<string> UntilAsync(string what, Func<string, bool> holds, params string[] arguments)
    {
        var result = await Eventually.BecomesAsync(what, () => TryAsync(arguments), answer => answer.ExitCode == 0 && holds(answer.Output.Trim()), Patience, () => Context());
        return result.Output.Trim();
    }

    public Task RolledOutAsync(string workload) => RunAsync("rollout", "status", workload, "--timeout=120s");

    /// <summary>A program that goes on until disposed, its output read line by line.</summary>
    public RunningProgram Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(program);
        foreach (var argument in (string[])["-n", scope, .. arguments]) { start.ArgumentList.Add(argument); }
        foreach (var (name, value) in _environment) { start.Environment[name] = value; }
        return new RunningProgram(start);
    }

    /// <summary>Runs it under a terminal of its own.</summary>
    public Task<CommandResult> OnTerminalAsync(string script, string command)
        => Programs.RunAsync(script, ["-qec", $"{program} -n {scope} {command}", "/dev/null"], PipeSource.Null, _environment);

    public CommandResult Succeeded(CommandResult result)
        => result.ExitCode == 0 ? result : throw new InvalidOperationException($"{result}\n{Context()}");

    private string Context()
    {
        var state = TryAsync("get", "pods,deployments,services,events", "-o", "wide").GetAwaiter().GetResult();
        return $"{state}\n--- the end of the cluster's log ---\n{cluster.LogTail()}";
    }
}
