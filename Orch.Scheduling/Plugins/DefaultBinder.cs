using k8s.Models;
using Orch.Client;
using Orch.Scheduling.Hosting;

namespace Orch.Scheduling.Plugins;

/// <summary>Binds through the pod's binding subresource.</summary>
internal sealed class DefaultBinder(SchedulerClient client) : IBindPlugin
{
    public string Name => "DefaultBinder";

    public async ValueTask<SchedulingStatus> BindAsync(CycleState state, PodInfo pod, string nodeName, CancellationToken cancellationToken)
    {
        var binding = new V1Binding
        {
            ApiVersion = "v1",
            Kind = "Binding",
            Metadata = new V1ObjectMeta { Name = pod.Key.Name, NamespaceProperty = pod.Key.Namespace, Uid = pod.Uid },
            Target = new V1ObjectReference { Kind = "Node", Name = nodeName },
        };
        try
        {
            await client.Pods.CreateSubresourceAsync(pod.Key, "binding", binding, cancellationToken).ConfigureAwait(false);
            return SchedulingStatus.Success;
        }
        catch (ApiException refused)
        {
            return new SchedulingStatus(SchedulingCode.Error, refused.Message);
        }
    }
}
