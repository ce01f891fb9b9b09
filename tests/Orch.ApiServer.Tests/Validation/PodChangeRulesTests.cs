using k8s.Models;
using Orch.ApiServer.Tests.Kinds;
using Orch.ApiServer.Validation;
using static Orch.ApiServer.Tests.Validation.PodCases;

namespace Orch.ApiServer.Tests.Validation;

/// <summary>What may change in a pod, in its status, while it waits at its gates, and by its own endpoints.</summary>
public sealed class PodChangeRulesTests
{
    private const string Gated = "schedulingGates: [{name: g}]";
    private const string GatedToNodes = Gated + ", affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}]}, {matchFields: [{key: metadata.name, operator: In, values: [n]}]}]}}}";
    private const string Armor = "container.apparmor.security.beta.kubernetes.io/web";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["image emptied"] = (Update("initContainers: [{name: a, image: i}]", pod => pod.Spec.InitContainers[0].Image = " x"), "spec.initContainers[0].image: Invalid value: \" x\": must not have leading or trailing whitespace\nspec.initContainers[0].image: Invalid value: \" x\": must not have leading or trailing whitespace"),
        ["init container added"] = (Update("", pod => pod.Spec.InitContainers = [PodRulesTests.Container("a")]), "spec.initContainers: Forbidden: pod updates may not add or remove containers"),
        ["deadline negative"] = (Update("activeDeadlineSeconds: 5", pod => pod.Spec.ActiveDeadlineSeconds = -1), "spec.activeDeadlineSeconds: Invalid value: -1: must be between 1 and 2147483647, inclusive\nspec.activeDeadlineSeconds: Invalid value: -1: must be between 0 and 2147483647, inclusive"),
        ["deadline too far"] = (Update("", pod => pod.Spec.ActiveDeadlineSeconds = 2147483648), "spec.activeDeadlineSeconds: Invalid value: 2147483648: must be between 1 and 2147483647, inclusive\nspec.activeDeadlineSeconds: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive"),
        ["deadline kept"] = (Update("activeDeadlineSeconds: 5", pod => pod.Spec.ActiveDeadlineSeconds = 5), ""),
        ["grace that was negative"] = (Update("terminationGracePeriodSeconds: -5", pod => pod.Spec.TerminationGracePeriodSeconds = 1), ""),
        ["grace that was not"] = (Update("terminationGracePeriodSeconds: 5", pod => pod.Spec.TerminationGracePeriodSeconds = 1), 
            "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
            + "- terminationGracePeriodSeconds: 5\n"
            + "+ terminationGracePeriodSeconds: 1\n"),
        ["quality given in the status"] = (() => Declared.UpdateFaults(With(Declared.Created<V1Pod>(Whole("containers: [{name: web, image: i}]")), pod => pod.Status.QosClass = "Guaranteed"), pod => pod.Spec.Containers[0].Image = "j"), ""),

        ["armor removed"] = (Update("", pod => pod.Metadata.Annotations.Remove(Armor), $"name: a, annotations: {{{Armor}: unconfined}}"), "metadata.annotations[container.apparmor.security.beta.kubernetes.io/web]: Forbidden: may not remove or update AppArmor annotations"),
        ["armor changed"] = (Update("", pod => pod.Metadata.Annotations[Armor] = "runtime/default", $"name: a, annotations: {{{Armor}: unconfined}}"), "metadata.annotations[container.apparmor.security.beta.kubernetes.io/web]: Forbidden: may not remove or update AppArmor annotations"),
        ["armor added"] = (Update("", pod => pod.Metadata.Annotations = new Dictionary<string, string> { [Armor] = "unconfined" }), "metadata.annotations[container.apparmor.security.beta.kubernetes.io/web]: Forbidden: may not add AppArmor annotations"),
        ["mirror removed"] = (Update("nodeName: n", pod => pod.Metadata.Annotations = null, "name: a, annotations: {kubernetes.io/config.mirror: x}"), "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod annotation"),
        ["mirror added"] = (Update("nodeName: n", pod => pod.Metadata.Annotations = new Dictionary<string, string> { ["kubernetes.io/config.mirror"] = "x" }), "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation"),
        ["armor kept"] = (Update("", pod => pod.Metadata.Annotations["a"] = "b", $"name: a, annotations: {{{Armor}: unconfined}}"), ""),

        ["gated: terms removed"] = (Update(GatedToNodes, pod => Terms(pod).RemoveAt(1)), "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Invalid value: [{\"MatchExpressions\":[{\"Key\":\"a\",\"Operator\":\"Exists\",\"Values\":null}],\"MatchFields\":null}]: no additions/deletions to non-empty NodeSelectorTerms list are allowed"),
        ["gated: term narrowed"] = (Update(GatedToNodes, pod => Terms(pod)[0].MatchExpressions.Add(new V1NodeSelectorRequirement { Key = "b", OperatorProperty = "Exists" })), ""),
        ["gated: term changed"] = (Update(GatedToNodes, pod => Terms(pod)[0].MatchExpressions[0].Key = "b"), "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]: Invalid value: {\"MatchExpressions\":[{\"Key\":\"b\",\"Operator\":\"Exists\",\"Values\":null}],\"MatchFields\":null}: only additions are allowed (no mutations or deletions)"),
        ["gated: term widened"] = (Update(GatedToNodes, pod => Terms(pod)[1].MatchFields = []), "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[1]: Invalid value: {\"MatchExpressions\":null,\"MatchFields\":[]}: only additions are allowed (no mutations or deletions)"),
        ["gated: affinity to pods added"] = (Update(GatedToNodes, pod => pod.Spec.Affinity.PodAffinity = new V1PodAffinity { RequiredDuringSchedulingIgnoredDuringExecution = [new V1PodAffinityTerm { TopologyKey = "z" }] }), 
            "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
            + "- affinity.podAffinity: <nil>\n"
            + "+ affinity.podAffinity: {\"requiredDuringSchedulingIgnoredDuringExecution\":[{\"topologyKey\":\"z\"}]}\n"),
        ["gated: empty term filled"] = (Update(Gated + ", affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{}]}}}", pod => Terms(pod)[0].MatchExpressions = [new V1NodeSelectorRequirement { Key = "b", OperatorProperty = "Exists" }]), "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]: Invalid value: {\"MatchExpressions\":[{\"Key\":\"b\",\"Operator\":\"Exists\",\"Values\":null}],\"MatchFields\":null}: only additions are allowed (no mutations or deletions)"),
        ["gated: wish of nodes changed"] = (Update(Gated + ", affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {}}]}}", pod => pod.Spec.Affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution[0].Weight = 2), ""),
        ["gated: node selector"] = (Update(Gated, pod => pod.Spec.NodeSelector = new Dictionary<string, string> { ["a"] = "b" }), ""),
        ["not gated: node selector"] = (Update("nodeName: n", pod => pod.Spec.NodeSelector = new Dictionary<string, string> { ["a"] = "b" }), 
            "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
            + "- nodeSelector: <nil>\n"
            + "+ nodeSelector: {\"a\":\"b\"}\n"),

        ["status: addresses"] = (Status(pod => (pod.Status.PodIP, pod.Status.PodIPs) = ("1.1.1.1", [new V1PodIP { Ip = "1.1.1.1" }, new V1PodIP { Ip = "1.1.1.1" }, new V1PodIP { Ip = "x" }])),
            "status.podIPs[2]: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)\n"
            + "status.podIPs: Invalid value: [{\"IP\":\"1.1.1.1\"},{\"IP\":\"1.1.1.1\"},{\"IP\":\"x\"}]: may specify no more than one IP for each IP family"),
        ["status: addresses of one family"] = (Status(pod => (pod.Status.PodIP, pod.Status.PodIPs) = ("1.1.1.1", [new V1PodIP { Ip = "1.1.1.1" }, new V1PodIP { Ip = "1.1.1.2" }])), "status.podIPs: Invalid value: [{\"IP\":\"1.1.1.1\"},{\"IP\":\"1.1.1.2\"}]: may specify no more than one IP for each IP family"),
        ["status: addresses of two families"] = (Status(pod => (pod.Status.PodIP, pod.Status.PodIPs) = ("1.1.1.1", [new V1PodIP { Ip = "1.1.1.1" }, new V1PodIP { Ip = "fd00::1" }])), ""),
        ["status: host's addresses"] = (Status(pod => (pod.Status.HostIP, pod.Status.HostIPs) = ("1.1.1.2", [new V1HostIP { Ip = "1.1.1.1" }, new V1HostIP { Ip = "1.1.1.1" }, new V1HostIP { Ip = "x" }])),
            "status.hostIPs[0].ip: Invalid value: \"1.1.1.1\": must be equal to `hostIP`\n"
            + "status.hostIPs[2]: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)\n"
            + "status.hostIPs: Invalid value: [{\"IP\":\"1.1.1.1\"},{\"IP\":\"1.1.1.1\"},{\"IP\":\"x\"}]: may specify no more than one IP for each IP family"),
        ["status: host's addresses of one family"] = (Status(pod => (pod.Status.HostIP, pod.Status.HostIPs) = ("1.1.1.1", [new V1HostIP { Ip = "1.1.1.1" }, new V1HostIP { Ip = "1.1.1.2" }])), "status.hostIPs: Invalid value: [{\"IP\":\"1.1.1.1\"},{\"IP\":\"1.1.1.2\"}]: may specify no more than one IP for each IP family"),
        ["status: host's addresses of two families"] = (Status(pod => (pod.Status.HostIP, pod.Status.HostIPs) = ("1.1.1.1", [new V1HostIP { Ip = "1.1.1.1" }, new V1HostIP { Ip = "fd00::1" }])), ""),
        ["status: condition"] = (Status(pod => pod.Status.Conditions = [new V1PodCondition { Type = "a b", Status = "True" }]), "status.conditions[0].Type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["status: nominated node"] = (Status(pod => pod.Status.NominatedNodeName = "A"),
            "status.nominatedNodeName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node"),
        ["status: init container that ended"] = (Ended("OnFailure", pod => pod.Status.InitContainerStatuses),
            "status.initContainerStatuses[1].state: Forbidden: may not be transitioned to non-terminated state\n"
            + "status.initContainerStatuses[2].state: Forbidden: may not be transitioned to non-terminated state"),
        ["status: debugger that ended"] = (Ended("OnFailure", pod => pod.Status.EphemeralContainerStatuses), 
            "status.ephemeralContainerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state\n"
            + "status.ephemeralContainerStatuses[1].state: Forbidden: may not be transitioned to non-terminated state\n"
            + "status.ephemeralContainerStatuses[2].state: Forbidden: may not be transitioned to non-terminated state"),
        ["status: container that failed and may restart"] = (Ended("OnFailure", pod => pod.Status.ContainerStatuses), "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state\nstatus.containerStatuses[1].state: Forbidden: may not be transitioned to non-terminated state"),
        ["status: container that always restarts"] = (Ended("Always", static pod => [.. pod.Status.ContainerStatuses.Where(static status => status.Name == "web")]), ""),
        ["status: annotation"] = (Status(pod => pod.Metadata.Annotations = new Dictionary<string, string> { ["kubernetes.io/config.mirror"] = "x" }), "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation"),

        ["debugger of a static pod"] = (Part("ephemeralcontainers", "name: a, annotations: {kubernetes.io/config.mirror: x}", pod => pod.Spec.EphemeralContainers = [new V1EphemeralContainer { Name = "d", Image = "i" }]), "[]: Forbidden: static pods do not support ephemeral containers"),
        ["resize: container added"] = (Part("resize", "name: a", pod => pod.Spec.Containers.Add(PodRulesTests.Container("b"))), ""),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Update_ChangeOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    private static IList<V1NodeSelectorTerm> Terms(V1Pod pod) => pod.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms;

    private static V1Pod With(V1Pod pod, Action<V1Pod> change)
    {
        change(pod);
        return pod;
    }

    private static Func<string> Status(Action<V1Pod> change) => Cases.Status(Whole("nodeName: n, containers: [{name: web, image: i}]"), change);

    private static Func<string> Ended(string policy, Func<V1Pod, IList<V1ContainerStatus>> statuses) => Cases.StatusWith<V1Pod>(
        Whole($"restartPolicy: {policy}, initContainers: [{{name: side, image: i, restartPolicy: Always}}, {{name: init, image: i}}], containers: [{{name: web, image: i}}]"),
        pod =>
        {
            pod.Status.ContainerStatuses = All();
            pod.Status.InitContainerStatuses = All();
            pod.Status.EphemeralContainerStatuses = All();
        },
        pod =>
        {
            foreach (var status in statuses(pod)) { status.State = new V1ContainerState { Running = new V1ContainerStateRunning() }; }
        });

    private static List<V1ContainerStatus> All() =>
    [
        .. new[] { "side", "init", "web" }.Select((name, index) => new V1ContainerStatus { Name = name, State = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = index == 2 ? 1 : 0 } } }),
    ];

    private static Func<string> Part(string part, string metadata, Action<V1Pod> change) => () =>
    {
        var old = Declared.Created<V1Pod>(Whole("nodeName: n, containers: [{name: web, image: i}]", metadata));
        var pod = Orch.Serialization.ApiJson.DeepCopy(old);
        change(pod);
        Declared.Of<V1Pod>().Default(pod);
        Declared.Of<V1Pod>().PartialUpdates[part].Prepare(pod, old);
        var errors = new FieldErrors();
        Declared.Of<V1Pod>().PartialUpdates[part].Validate(pod, old, errors);
        return string.Join('\n', errors.Select(error => error.ToString()));
    };
}
