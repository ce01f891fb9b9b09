namespace Orch.Scheduling.Cycle;

/// <summary>A plugin broke; the pod is tried again with back-off.</summary>
internal sealed class SchedulingException(string plugin, string? reason, Exception? innerException = null)
    : Exception($"running plugin \"{plugin}\": {reason ?? innerException?.Message ?? "it failed without a reason"}", innerException)
{
    public string Plugin { get; } = plugin;
}
