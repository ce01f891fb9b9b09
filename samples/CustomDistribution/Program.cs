// A distribution for practice: manifests can be tried on a cluster of four nodes in two racks, and no container ever runs.
using k8s.Models;
using Orch.Host.Cli;
using Orch.Host.Composition;
using Orch.Kubelet.Simulation;
using RackAwareScheduling;

return await OrchCommand.RunAsync(args, cluster => cluster
    .UseMemoryStore(store => store.MaxHistoryAge = TimeSpan.FromMinutes(1))
    .UseSimulatedNodes(TwoRacks)
    .ConfigureScheduler(scheduler => scheduler
        .AddPlugin<RackAwareScore>(weight: 10)
        .Configure(options => options.MaxBackoff = TimeSpan.FromSeconds(5)))
    .ConfigureApiServer(server => server.AllowAnonymous = false)
    .ConfigureControllers(controllers => controllers.TerminatedPodThreshold = 100)
    .Configure(options => options.BindAddress = "127.0.0.1"));

static void TwoRacks(SimulatedNodesOptions nodes)
{
    nodes.Count = 4;
    nodes.NamePattern = "practice-{0}";
    nodes.ConfigureNode = (number, node) => node.Metadata.Labels["example.com/rack"] = number % 2 == 0 ? "left" : "right";
}
