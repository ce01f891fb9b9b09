using k8s;
using k8s.Models;

namespace Orch.Client;

/// <summary>Posts events about objects, for users to read in <c>kubectl describe</c>.</summary>
/// <remarks>Never blocks and never throws: repeated events are counted up in one, and what finds the buffer full is dropped.</remarks>
public interface IEventRecorder
{
    /// <summary>Something worth knowing.</summary>
    /// <param name="subject">What it is about; only its kind and metadata are read.</param>
    /// <param name="reason">One word in CamelCase, such as <c>Scheduled</c>.</param>
    /// <param name="message">For people.</param>
    void Normal(IKubernetesObject<V1ObjectMeta> subject, string reason, string message);

    /// <summary>Something that may need a person.</summary>
    /// <param name="subject">What it is about; only its kind and metadata are read.</param>
    /// <param name="reason">One word in CamelCase, such as <c>FailedScheduling</c>.</param>
    /// <param name="message">For people.</param>
    void Warning(IKubernetesObject<V1ObjectMeta> subject, string reason, string message);
}
