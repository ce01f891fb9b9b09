using System.ComponentModel;
using CliWrap;
using CliWrap.Buffered;

namespace Orch.Networking.Tools;

/// <summary>Runs the machine's own tools (<c>ip</c>, <c>nft</c>, <c>iptables</c>), with what they read on standard input.</summary>
internal static class HostTool
{
    /// <summary>Runs a tool and returns what it printed.</summary>
    /// <exception cref="HostToolException">It failed, or is not installed; the message says which and why.</exception>
    public static async Task<string> RunAsync(string tool, IEnumerable<string> arguments, string? input, CancellationToken cancellationToken)
    {
        var result = await TryAsync(tool, arguments, input, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == 0) { return result.StandardOutput; }
        throw new HostToolException($"{tool} {string.Join(' ', arguments)} failed ({result.ExitCode}): {result.StandardError.Trim()}");
    }

    /// <summary>Runs a tool whose failure means something to the caller.</summary>
    /// <exception cref="HostToolException">It is not installed.</exception>
    public static async Task<BufferedCommandResult> TryAsync(string tool, IEnumerable<string> arguments, string? input, CancellationToken cancellationToken)
    {
        var command = Cli.Wrap(Locate(tool)).WithArguments(arguments).WithValidation(CommandResultValidation.None);
        if (input is not null) { command = command.WithStandardInputPipe(PipeSource.FromString(input)); }
        try
        {
            return await command.ExecuteBufferedAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Win32Exception absent)
        {
            throw new HostToolException($"{tool} could not be started ({absent.Message}). Install it: packages iproute2, nftables, iptables, conntrack.", absent);
        }
    }

    // A service's PATH often lacks the folders that administrators' tools are in.
    private static string Locate(string tool)
    {
        foreach (var folder in (ReadOnlySpan<string>)["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin"])
        {
            var path = Path.Combine(folder, tool);
            if (File.Exists(path)) { return path; }
        }

        return tool;
    }
}
