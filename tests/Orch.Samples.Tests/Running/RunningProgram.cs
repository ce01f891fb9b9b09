using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Orch.Testing.Time;

namespace Orch.Samples.Tests.Running;

/// <summary>A sample's own process: what it says, and its end as a person at the terminal would bring it about.</summary>
internal sealed class RunningProgram : IDisposable
{
    private const int Interrupt = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _said = new();

    private RunningProgram(Process process) => _process = process;

    /// <param name="assembly">Beside the tests, without <c>.dll</c>.</param>
    public static RunningProgram Start(string assembly, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        foreach (var argument in arguments) { start.ArgumentList.Add(argument); }
        var program = new RunningProgram(new Process { StartInfo = start });
        program._process.OutputDataReceived += (_, line) => program.Said(line.Data);
        program._process.ErrorDataReceived += (_, line) => program.Said(line.Data);
        program._process.Start();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    /// <summary>The first line from here on that matches.</summary>
    public async Task<Match> SaysAsync(string pattern)
    {
        using var clock = new CancellationTokenSource(Limit);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(clock.Token))
            {
                if (Regex.Match(line, pattern) is { Success: true } match) { return match; }
                if (_process.HasExited && _lines.Reader.Count == 0) { break; }
            }
        }
        catch (OperationCanceledException) when (clock.IsCancellationRequested)
        {
        }

        throw new TimeoutException($"waited in vain for the program to say \"{pattern}\"; it said:\n{Everything()}");
    }

    /// <summary>Presses Ctrl-C.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InterruptAsync()
    {
        Assert.Equal(0, Kill(_process.Id, Interrupt));
        await _process.WaitForExitAsync().Within($"the program's end after Ctrl-C; it said:\n{Everything()}", Limit);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) { _process.Kill(entireProcessTree: true); }
        _process.Dispose();
    }

    private void Said(string? line)
    {
        if (line is null) { return; }
        lock (_said) { _said.AppendLine(line); }
        _lines.Writer.TryWrite(line);
    }

    private string Everything()
    {
        lock (_said) { return _said.ToString(); }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
