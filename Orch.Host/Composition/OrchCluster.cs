using k8s;
using Microsoft.Extensions.Options;
using Orch.ApiServer;
using Orch.ApiServer.InProcess;
using Orch.Client;
using Orch.Host.Certificates;
using Orch.Host.Kubeconfig;

namespace Orch.Host.Composition;

/// <summary>A cluster that runs in this process, for the program that embeds it; taken from its services.</summary>
public sealed class OrchCluster
{
    private readonly ApiServerEndpoint _endpoint;
    private readonly ClusterCertificates _certificates;
    private readonly IClusterClientFactory _clients;
    private readonly OrchClusterOptions _options;
    private readonly ClusterReadiness _readiness;
    private readonly InProcessKubernetes _kubernetes;

    internal OrchCluster(
        ApiServerEndpoint endpoint, ClusterCertificates certificates, IClusterClientFactory clients, IOptions<OrchClusterOptions> options,
        ClusterReadiness readiness, InProcessKubernetes kubernetes)
    {
        _kubernetes = kubernetes;
        _readiness = readiness;
        _endpoint = endpoint;
        _certificates = certificates;
        _clients = clients;
        _options = options.Value;
    }

    /// <summary>Where the API server listens, as seen from this machine.</summary>
    /// <exception cref="InvalidOperationException">It has not started, or does not listen.</exception>
    public Uri ApiServerAddress => _endpoint.Address;

    /// <summary>A kubeconfig for kubectl and client libraries, with the admin's certificate inside: a secret.</summary>
    public string AdminKubeconfig => KubeconfigFile.Render(_options.Name, ApiServerAddress, _certificates.AuthorityPem, _certificates.Admin);

    /// <summary>Waits until the started cluster can take work: namespace <c>default</c> takes pods, and a node is ready, where this process brings nodes.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => _readiness.WaitAsync(cancellationToken);

    /// <summary>A client in the process; as the admin unless told otherwise.</summary>
    public IClusterClient CreateClient(ClientIdentity? identity = null) => _clients.CreateClient(identity ?? ClientIdentity.Admin);

    /// <summary>A client of the official library in the process, without sockets; as the admin unless told otherwise. See <see cref="InProcessKubernetes"/> for what it cannot do.</summary>
    public IKubernetes CreateKubernetes(ClientIdentity? identity = null) => _kubernetes.CreateClient(identity ?? ClientIdentity.Admin);
}
