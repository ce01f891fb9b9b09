using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Orch.Kubelet.Probes;

/// <summary>One call of <c>grpc.health.v1.Health/Check</c>.</summary>
/// <remarks>
/// The one message each way has a single field, so it is written here by hand over HTTP/2:
/// https://github.com/grpc/grpc/blob/master/doc/health-checking.md.
/// </remarks>
internal sealed class GrpcHealthCheck : IDisposable
{
    private const byte ServiceField = 0x0a;
    private const byte StatusField = 0x08;
    private static readonly string[] Names = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero, ActivityHeadersPropagator = null });

    public async Task<ProbeOutcome> CheckAsync(string host, int port, string service, CancellationToken cancellationToken)
    {
        var address = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        using var request = new HttpRequestMessage(HttpMethod.Post, FormattableString.Invariant($"http://{address}:{port}/grpc.health.v1.Health/Check"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(service)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        using var response = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var code = Header(response, "grpc-status");
        if (code is not (null or "0"))
        {
            return code == "12"
                ? ProbeOutcome.Failure($"error: this server does not implement the grpc health protocol (grpc.health.v1.Health): {Header(response, "grpc-message")}")
                : ProbeOutcome.Failure($"error: health rpc probe failed: code {code}: {Header(response, "grpc-message")}");
        }

        var status = Read(body);
        return status == 1 ? ProbeOutcome.Success() : ProbeOutcome.Failure($"service unhealthy (responded with \"{(status < Names.Length ? Names[status] : Names[0])}\")");
    }

    public void Dispose() => _invoker.Dispose();

    private static string? Header(HttpResponseMessage response, string name)
        => response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? string.Join(',', values) : null;

    private static byte[] Frame(string service)
    {
        var text = Encoding.UTF8.GetBytes(service);
        var message = new List<byte>();
        if (text.Length > 0)
        {
            message.Add(ServiceField);
            for (var length = (uint)text.Length; ; length >>= 7)
            {
                message.Add((byte)(length < 0x80 ? length : (length & 0x7f) | 0x80));
                if (length < 0x80) { break; }
            }

            message.AddRange(text);
        }

        var frame = new byte[5 + message.Count];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Count);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static int Read(byte[] body) => body.Length >= 7 && body[5] == StatusField ? body[6] : 0;
}
