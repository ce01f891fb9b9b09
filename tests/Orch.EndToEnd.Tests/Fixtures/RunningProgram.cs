using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace Orch.EndToEnd.Tests.Fixtures;

/// <summary>A program that runs beside the test until it is disposed.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _all = new();

    public RunningProgram(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>All that it said so far, on both streams.</summary>
    public string Said
    {
        get { lock (_all) { return _all.ToString(); } }
    }

    /// <summary>The next line for which the condition holds.</summary>
    public async Task<string> LineAsync(string what, Func<string, bool> holds, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            while (true)
            {
                // A program that ended says no more; what is left of its lines still counts.
                if (_process.HasExited && !_lines.Reader.TryPeek(out _)) { await _process.WaitForExitAsync(timeout.Token); }
                if (_process.HasExited && !_lines.Reader.TryPeek(out _)) { throw new InvalidOperationException($"ended with {_process.ExitCode} before {what}; it said:\n{Said}"); }
                using var step = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token);
                step.CancelAfter(TimeSpan.FromSeconds(1));
                try
                {
                    var line = await _lines.Reader.ReadAsync(step.Token);
                    if (holds(line)) { return line; }
                }
                catch (OperationCanceledException) when (!timeout.IsCancellationRequested)
                {
                    // Looks whether the program still runs.
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"waited {limit} for {what}; it said:\n{Said}");
        }
    }

    public async Task SignalAsync(string signal) => await Programs.RunAsync("/bin/sh", ["-c", $"kill -{signal} {Id}"]);

    public async Task<int> EndedAsync(string what, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"waited {limit} for {what}; it said:\n{Said}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) { return; }
        lock (_all) { _all.AppendLine(line); }
        _lines.Writer.TryWrite(line);
    }
}
