using k8s;
using k8s.Models;

namespace Orch.Controllers.Events;

/// <summary>Tells users what a controller did, as <c>kubectl describe</c> shows it.</summary>
internal interface IEventRecorder
{
    /// <summary>Never blocks and never throws: an event may be lost, the work it tells of is not.</summary>
    void Record(IKubernetesObject<V1ObjectMeta> regarding, string type, string reason, string message);

    void Normal(IKubernetesObject<V1ObjectMeta> regarding, string reason, string message) => Record(regarding, "Normal", reason, message);

    void Warning(IKubernetesObject<V1ObjectMeta> regarding, string reason, string message) => Record(regarding, "Warning", reason, message);
}
