using System.CommandLine;
using System.Reflection;
using Orch.Host.Composition;

namespace Orch.Host.Cli;

/// <summary>The <c>orch</c> command; a distribution of one's own calls it with its own parts.</summary>
public static class OrchCommand
{
    /// <summary>Runs the command line.</summary>
    /// <param name="arguments">As the program got them.</param>
    /// <param name="configure">Parts of a distribution's own; what it chooses, no option chooses again.</param>
    /// <returns>The exit code: 0 when all went well.</returns>
    public static Task<int> RunAsync(string[] arguments, Action<OrchClusterBuilder>? configure = null)
    {
        var root = new RootCommand("Orch: a Kubernetes-compatible cluster in one process.")
        {
            UpCommand.Create(configure),
            KubeconfigCommand.Create(),
            VersionCommand(),
        };
        // A cluster takes a while to take itself away; the process must not be ended under it.
        return root.Parse(arguments).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
    }

    internal static string Version
        => typeof(OrchCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private static Command VersionCommand()
    {
        var command = new Command("version", "Prints the version.");
        command.SetAction(_ => Console.WriteLine($"orch {Version}"));
        return command;
    }
}
