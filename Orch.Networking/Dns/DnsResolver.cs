using Orch.Networking.Dns.Forwarding;
using Orch.Networking.Dns.Wire;
using Orch.Networking.Dns.Zone;

namespace Orch.Networking.Dns;

/// <summary>Answers from the cluster's names, else from resolvers; follows aliases from the one to the other.</summary>
internal sealed class DnsResolver(ClusterZone zone, Forwarder forwarder)
{
    private const int LongestChain = 8;

    /// <summary>Completes at once for the cluster's own names.</summary>
    public ValueTask<DnsReply> AnswerAsync(DnsQuery query, CancellationToken cancellationToken)
    {
        if (query.Fault != DnsCode.Ok) { return new(new DnsReply(query.Fault)); }
        if (zone.Answer(query.Name, query.Type) is not { } reply)
        {
            return query.RecursionDesired ? forwarder.AskAsync(query, cancellationToken) : new(new DnsReply(DnsCode.Refused));
        }

        return IsAlias(reply, query.Type) ? FollowAsync(query, reply, cancellationToken) : new(reply);
    }

    private static bool IsAlias(DnsReply reply, DnsType type)
        => type is not (DnsType.Cname or DnsType.Any) && reply.Answers is [.., { Type: DnsType.Cname }];

    private async ValueTask<DnsReply> FollowAsync(DnsQuery query, DnsReply alias, CancellationToken cancellationToken)
    {
        var chain = new List<DnsRecord>(alias.Answers);
        for (var link = 0; link < LongestChain; link++)
        {
            var target = chain[^1].Target()!;
            if (zone.Answer(target, query.Type) is not { } next)
            {
                var beyond = await forwarder.AskAsync(Ask(query, chain[^1], target), cancellationToken).ConfigureAwait(false);
                return beyond with { IsAuthoritative = true, IsAuthentic = false, Answers = [.. chain, .. beyond.Answers] };
            }

            chain.AddRange(next.Answers);
            if (!IsAlias(next, query.Type)) { return next with { Answers = [.. chain] }; }
        }

        return new DnsReply(DnsCode.ServerFailure);
    }

    private static DnsQuery Ask(DnsQuery query, DnsRecord alias, string target) => query with
    {
        Name = target,
        Question = (byte[])[.. alias.Data, (byte)((ushort)query.Type >> 8), (byte)query.Type, 0, 1],
        RecursionDesired = true,
    };
}
