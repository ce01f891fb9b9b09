using System.Net;

namespace Orch.Networking.Dns;

/// <summary>How names are answered on a node.</summary>
public sealed class DnsOptions
{
    /// <summary>The domain that the cluster's names are in. Default <c>cluster.local</c>.</summary>
    public string ClusterDomain { get; set; } = "cluster.local";

    /// <summary>The address of service <c>kube-system/kube-dns</c>, which pods ask. Default <c>10.96.0.10</c>.</summary>
    public IPAddress ClusterDnsAddress { get; set; } = new([10, 96, 0, 10]);

    /// <summary>Tells this node's endpoint slice from those of others; default the machine's host name in lower case.</summary>
    public string NodeName { get; set; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>Listened on, and the address of this node's endpoint; of the family of <see cref="ClusterDnsAddress"/>. Null for the one that the default route goes out from.</summary>
    public IPAddress? NodeAddress { get; set; }

    /// <summary>For UDP and TCP alike; 0 for one that is free in both. Default 0.</summary>
    public int Port { get; set; }

    /// <summary>Who is asked for other names, in this order; null for those of <c>/etc/resolv.conf</c>, empty for nobody.</summary>
    /// <remarks>This server itself and <see cref="ClusterDnsAddress"/> are left out.</remarks>
    public IList<IPEndPoint>? UpstreamResolvers { get; set; }

    /// <summary>How long one resolver is waited for. Default 2 s.</summary>
    public TimeSpan UpstreamTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Questions waiting for resolvers at once; further ones fail at once. Default 1000.</summary>
    public int MaxForwards { get; set; } = 1000;

    /// <summary>Answers of resolvers kept, as long as each says but at most an hour; 0 for none. Default 10000.</summary>
    public int CacheSize { get; set; } = 10_000;

    /// <summary>TCP connections open at once; further ones are closed. Default 256.</summary>
    public int MaxConnections { get; set; } = 256;

    /// <summary>How long a TCP connection may wait for its next question. Default 10 s.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
