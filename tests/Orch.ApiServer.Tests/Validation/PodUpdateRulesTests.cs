using k8s.Models;
using Orch.ApiServer.Tests.Kinds;

namespace Orch.ApiServer.Tests.Validation;

public sealed class PodUpdateRulesTests
{
    private const string Mutable = "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n";

    private static readonly Dictionary<string, (Action<V1Pod> Change, string Expected)> Table = new()
    {
        ["nothing"] = (_ => { }, ""),
        ["labels"] = (pod => pod.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" }, ""),
        ["image"] = (pod => pod.Spec.Containers[0].Image = "nginx:2", ""),
        ["no image"] = (pod => pod.Spec.Containers[0].Image = "", "spec.containers[0].image: Required value\nspec.containers[0].image: Required value"),
        ["deadline set"] = (pod => pod.Spec.ActiveDeadlineSeconds = 5, ""),
        ["toleration added"] = (pod => pod.Spec.Tolerations = [.. pod.Spec.Tolerations, new V1Toleration { Key = "b", OperatorProperty = "Exists" }], ""),
        ["toleration removed"] = (pod => pod.Spec.Tolerations = [], "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds"),
        ["toleration shortened"] = (pod => pod.Spec.Tolerations[0].TolerationSeconds = 1, ""),
        ["container added"] = (pod => pod.Spec.Containers.Add(PodRulesTests.Container("more")), "spec.containers: Forbidden: pod updates may not add or remove containers"),
        ["command"] = (pod => pod.Spec.Containers[0].Command = ["sh"], Mutable + "- containers[0].command: <nil>\n+ containers[0].command: [\"sh\"]\n"),
        ["node"] = (pod => pod.Spec.NodeName = "n2", Mutable + "- nodeName: \"n1\"\n+ nodeName: \"n2\"\n"),
        ["resources"] = (pod => pod.Spec.Containers[0].Resources.Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("1") }, Mutable + "- containers[0].resources.requests: <nil>\n+ containers[0].resources.requests: {\"cpu\":\"1\"}\n"),
        ["gate added"] = (pod => pod.Spec.SchedulingGates = [new V1PodSchedulingGate { Name = "late" }], "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'late'"),
    };

    public static TheoryData<string> Cases => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Update_ChangeOfTheCase_HasExactlyItsFaults(string name)
    {
        var old = PodRulesTests.Pod();
        old.Spec.NodeName = "n1";
        old.Spec.Tolerations = [new V1Toleration { Key = "a", OperatorProperty = "Exists", Effect = "NoExecute", TolerationSeconds = 300 }];

        Assert.Equal(Table[name].Expected, Declared.UpdateFaults(Declared.Created(old), Table[name].Change));
    }

    [Fact]
    public void Update_GatedPod_MayNarrowItsNodes()
    {
        var old = PodRulesTests.Pod();
        old.Spec.SchedulingGates = [new V1PodSchedulingGate { Name = "quota" }];
        old.Spec.NodeSelector = new Dictionary<string, string> { ["disk"] = "ssd" };
        Declared.Created(old);

        Assert.Equal("", Declared.UpdateFaults(old, pod =>
        {
            pod.Spec.SchedulingGates = [];
            pod.Spec.NodeSelector["zone"] = "a";
            pod.Spec.Affinity = new V1Affinity
            {
                NodeAffinity = new V1NodeAffinity
                {
                    RequiredDuringSchedulingIgnoredDuringExecution = new V1NodeSelector
                    {
                        NodeSelectorTerms = [new V1NodeSelectorTerm { MatchExpressions = [new V1NodeSelectorRequirement { Key = "a", OperatorProperty = "Exists" }] }],
                    },
                },
            };
        }));
        Assert.Equal(
            "spec.nodeSelector: Invalid value: {\"disk\":\"hdd\"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)",
            Declared.UpdateFaults(old, pod => pod.Spec.NodeSelector["disk"] = "hdd"));
    }

    [Fact]
    public void Debuggers_MayBeAddedButNotChangedOrRemoved()
    {
        var old = Declared.Created(PodRulesTests.Pod());
        var one = Debugged(old, pod => pod.Spec.EphemeralContainers = [new V1EphemeralContainer { Name = "debug", Image = "busybox" }], out var faults);
        Assert.Equal("", faults);
        Assert.Equal(2, one.Metadata.Generation);
        Assert.Equal(old.Spec.Containers, one.Spec.Containers);

        Debugged(one, pod => pod.Spec.EphemeralContainers = [], out faults);
        Assert.Equal("spec.ephemeralContainers: Forbidden: existing ephemeral containers \"debug\" may not be removed\n", faults);

        Debugged(one, pod => pod.Spec.EphemeralContainers[0].Command = ["sh"], out faults);
        Assert.Equal("spec.ephemeralContainers: Forbidden: existing ephemeral containers \"debug\" may not be changed\n- command: <nil>\n+ command: [\"sh\"]\n", faults);

        Debugged(old, pod => pod.Spec.EphemeralContainers = [new V1EphemeralContainer { Name = "web", Image = "busybox", TargetContainerName = "none", Ports = [new V1ContainerPort { ContainerPort = 1 }] }], out faults);
        Assert.Equal(
            "spec.ephemeralContainers[0].name: Duplicate value: \"web\"\nspec.ephemeralContainers[0].targetContainerName: Not found: \"none\"\nspec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container",
            faults);
    }

    private static V1Pod Debugged(V1Pod old, Action<V1Pod> change, out string faults)
    {
        var part = Declared.Of<V1Pod>().PartialUpdates["ephemeralcontainers"];
        var pod = Orch.Serialization.ApiJson.DeepCopy(old);
        change(pod);
        Declared.Of<V1Pod>().Default(pod);
        part.Prepare(pod, old);
        var errors = new Orch.ApiServer.Validation.FieldErrors();
        part.Validate(pod, old, errors);
        faults = string.Join('\n', errors.Select(error => error.ToString()));
        return pod;
    }

    [Fact]
    public void Update_Deadline_MayOnlyShrink()
    {
        var old = PodRulesTests.Pod();
        old.Spec.ActiveDeadlineSeconds = 10;
        Declared.Created(old);

        Assert.Equal("spec.activeDeadlineSeconds: Invalid value: 11: must be less than or equal to previous value", Declared.UpdateFaults(old, pod => pod.Spec.ActiveDeadlineSeconds = 11));
        Assert.Equal("spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value", Declared.UpdateFaults(old, pod => pod.Spec.ActiveDeadlineSeconds = null));
    }

    [Fact]
    public void Status_FinishedContainerThatMustNotRestart_StaysFinished()
    {
        var old = PodRulesTests.Pod();
        old.Spec.RestartPolicy = "Never";
        Declared.Created(old);
        old.Status.ContainerStatuses = [new V1ContainerStatus { Name = "web", State = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = 1 } } }];

        Assert.Equal(
            "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state",
            Declared.StatusFaults(old, pod => pod.Status.ContainerStatuses[0].State = new V1ContainerState { Running = new V1ContainerStateRunning() }));
    }

    [Fact]
    public void Status_QosClass_IsKeptWhenLeftOutAndMayNotChange()
    {
        var old = Declared.Created(PodRulesTests.Pod());

        Assert.Equal("", Declared.StatusFaults(old, pod => pod.Status.QosClass = null));
        Assert.Equal("status.qosClass: Invalid value: \"Guaranteed\": field is immutable", Declared.StatusFaults(old, pod => pod.Status.QosClass = "Guaranteed"));
    }
}
