namespace Orch.Kubelet.Streaming.PortForwarding;

/// <summary>Whose ports are forwarded, and how they are reached.</summary>
/// <param name="Pod">Namespace and name, for messages.</param>
/// <param name="Uid">For messages.</param>
/// <param name="ConnectAsync">Opens a connection to a port inside the pod; <see cref="Orch.Runtime.IHalfClosable"/> where it can be.</param>
internal sealed record PortForwardTarget(string Pod, string Uid, Func<int, CancellationToken, Task<Stream>> ConnectAsync);
