using Orch.Controllers.Deployments;
using Orch.Controllers.ReplicaSets;

namespace Orch.Controllers.Hosting;

/// <summary>Every controller: its name, the service account of <c>kube-system</c> that it acts as, and how it is made.</summary>
internal static class ControllerCatalog
{
    public static IReadOnlyList<Entry> All { get; } =
    [
        new(ControllerNames.ReplicaSet, "replicaset-controller", static context => _ = new ReplicaSetController(context)),
        new(ControllerNames.Deployment, "deployment-controller", static context => _ = new DeploymentController(context)),
    ];

    internal sealed record Entry(string Name, string ServiceAccount, Action<ControllerContext> Make);
}
