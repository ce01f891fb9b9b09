using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Etcdserverpb;
using Grpc.Net.Client;

namespace Orch.Store.Etcd.Connections;

/// <summary>A channel to one member, with the wire clients that the store needs.</summary>
internal sealed class EtcdConnection : IDisposable
{
    private readonly GrpcChannel _channel;

    public EtcdConnection(string endpoint, EtcdStoreOptions options)
    {
        Endpoint = endpoint;
        _channel = GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions
        {
            HttpHandler = NewHandler(options),
            DisposeHttpClient = true,

            // A range or a watch batch is as large as what was asked for; the server bounds what is sent to it.
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
        });
        Keys = new KV.KVClient(_channel);
        Watches = new Watch.WatchClient(_channel);
        Maintenance = new Maintenance.MaintenanceClient(_channel);
    }

    public string Endpoint { get; }

    public KV.KVClient Keys { get; }

    public Watch.WatchClient Watches { get; }

    public Maintenance.MaintenanceClient Maintenance { get; }

    public void Dispose() => _channel.Dispose();

    private static SocketsHttpHandler NewHandler(EtcdStoreOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,

            // A member that vanished without a word is noticed; etcd takes pings more frequent than 5 seconds for abuse.
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        handler.SslOptions = NewSslOptions(options);
        return handler;
    }

    private static SslClientAuthenticationOptions NewSslOptions(EtcdStoreOptions options)
    {
        var ssl = new SslClientAuthenticationOptions();
        if (options.CertificateAuthorityFile is { } authorities)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(authorities);
            ssl.CertificateChainPolicy = policy;
        }

        if (options.ClientCertificateFile is { } certificate)
        {
            ssl.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, options.ClientKeyFile)];
        }

        return ssl;
    }
}
