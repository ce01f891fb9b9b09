using System.Globalization;
using Orch.Contracts.Runtime;
using Orch.Runtime;
using Orch.Testing.Runtime;

namespace Orch.Kubelet.Tests.Runtime;

/// <summary>The fake that the node agent's tests stand on keeps the same rules as a real engine.</summary>
public sealed class FakeContainerRuntimeTests : ContainerRuntimeContract
{
    private readonly FakeContainerRuntime _runtime = new(TimeProvider.System);

    public FakeContainerRuntimeTests()
    {
        _runtime.AddImage(ImageName);
        _runtime.OnStart = status => _runtime.ConfigOf(status.Id).Command is [.., "sh", "-c", var script] && script.StartsWith("exit ", StringComparison.Ordinal)
            ? int.Parse(script["exit ".Length..], CultureInfo.InvariantCulture)
            : null;
    }

    protected override IContainerRuntime Runtime => _runtime;

    protected override string ImageName => "busybox:1";
}
