using System.Net.Sockets;
using System.Text;
using k8s.Models;
using Orch.Runtime;

namespace Orch.Kubelet.Probes;

/// <summary>Carries one probe out.</summary>
internal interface IProber
{
    Task<ProbeOutcome> ProbeAsync(HandlerTarget target, V1Probe probe, CancellationToken cancellationToken);
}

/// <summary>Probes by command, HTTP, TCP and gRPC.</summary>
internal sealed class Prober(IContainerRuntime runtime, TimeProvider time) : IProber, IDisposable
{
    private const string UserAgent = "kube-probe/" + Orch.Resources.KubernetesRelease.Minor;
    private readonly HttpCalls _http = new();
    private readonly GrpcHealthCheck _grpc = new();

    public async Task<ProbeOutcome> ProbeAsync(HandlerTarget target, V1Probe probe, CancellationToken cancellationToken)
    {
        var timeout = TimeSpan.FromSeconds(probe.TimeoutSeconds is > 0 and var seconds ? seconds : 1);
        try
        {
            return probe switch
            {
                { Exec: { } exec } => await ExecuteAsync(target, exec, timeout, cancellationToken).ConfigureAwait(false),
                { HttpGet: { } http } => await GetAsync(target, http, timeout, cancellationToken).ConfigureAwait(false),
                { TcpSocket: { } tcp } => await ConnectAsync(target, tcp, timeout, cancellationToken).ConfigureAwait(false),
                { Grpc: { } grpc } => await CheckAsync(target, grpc, timeout, cancellationToken).ConfigureAwait(false),
                _ => ProbeOutcome.Unknown($"missing probe handler for {target.Container.Name}"),
            };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // A port that is not there, a header that cannot be sent: the pod's author reads it in the event.
            return ProbeOutcome.Unknown(e.Message);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _grpc.Dispose();
    }

    private async Task<ProbeOutcome> ExecuteAsync(HandlerTarget target, V1ExecAction action, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var result = await runtime.ExecuteAsync(target.Id, [.. action.Command ?? []], timeout, cancellationToken).ConfigureAwait(false);
            var output = Encoding.UTF8.GetString([.. result.Output.Span, .. result.ErrorOutput.Span]);
            return result.ExitCode == 0 ? ProbeOutcome.Success(output) : ProbeOutcome.Failure(output);
        }
        catch (RuntimeException e) when (e.Code == RuntimeErrorCode.Timeout)
        {
            return ProbeOutcome.Failure($"command timed out: \"{string.Join(' ', action.Command ?? [])}\" timed out after {timeout.TotalSeconds:0}s");
        }
        catch (RuntimeException e)
        {
            return ProbeOutcome.Unknown(e.Message);
        }
    }

    private async Task<ProbeOutcome> GetAsync(HandlerTarget target, V1HTTPGetAction action, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var uri = HttpCalls.Target(target, action);
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var (status, body) = await _http.GetAsync(uri, action, UserAgent, both.Token).ConfigureAwait(false);
            return status is >= 200 and < 400 ? ProbeOutcome.Success(body) : ProbeOutcome.Failure($"HTTP probe failed with statuscode: {status}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeOutcome.Failure($"Get \"{uri}\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return ProbeOutcome.Failure(HttpCalls.Describe(e, uri));
        }
    }

    private async Task<ProbeOutcome> ConnectAsync(HandlerTarget target, V1TCPSocketAction action, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var host = string.IsNullOrEmpty(action.Host) ? target.Address : action.Host;
        var port = target.Port(action.Port);
        var address = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, both.Token).ConfigureAwait(false);
            return ProbeOutcome.Success();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeOutcome.Failure($"dial tcp {address}: i/o timeout");
        }
        catch (SocketException e)
        {
            return ProbeOutcome.Failure(HttpCalls.DescribeSocket(e, address));
        }
    }

    private async Task<ProbeOutcome> CheckAsync(HandlerTarget target, V1GRPCAction action, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var address = $"{target.Address}:{action.Port}";
        try
        {
            return await _grpc.CheckAsync(target.Address, action.Port, action.Service ?? string.Empty, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeOutcome.Failure($"timeout: failed to connect service \"{address}\" within {timeout.TotalSeconds:0}s: context deadline exceeded");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return ProbeOutcome.Failure($"error: failed to connect service at \"{address}\": {(e.InnerException is SocketException socket ? HttpCalls.DescribeSocket(socket, address) : e.Message)}");
        }
    }
}
