using Microsoft.Extensions.Options;
using Orch.Client;

namespace Orch.Kubelet.Nodes;

/// <summary>The agent's way to the API, as <c>system:node:NAME</c>.</summary>
internal sealed class NodeAgentClient(IClusterClientFactory clients, IOptions<KubeletOptions> options)
{
    public IClusterClient Client { get; } = clients.CreateClient(ClientIdentity.Node(options.Value.NodeName));
}
