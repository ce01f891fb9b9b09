using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Registry;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Proxying;

/// <summary>Finds the node agent that a pod, or a node's name, belongs to.</summary>
internal sealed class NodeLocator(ServedResources resources, ObjectReader reader)
{
    private const int DefaultPort = 10250;
    private static readonly string[] Preference = ["InternalIP", "InternalDNS", "Hostname", "ExternalDNS", "ExternalIP"];

    /// <summary>The pod.</summary>
    /// <exception cref="ApiException">404.</exception>
    public async ValueTask<V1Pod> PodAsync(ObjectKey key, CancellationToken cancellationToken)
        => (V1Pod)(await GetAsync(typeof(V1Pod), key, cancellationToken).ConfigureAwait(false)).Value;

    /// <summary>The object of a kind.</summary>
    /// <exception cref="ApiException">404.</exception>
    public async ValueTask<CachedObject> GetAsync(Type type, ObjectKey key, CancellationToken cancellationToken)
    {
        var resource = resources.Find(type) ?? throw Serving.Refusals.NoSuchPath();
        return await reader.GetAsync(resource, key, string.Empty, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where the node's agent listens.</summary>
    /// <exception cref="ApiException">404: no such node; 500: it has told no address.</exception>
    public async ValueTask<Backend> NodeAsync(string name, CancellationToken cancellationToken)
    {
        var node = (V1Node)(await GetAsync(typeof(V1Node), ObjectKey.Cluster(name), cancellationToken).ConfigureAwait(false)).Value;
        // Told by the node: what is no host's name would be more of an address than a host.
        var addresses = (node.Status?.Addresses ?? []).Where(static item => Uri.CheckHostName(item.Address) != UriHostNameType.Unknown).ToList();
        var address = Preference.Select(type => addresses.FirstOrDefault(item => item.Type == type)?.Address).FirstOrDefault(static item => !string.IsNullOrEmpty(item))
            ?? throw ApiErrors.Internal($"no preferred addresses found; known addresses: []: node \"{name}\" has told none");
        var port = node.Status?.DaemonEndpoints?.KubeletEndpoint?.Port is > 0 and <= 65_535 and var told ? told : DefaultPort;
        return new Backend("https", address, port, IsKubelet: true);
    }
}
