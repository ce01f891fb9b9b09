using Microsoft.Extensions.Logging;
using Orch.Networking.Dns.Wire;

namespace Orch.Networking.Dns;

/// <summary>Bytes of a question in, bytes of the answer out.</summary>
internal sealed partial class Responder(DnsResolver resolver, ILogger logger)
{
    private const int MaxUdpSize = 4096;

    /// <summary>Answers; at once for the cluster's own names.</summary>
    /// <returns>Null for what deserves no answer.</returns>
    public ValueTask<byte[]?> RespondAsync(ReadOnlySpan<byte> message, bool udp, CancellationToken cancellationToken)
        => DnsQuery.Read(message) is { } query ? RespondAsync(query, udp, cancellationToken) : new((byte[]?)null);

    private static byte[] Write(DnsQuery query, DnsReply reply, bool udp)
    {
        var buffer = new byte[udp ? Math.Min(query.UdpSize, MaxUdpSize) : ushort.MaxValue];
        return buffer[..DnsWriter.Write(buffer, query, reply)];
    }

    private async ValueTask<byte[]?> RespondAsync(DnsQuery query, bool udp, CancellationToken cancellationToken)
    {
        try
        {
            return Write(query, await resolver.AnswerAsync(query, cancellationToken).ConfigureAwait(false), udp);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // one question must not end the answering of all others
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.QuestionFailed(logger, query.Name, query.Type, failure);
            return Write(query, new DnsReply(DnsCode.ServerFailure), udp);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The question for {Name} {Type} could not be answered")]
        public static partial void QuestionFailed(ILogger logger, string name, DnsType type, Exception exception);
    }
}
