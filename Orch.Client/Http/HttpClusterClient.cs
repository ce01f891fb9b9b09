using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.Client.Http;

/// <summary>A cluster over HTTPS.</summary>
/// <remarks>One connection pool for all clients made from it. Its credential is the connection's, whatever the identity.</remarks>
public sealed class HttpClusterClient : IClusterClient, IMetadataClusterClient, IScaleClusterClient, IClusterClientFactory, IDisposable
{
    private readonly ApiTransport _transport;
    private readonly string _userAgent;
    private readonly bool _ownsTransport;

    /// <summary>A client of one cluster; connects when first used.</summary>
    /// <param name="connection">Where and as whom.</param>
    /// <param name="time">The clock that timeouts and retries run on.</param>
    /// <param name="options">Null for the defaults; its connection and kubeconfig are not looked at.</param>
    /// <param name="random">Spreads watch timeouts; null for a seed of its own.</param>
    public HttpClusterClient(ClusterConnection connection, TimeProvider time, HttpClientOptions? options = null, Random? random = null)
        : this(ConnectionHandlers.Create(connection), connection.Server, time, options, random)
    {
    }

    /// <summary>A client over a transport of one's own, such as a test server's.</summary>
    /// <param name="handler">Disposed with the client.</param>
    /// <param name="server">The base of all paths.</param>
    /// <param name="time">The clock that timeouts and retries run on.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="random">Spreads watch timeouts; null for a seed of its own.</param>
    public HttpClusterClient(HttpMessageHandler handler, Uri server, TimeProvider time, HttpClientOptions? options = null, Random? random = null)
    {
        _transport = new ApiTransport(handler, server, time, options ?? new HttpClientOptions(), random ?? new Random());
        _userAgent = "orch";
        _ownsTransport = true;
    }

    private HttpClusterClient(ApiTransport transport, string userAgent)
    {
        _transport = transport;
        _userAgent = userAgent;
    }

    /// <inheritdoc/>
    public IResourceClient<T> Resource<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => new HttpResourceClient<T>(_transport, _userAgent, ResourceTypes.Of<T>());

    /// <inheritdoc/>
    public IObjectClient<PartialObjectMetadata> Metadata(GroupVersionResource resource) => new HttpResourceClient<PartialObjectMetadata>(_transport, _userAgent, PartialObjects.Of(resource));

    /// <inheritdoc/>
    public Task<V1Scale> GetScaleAsync(GroupVersionResource resource, ObjectKey key, CancellationToken cancellationToken)
        => new HttpResourceClient<PartialObjectMetadata>(_transport, _userAgent, PartialObjects.Of(resource)).GetSubresourceAsync<V1Scale>(key, "scale", cancellationToken);

    /// <inheritdoc/>
    public IClusterClient CreateClient(ClientIdentity identity) => new HttpClusterClient(_transport, $"orch/{identity.UserName}");

    /// <summary>Closes the connections, those of the clients made from it too.</summary>
    public void Dispose()
    {
        if (_ownsTransport) { _transport.Dispose(); }
    }
}
