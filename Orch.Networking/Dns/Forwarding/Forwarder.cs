using System.Net;
using Microsoft.Extensions.Logging;
using Orch.Networking.Dns.Wire;

namespace Orch.Networking.Dns.Forwarding;

/// <summary>Has other names answered by resolvers.</summary>
/// <remarks>Beginning with the one that answered last; each is asked once a question.</remarks>
internal sealed partial class Forwarder(IReadOnlyList<IPEndPoint> resolvers, DnsOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly DnsReply Failure = new(DnsCode.ServerFailure);
    private readonly ReplyCache _cache = new(options.CacheSize, time);
    private readonly SemaphoreSlim _room = new(options.MaxForwards);
    private volatile int _preferred;

    /// <summary>The answer, a server failure when no resolver has one.</summary>
    public async ValueTask<DnsReply> AskAsync(DnsQuery query, CancellationToken cancellationToken)
    {
        var key = new CacheKey(query.Name, query.Type, query.DnssecOk);
        if (_cache.Find(key) is { } known) { return known; }
        if (!await _room.WaitAsync(0, CancellationToken.None).ConfigureAwait(false)) { return Failure; }
        try
        {
            var reply = await AskResolversAsync(query, cancellationToken).ConfigureAwait(false);
            _cache.Add(key, reply);
            return reply;
        }
        finally { _room.Release(); }
    }

    public void Dispose() => _room.Dispose();

    private async Task<DnsReply> AskResolversAsync(DnsQuery query, CancellationToken cancellationToken)
    {
        var first = _preferred;
        var refusal = Failure;
        for (var i = 0; i < resolvers.Count; i++)
        {
            var which = (first + i) % resolvers.Count;
            var exchange = new Exchange(resolvers[which], options.UpstreamTimeout, time);
            try
            {
                var reply = await exchange.AskAsync(query, cancellationToken).ConfigureAwait(false);
                if (reply.Code is DnsCode.Ok or DnsCode.NoSuchName)
                {
                    _preferred = which;
                    return reply;
                }

                refusal = reply;
            }
            catch (ResolverException failure) { Log.ResolverFailed(logger, resolvers[which], failure.Message); }
        }

        return refusal;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Resolver {Resolver} gave no answer: {Reason}")]
        public static partial void ResolverFailed(ILogger logger, IPEndPoint resolver, string reason);
    }
}
