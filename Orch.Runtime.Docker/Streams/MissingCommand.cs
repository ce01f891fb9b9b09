namespace Orch.Runtime.Docker.Streams;

/// <summary>Tells an exec that failed for want of its command from one that the engine could not do.</summary>
internal static class MissingCommand
{
    /// <summary>As a shell would put it: 127 not found, 126 not executable; null for another failure.</summary>
    public static int? ExitCodeOf(string message) =>
        message.Contains("executable file not found", StringComparison.Ordinal) || message.Contains("no such file or directory", StringComparison.Ordinal) ? 127
        : message.Contains("permission denied", StringComparison.Ordinal) ? 126
        : null;
}
