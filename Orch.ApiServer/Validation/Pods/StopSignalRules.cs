using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for the signal that asks a container to stop; which there are depends on the system.</summary>
internal static class StopSignalRules
{
    private static readonly string[] Windows = ["SIGKILL", "SIGTERM"];

    private static readonly string[] Linux = [.. Named().Concat(Numbered()).Order(StringComparer.Ordinal)];

    /// <summary>One signal.</summary>
    /// <param name="system">What the pod says it is for.</param>
    public static void Validate(string signal, V1PodOS? system, FieldPath path, FieldErrors errors)
    {
        switch (system?.Name)
        {
            case null when system is null: errors.Forbidden(path, "may not be set for containers with empty `spec.os.name`"); break;
            case "windows": Known(signal, Windows, path, errors); break;
            case "linux": Known(signal, Linux, path, errors); break;
        }
    }

    private static void Known(string signal, string[] signals, FieldPath path, FieldErrors errors)
    {
        if (!signals.Contains(signal)) { errors.NotSupported(path, signal, signals); }
    }

    private static string[] Named() =>
    [
        "SIGABRT", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCLD", "SIGCONT", "SIGFPE", "SIGHUP", "SIGILL", "SIGINT", "SIGIO", "SIGIOT", "SIGKILL", "SIGPIPE", "SIGPOLL", "SIGPROF", "SIGPWR",
        "SIGQUIT", "SIGSEGV", "SIGSTKFLT", "SIGSTOP", "SIGSYS", "SIGTERM", "SIGTRAP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGWINCH", "SIGXCPU", "SIGXFSZ",
        "SIGRTMIN", "SIGRTMAX",
    ];

    // Real-time signals are told from either end of their range.
    private static IEnumerable<string> Numbered()
        => Enumerable.Range(1, 15).Select(static number => $"SIGRTMIN+{number}").Concat(Enumerable.Range(1, 14).Select(static number => $"SIGRTMAX-{number}"));
}
