using k8s.Models;
using Orch.Runtime;

namespace Orch.Kubelet.Probes;

/// <summary>A running container that probes and hooks talk to.</summary>
/// <param name="Pod">Its pod.</param>
/// <param name="Container">Its spec.</param>
/// <param name="Id">The one that runs.</param>
/// <param name="Address">The pod's address.</param>
internal sealed record HandlerTarget(V1Pod Pod, V1Container Container, ContainerId Id, string Address)
{
    /// <summary>The number of a port given as a number or by name.</summary>
    /// <exception cref="InvalidOperationException">The container has no such port.</exception>
    public int Port(IntOrString port)
    {
        var text = port.Value;
        if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536) { return number; }
        return Container.Ports?.FirstOrDefault(p => p.Name == text)?.ContainerPort
            ?? throw new InvalidOperationException($"couldn't find port: {text} in container {Container.Name}");
    }
}
