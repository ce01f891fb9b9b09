using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.Cases;
using static Orch.ApiServer.Tests.Validation.PodCases;

namespace Orch.ApiServer.Tests.Validation;

/// <summary>The rules for what is reported of pods.</summary>
public sealed class PodStatusRulesTests
{
    private const string Plain = "restartPolicy: Never, containers: [{name: web, image: i, resources: {requests: {cpu: 1, example.com/gpu: 1}, limits: {example.com/gpu: 1}}}]";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["nothing odd"] = (Of(status => (status.PodIP, status.PodIPs, status.HostIP, status.HostIPs) = ("10.0.0.1", [new V1PodIP { Ip = "10.0.0.1" }, new V1PodIP { Ip = "fd00::1" }], "10.1.0.1", [new V1HostIP { Ip = "10.1.0.1" }])), ""),
        ["condition's type"] = (Of(status => status.Conditions = [new V1PodCondition { Type = "a b", Status = "True", ObservedGeneration = -1 }]),
            "status.conditions[0].observedGeneration: Invalid value: -1: must be a non-negative integer\n"
            + "status.conditions[0].Type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["node nominated by a bad name"] = (Of(status => status.NominatedNodeName = "A"),
            "status.nominatedNodeName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["node nominated when bound"] = (Of(status => status.NominatedNodeName = "other", "nodeName: one, " + Plain), "status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node"),
        ["quality of service"] = (Of(status => status.QosClass = "Guaranteed"), "status.qosClass: Invalid value: \"Guaranteed\": field is immutable"),
        ["two addresses of one family"] = (Of(status => status.PodIPs = [new V1PodIP { Ip = "10.0.0.1" }, new V1PodIP { Ip = "10.0.0.2" }]),
            "status.podIPs: Invalid value: [{\"IP\":\"10.0.0.1\"},{\"IP\":\"10.0.0.2\"}]: may specify no more than one IP for each IP family"),
        ["address with leading zeros"] = (Of(status => status.PodIPs = [new V1PodIP { Ip = "010.0.0.1" }]), "status.podIPs[0]: Invalid value: \"010.0.0.1\": must not have leading 0s"),
        ["address of both families"] = (Of(status => status.PodIPs = [new V1PodIP { Ip = "::ffff:10.0.0.1" }]), "status.podIPs[0]: Invalid value: \"::ffff:10.0.0.1\": must not be an IPv4-mapped IPv6 address"),
        ["address that stays"] = (Changed(Plain, status => status.PodIPs = [new V1PodIP { Ip = "010.0.0.1" }], status => status.Phase = "Running"), ""),
        ["host's addresses"] = (Of(status => (status.HostIP, status.HostIPs) = ("10.1.0.1", [new V1HostIP { Ip = "10.1.0.2" }])), "status.hostIPs[0].ip: Invalid value: \"10.1.0.2\": must be equal to `hostIP`"),
        ["container that ended and runs"] = (Changed(Plain, Ended(1), Running), "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"),
        ["container that failed and may run"] = (Changed("restartPolicy: OnFailure, containers: [{name: web, image: i}]", Ended(1), Running), ""),
        ["container that is done"] = (Changed("restartPolicy: OnFailure, containers: [{name: web, image: i}]", Ended(0), Running), "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"),
        ["container whose own policy lets it run"] = (Changed("restartPolicy: Never, containers: [{name: web, image: i, restartPolicy: Always}]", Ended(0), Running), ""),
        ["container whose rule lets it run"] = (Changed(
            "restartPolicy: Never, containers: [{name: web, image: i, restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]}]", Ended(42), Running), ""),
        ["container whose rule is about another code"] = (Changed(
            "restartPolicy: Never, containers: [{name: web, image: i, restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]}]", Ended(41), Running),
            "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"),
        ["user of a container"] = (Of(status => status.ContainerStatuses = [new V1ContainerStatus { Name = "web", Image = "i", ImageID = "", User = new V1ContainerUser { Linux = new V1LinuxContainerUser { Uid = -1, Gid = 0, SupplementalGroups = [-1] } } }]),
            "status.containerStatuses[0].user.linux.uid: Invalid value: -1: must be between 0 and 2147483647, inclusive\n"
            + "status.containerStatuses[0].user.linux.supplementalGroups[0]: Invalid value: -1: must be between 0 and 2147483647, inclusive"),
        ["user on Windows"] = (Of(status => status.ContainerStatuses = [new V1ContainerStatus { Name = "web", Image = "i", ImageID = "", User = new V1ContainerUser { Linux = new V1LinuxContainerUser { Uid = 1, Gid = 0 } } }], "os: {name: windows}, " + Plain),
            "status.containerStatuses[0].user.linux: Forbidden: cannot be set for a windows pod"),
        ["health of what a container did not ask for"] = (Of(status => status.ContainerStatuses = [Healthy("memory", "Sick")]),
            "status.containerStatuses[0].allocatedResourcesStatus[0].name: Invalid value: \"memory\": must match one of the container's resource requests\n"
            + "status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].health: Unsupported value: \"Sick\": supported values: \"Healthy\", \"Unhealthy\", \"Unknown\""),
        ["health of a claim"] = (Of(status => status.ContainerStatuses = [Healthy("claim:c", "Healthy")]),
            "status.containerStatuses[0].allocatedResourcesStatus[0].name: Invalid value: \"claim:c\": must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"),
        ["claim that the pod has not"] = (Of(status => status.ResourceClaimStatuses = [new V1PodResourceClaimStatus { Name = "c", ResourceClaimName = "made" }]),
            "status.resourceClaimStatuses[0].name: Invalid value: \"c\": must match the name of an entry in `spec.resourceClaims`"),
        ["claim twice"] = (Of(status => status.ResourceClaimStatuses = [new V1PodResourceClaimStatus { Name = "c" }, new V1PodResourceClaimStatus { Name = "c" }], "resourceClaims: [{name: c, resourceClaimTemplateName: t}], " + Plain),
            "status.resourceClaimStatuses[1].name: Duplicate value: \"c\""),
        ["claim for extended resources"] = (Of(status => status.ExtendedResourceClaimStatus = new V1PodExtendedResourceClaimStatus { ResourceClaimName = "", RequestMappings = [] }),
            "status.extendedResourceClaimStatus.requestMappings: Required value: at least one request mapping is required\nstatus.extendedResourceClaimStatus.resourceClaimName: Required value"),
        ["claim for a resource that is not asked for"] = (Of(status => status.ExtendedResourceClaimStatus = new V1PodExtendedResourceClaimStatus
            {
                ResourceClaimName = "made",
                RequestMappings = [new V1ContainerExtendedResourceRequest { ContainerName = "web", ResourceName = "example.com/fpga", RequestName = "r" }, new V1ContainerExtendedResourceRequest { ContainerName = "db", ResourceName = "example.com/gpu", RequestName = "r" }],
            }),
            "status.extendedResourceClaimStatus.requestMappings[0].resourceName: Invalid value: \"example.com/fpga\": must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests\n"
            + "status.extendedResourceClaimStatus.requestMappings[1].containerName: Invalid value: \"db\": must match the name of an entry in spec.initContainers.name or spec.containers.name"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Status_Changed_ShowsTheFaultsOfUpstream(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    private static Func<string> Of(Action<V1PodStatus> change, string spec = Plain) => Changed(spec, static _ => { }, change);

    private static Func<string> Changed(string spec, Action<V1PodStatus> before, Action<V1PodStatus> change)
        => StatusWith<V1Pod>(Whole(spec), pod => before(pod.Status), pod => change(pod.Status));

    private static Action<V1PodStatus> Ended(int exitCode)
        => status => status.ContainerStatuses = [new V1ContainerStatus { Name = "web", Image = "i", ImageID = "", State = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = exitCode } } }];

    private static void Running(V1PodStatus status) => status.ContainerStatuses[0].State = new V1ContainerState { Running = new V1ContainerStateRunning() };

    private static V1ContainerStatus Healthy(string resource, string health) => new()
    {
        Name = "web", Image = "i", ImageID = "", AllocatedResourcesStatus = [new V1ResourceStatus { Name = resource, Resources = [new V1ResourceHealth { ResourceID = "r", Health = health }] }],
    };
}
