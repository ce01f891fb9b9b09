using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Scheduling.Framework;
using Orch.Scheduling.Plugins;

namespace Orch.Scheduling.Tests.Plugins;

public sealed class FilterTests
{
    private static readonly V1Node Plain = Make.Node("n1");

    public static TheoryData<string, string, string?> Cases() => new()
    {
        { "no node named", "NodeName", null },
        { "this node named", "NodeName", null },
        { "another node named", "NodeName", "node(s) didn't match the requested node name" },
        { "cordoned", "NodeUnschedulable", "node(s) were unschedulable" },
        { "cordoned, tolerated", "NodeUnschedulable", null },
        { "tainted", "TaintToleration", "node(s) had untolerated taint {gpu: yes}" },
        { "tainted, tolerated by value", "TaintToleration", null },
        { "tainted, tolerated by existence", "TaintToleration", null },
        { "tainted, tolerated with another effect", "TaintToleration", "node(s) had untolerated taint {gpu: yes}" },
        { "tainted, prefers not", "TaintToleration", null },
        { "selector holds", "NodeAffinity", null },
        { "selector fails", "NodeAffinity", "node(s) didn't match Pod's node affinity/selector" },
        { "affinity In holds", "NodeAffinity", null },
        { "affinity Gt fails", "NodeAffinity", "node(s) didn't match Pod's node affinity/selector" },
        { "affinity without terms", "NodeAffinity", "node(s) didn't match Pod's node affinity/selector" },
        { "too much cpu", "NodeResourcesFit", "Insufficient cpu" },
        { "too much of both", "NodeResourcesFit", "Insufficient cpu\nInsufficient memory" },
        { "unknown resource", "NodeResourcesFit", "Insufficient example.com/gpu" },
        { "exactly all", "NodeResourcesFit", null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Filter_Case_AnswersAsUpstream(string situation, string plugin, string? reason)
    {
        var (pod, node) = Situation(situation);
        var (_, snapshot) = Make.Cluster(node);
        var filter = Plugin(plugin);
        var info = Scheduling.Cache.PodInfoFactory.Create(pod);
        var state = new CycleState();
        var before = filter is IPreFilterPlugin preFilter ? preFilter.PreFilter(state, info, snapshot) : PreFilterResult.Success;

        var status = before.Status.Code == SchedulingCode.Skip ? SchedulingStatus.Success : filter.Filter(state, info, snapshot.Nodes[0]);

        Assert.Equal(reason, status.Reason);
        Assert.Equal(reason is null, status.IsSuccess);
    }

    [Theory]
    [InlineData("0.0.0.0", "TCP", 80, false)]
    [InlineData("127.0.0.1", "TCP", 80, false)]
    [InlineData("0.0.0.0", "UDP", 80, true)]
    [InlineData("0.0.0.0", "TCP", 81, true)]
    public void NodePorts_AgainstPort80OnAllAddresses_FitsOnlyWithoutConflict(string address, string protocol, int port, bool fits)
    {
        var (cache, snapshot) = Make.Cluster(Plain);
        cache.Assume(Make.Info("first", spec => spec.Containers[0].Ports = [new V1ContainerPort { ContainerPort = 80, HostPort = 80, Protocol = "TCP" }]), "n1");
        cache.Refresh(snapshot);
        var pod = Make.Info("second", spec => spec.Containers[0].Ports = [new V1ContainerPort { ContainerPort = 80, HostPort = port, HostIP = address, Protocol = protocol }]);

        Assert.Equal(fits, new NodePorts().Filter(new CycleState(), pod, snapshot.Nodes[0]).IsSuccess);
    }

    [Fact]
    public void NodeResourcesFit_FullOfPods_SaysTooManyPods()
    {
        var (cache, snapshot) = Make.Cluster(Make.Node("n1", change: node => node.Status.Allocatable["pods"] = new ResourceQuantity("1")));
        cache.Assume(Make.Info("first"), "n1");
        cache.Refresh(snapshot);

        Assert.Equal("Too many pods", ((IFilterPlugin)Plugin("NodeResourcesFit")).Filter(new CycleState(), Make.Info("second"), snapshot.Nodes[0]).Reason);
    }

    private static IFilterPlugin Plugin(string name) => name switch
    {
        "NodeName" => new NodeName(),
        "NodeUnschedulable" => new NodeUnschedulable(),
        "TaintToleration" => new TaintToleration(),
        "NodeAffinity" => new NodeAffinity(),
        "NodeResourcesFit" => new NodeResourcesFit(Options.Create(new SchedulingOptions())),
        _ => throw new ArgumentException(name),
    };

    private static (V1Pod Pod, V1Node Node) Situation(string situation) => situation switch
    {
        "no node named" => (Make.Pod("p"), Plain),
        "this node named" => (Make.Pod("p", spec => spec.NodeName = "n1"), Plain),
        "another node named" => (Make.Pod("p", spec => spec.NodeName = "n2"), Plain),
        "cordoned" => (Make.Pod("p"), Cordoned()),
        "cordoned, tolerated" => (Make.Pod("p", spec => spec.Tolerations = [new V1Toleration { Key = "node.kubernetes.io/unschedulable", OperatorProperty = "Exists" }]), Cordoned()),
        "tainted" => (Make.Pod("p"), Tainted("NoSchedule")),
        "tainted, tolerated by value" => (Make.Pod("p", spec => spec.Tolerations = [new V1Toleration { Key = "gpu", Value = "yes", Effect = "NoSchedule" }]), Tainted("NoSchedule")),
        "tainted, tolerated by existence" => (Make.Pod("p", spec => spec.Tolerations = [new V1Toleration { OperatorProperty = "Exists" }]), Tainted("NoExecute")),
        "tainted, tolerated with another effect" => (Make.Pod("p", spec => spec.Tolerations = [new V1Toleration { Key = "gpu", OperatorProperty = "Exists", Effect = "NoExecute" }]), Tainted("NoSchedule")),
        "tainted, prefers not" => (Make.Pod("p"), Tainted("PreferNoSchedule")),
        "selector holds" => (Make.Pod("p", spec => spec.NodeSelector = new Dictionary<string, string> { ["disk"] = "ssd" }), Make.Node("n1", labels: ("disk", "ssd"))),
        "selector fails" => (Make.Pod("p", spec => spec.NodeSelector = new Dictionary<string, string> { ["disk"] = "ssd" }), Make.Node("n1", labels: ("disk", "hdd"))),
        "affinity In holds" => (Affine("disk", "In", "hdd", "ssd"), Make.Node("n1", labels: ("disk", "ssd"))),
        "affinity Gt fails" => (Affine("cores", "Gt", "8"), Make.Node("n1", labels: ("cores", "8"))),
        "affinity without terms" => (Make.Pod("p", spec => spec.Affinity = Required([])), Plain),
        "too much cpu" => (Make.Pod("p", cpu: "5"), Plain),
        "too much of both" => (Make.Pod("p", cpu: "5", memory: "9Gi"), Plain),
        "unknown resource" => (Make.Pod("p", spec => spec.Containers[0].Resources.Requests["example.com/gpu"] = new ResourceQuantity("1")), Plain),
        "exactly all" => (Make.Pod("p", cpu: "4", memory: "8Gi"), Plain),
        _ => throw new ArgumentException(situation),
    };

    private static V1Node Cordoned() => Make.Node("n1", change: node => node.Spec.Unschedulable = true);

    private static V1Node Tainted(string effect) => Make.Node("n1", change: node => node.Spec.Taints = [Make.Taint("gpu", effect, "yes")]);

    private static V1Pod Affine(string key, string comparison, params string[] values)
        => Make.Pod("p", spec => spec.Affinity = Required(
        [
            new V1NodeSelectorTerm { MatchExpressions = [new V1NodeSelectorRequirement { Key = key, OperatorProperty = comparison, Values = values }] },
        ]));

    private static V1Affinity Required(IList<V1NodeSelectorTerm> terms)
        => new() { NodeAffinity = new V1NodeAffinity { RequiredDuringSchedulingIgnoredDuringExecution = new V1NodeSelector { NodeSelectorTerms = terms } } };
}
