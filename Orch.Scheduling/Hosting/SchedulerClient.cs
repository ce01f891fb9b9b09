using k8s.Models;
using Orch.Client;

namespace Orch.Scheduling.Hosting;

/// <summary>The scheduler's own access to the cluster, as <c>system:kube-scheduler</c>.</summary>
internal sealed class SchedulerClient(IClusterClientFactory clients)
{
    public IClusterClient Cluster { get; } = clients.CreateClient(ClientIdentity.Component("system:kube-scheduler"));

    public IResourceClient<V1Pod> Pods => Cluster.Resource<V1Pod>();
}
