using System.Globalization;
using k8s.Models;
using Orch.Runtime;

namespace Orch.Kubelet.Probes;

/// <summary>Runs <c>postStart</c> and <c>preStop</c> handlers.</summary>
internal sealed class LifecycleHooks(IContainerRuntime runtime, TimeProvider time) : IDisposable
{
    private const string UserAgent = "kube-lifecycle/" + Orch.Resources.KubernetesRelease.Minor;
    private static readonly TimeSpan ForEver = TimeSpan.FromDays(1);
    private readonly HttpCalls _http = new();

    /// <summary>Null when it went well, else why not.</summary>
    /// <param name="limit">How long it may take; null for as long as it likes.</param>
    public async Task<string?> RunAsync(HandlerTarget target, V1LifecycleHandler handler, TimeSpan? limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit ?? ForEver, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            if (handler.Exec is { } exec)
            {
                var result = await runtime.ExecuteAsync(target.Id, [.. exec.Command ?? []], limit ?? ForEver, both.Token).ConfigureAwait(false);
                if (result.ExitCode == 0) { return null; }
                var output = System.Text.Encoding.UTF8.GetString([.. result.Output.Span, .. result.ErrorOutput.Span]);
                return $"command '{string.Join(' ', exec.Command ?? [])}' exited with {result.ExitCode.ToString(CultureInfo.InvariantCulture)}: {output}";
            }

            if (handler.HttpGet is { } get)
            {
                await _http.GetAsync(HttpCalls.Target(target, get), get, UserAgent, both.Token).ConfigureAwait(false);
            }
            else if (handler.Sleep is { } sleep)
            {
                await Task.Delay(TimeSpan.FromSeconds(sleep.Seconds), time, both.Token).ConfigureAwait(false);
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "the hook did not end in time";
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return e.Message;
        }
    }

    public void Dispose() => _http.Dispose();
}
