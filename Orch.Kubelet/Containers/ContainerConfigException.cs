namespace Orch.Kubelet.Containers;

/// <summary>A container cannot be made from what the pod says: <c>CreateContainerConfigError</c>.</summary>
internal sealed class ContainerConfigException(string message) : Exception(message);
