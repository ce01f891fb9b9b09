using System.Net.Security;
using System.Net.Sockets;
using k8s.Models;

namespace Orch.ApiServer.Components;

/// <summary>Asks a component that runs in a process of its own on this machine, at the port that Kubernetes gives it.</summary>
internal sealed class ComponentProbe(TimeProvider time) : IDisposable
{
    private const int MessageBytes = 10 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // Nothing is sent but the question, over the loopback, to servers that sign their certificates themselves.
#pragma warning disable CA5359
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true }, PooledConnectionLifetime = TimeSpan.Zero, AllowAutoRedirect = false, UseProxy = false,
    })
    {
        MaxResponseContentBufferSize = MessageBytes, Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };
#pragma warning restore CA5359

    /// <summary>Asks <c>/healthz</c>.</summary>
    public async ValueTask<V1ComponentCondition> CheckAsync(int port, CancellationToken cancellationToken)
    {
        var url = new Uri($"https://127.0.0.1:{port}/healthz");
        using var timeout = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var answer = await _client.GetAsync(url, both.Token).ConfigureAwait(false);
            var text = await answer.Content.ReadAsStringAsync(both.Token).ConfigureAwait(false);
            return (int)answer.StatusCode is >= 200 and < 400
                ? ComponentChecks.Condition(isWell: true, text)
                : ComponentChecks.Condition(isWell: false, $"HTTP probe failed with statuscode: {(int)answer.StatusCode}");
        }
        catch (HttpRequestException exception) { return ComponentChecks.Condition(isWell: false, $"Get \"{url}\": {ReasonOf(exception, port)}"); }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return ComponentChecks.Condition(isWell: false, $"Get \"{url}\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        }
    }

    public void Dispose() => _client.Dispose();

    private static string ReasonOf(HttpRequestException exception, int port)
        => exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? $"dial tcp 127.0.0.1:{port}: connect: connection refused" : exception.Message;
}
