using System.Text;
using k8s.Models;
using Orch.Kubelet.Containers;
using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>Containers' last words: their termination log, or the end of their output.</summary>
internal sealed class TerminationMessages(IContainerRuntime runtime, ContainerConfigBuilder configs)
{
    private const int MaxBytes = 4096;
    private const int MaxLogBytes = 2048;
    private const int MaxLogLines = 80;

    /// <summary>Those of all ended containers of a pod.</summary>
    public async Task<IReadOnlyDictionary<ContainerId, string>> ReadAsync(V1Pod pod, PodRuntimeState state, CancellationToken cancellationToken)
    {
        var result = new Dictionary<ContainerId, string>();
        foreach (var container in state.Containers.Where(static c => c.State == ContainerState.Exited))
        {
            var text = FromFile(configs.TerminationLog(pod.Metadata.Uid, container.Name, container.Attempt));
            if (text.Length == 0 && container.ExitCode is not (0 or null) && pod.FindContainer(container.Name)?.TerminationMessagePolicy == "FallbackToLogsOnError")
            {
                text = await FromLogAsync(container.Id, cancellationToken).ConfigureAwait(false);
            }

            if (text.Length > 0) { result[container.Id] = text; }
        }

        return result;
    }

    private static string FromFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var buffer = new byte[MaxBytes];
            return Encoding.UTF8.GetString(buffer, 0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    private async Task<string> FromLogAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var text = new List<byte>();
        try
        {
            await foreach (var entry in runtime.ReadLogsAsync(id, new LogRequest { TailLines = MaxLogLines }, cancellationToken).ConfigureAwait(false))
            {
                text.AddRange(entry.Content.Span);
            }
        }
        catch (RuntimeException)
        {
            // Without a log there are no last words.
        }

        return Encoding.UTF8.GetString([.. text.TakeLast(MaxLogBytes)]);
    }
}
