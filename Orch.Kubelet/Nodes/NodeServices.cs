using k8s.Models;
using Orch.Client;
using Orch.Kubelet.Containers;
using Orch.Kubelet.Pods;

namespace Orch.Kubelet.Nodes;

/// <summary>The cluster's services as an informer has them.</summary>
internal sealed class NodeServices(NodeInformers informers) : INodeServices
{
    public IReadOnlyCollection<V1Service> List()
        => informers.Services.HasSynced ? informers.Services.List() : throw new ContainerConfigException("services have not yet been read at least once, cannot construct envvars");
}
