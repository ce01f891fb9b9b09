using Orch.ApiServer.Discovery;

namespace Orch.ApiServer.Tests.Discovery;

public sealed class VersionPriorityTests
{
    [Fact]
    public void Order_OfVersions_IsUpstreams()
    {
        string[] best = ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "foo1", "foo10", "v01", "v1gamma1"];
        Assert.Equal(best, best.Reverse().Order(VersionPriority.Comparer));
    }
}
