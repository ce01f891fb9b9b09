using k8s.Models;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>What <c>kubectl get</c> shows.</summary>
public sealed class ColumnsTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, (string Yaml, string Expected)> Pods = new()
    {
        ["pending"] = ("{spec: {containers: [{name: a}]}, status: {phase: Pending}}", "0/1 Pending 0"),
        ["gated"] = ("{spec: {containers: [{name: a}]}, status: {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: SchedulingGated}]}}", "0/1 SchedulingGated 0"),
        ["creating"] = ("{spec: {containers: [{name: a}]}, status: {phase: Pending, containerStatuses: [{name: a, state: {waiting: {reason: ContainerCreating}}}]}}", "0/1 ContainerCreating 0"),
        ["running"] = ("{spec: {containers: [{name: a}]}, status: {phase: Running, containerStatuses: [{name: a, ready: true, state: {running: {}}}]}}", "1/1 Running 0"),
        ["crashing"] = ("{spec: {containers: [{name: a}]}, status: {phase: Running, containerStatuses: [{name: a, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, finishedAt: 2025-01-01T11:55:00Z}}}]}}", "0/1 CrashLoopBackOff 3 (5m ago)"),
        ["completed"] = ("{spec: {containers: [{name: a}]}, status: {phase: Succeeded, containerStatuses: [{name: a, state: {terminated: {exitCode: 0, reason: Completed}}}]}}", "0/1 Completed 0"),
        ["failed without reason"] = ("{spec: {containers: [{name: a}]}, status: {phase: Failed, containerStatuses: [{name: a, state: {terminated: {exitCode: 7}}}]}}", "0/1 ExitCode:7 0"),
        ["killed"] = ("{spec: {containers: [{name: a}]}, status: {phase: Failed, containerStatuses: [{name: a, state: {terminated: {exitCode: 137, signal: 9}}}]}}", "0/1 Signal:9 0"),
        ["one of two completed"] = ("{spec: {containers: [{name: a}, {name: b}]}, status: {phase: Running, conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: a, state: {terminated: {exitCode: 0, reason: Completed}}}, {name: b, ready: true, state: {running: {}}}]}}", "1/2 NotReady 0"),
        ["initializing"] = ("{spec: {initContainers: [{name: i}, {name: j}], containers: [{name: a}]}, status: {phase: Pending, initContainerStatuses: [{name: i, state: {terminated: {exitCode: 0}}}, {name: j, state: {running: {}}}]}}", "0/1 Init:1/2 0"),
        ["init crashing"] = ("{spec: {initContainers: [{name: i}], containers: [{name: a}]}, status: {phase: Pending, initContainerStatuses: [{name: i, restartCount: 2, state: {waiting: {reason: CrashLoopBackOff}}}]}}", "0/1 Init:CrashLoopBackOff 2"),
        ["init failed"] = ("{spec: {initContainers: [{name: i}], containers: [{name: a}]}, status: {phase: Failed, initContainerStatuses: [{name: i, state: {terminated: {exitCode: 2}}}]}}", "0/1 Init:ExitCode:2 0"),
        ["sidecar"] = ("{spec: {initContainers: [{name: s, restartPolicy: Always}], containers: [{name: a}]}, status: {phase: Running, initContainerStatuses: [{name: s, ready: true, started: true, restartCount: 1, state: {running: {}}}], containerStatuses: [{name: a, ready: true, state: {running: {}}}]}}", "2/2 Running 1"),
        ["terminating"] = ("{metadata: {deletionTimestamp: 2025-01-01T11:59:00Z}, spec: {containers: [{name: a}]}, status: {phase: Running, containerStatuses: [{name: a, ready: true, state: {running: {}}}]}}", "1/1 Terminating 0"),
        ["finished and deleted"] = ("{metadata: {deletionTimestamp: 2025-01-01T11:59:00Z}, spec: {containers: [{name: a}]}, status: {phase: Succeeded}}", "0/1 Succeeded 0"),
        ["lost"] = ("{metadata: {deletionTimestamp: 2025-01-01T11:59:00Z}, spec: {containers: [{name: a}]}, status: {phase: Running, reason: NodeLost}}", "0/1 Unknown 0"),
        ["evicted"] = ("{spec: {containers: [{name: a}]}, status: {phase: Failed, reason: Evicted}}", "0/1 Evicted 0"),
    };

    public static TheoryData<string> PodCases => [.. Pods.Keys];

    [Theory]
    [MemberData(nameof(PodCases))]
    public void Pod_OfTheCase_ShowsReadyStatusRestarts(string name)
    {
        var cells = Declared.Cells(Declared.FromYaml<V1Pod>(Pods[name].Yaml), Now);

        Assert.Equal(Pods[name].Expected, $"{cells["Ready"]} {cells["Status"]} {cells["Restarts"]}");
    }

    [Fact]
    public void Pod_Wide_ShowsPlaceAndGates()
    {
        var cells = Declared.Cells(Declared.FromYaml<V1Pod>(
            """
            metadata: {creationTimestamp: 2025-01-01T11:00:00Z}
            spec: {nodeName: n1, containers: [{name: a}], readinessGates: [{conditionType: x}, {conditionType: y}]}
            status: {podIP: 10.1.0.1, conditions: [{type: x, status: 'True'}]}
            """), Now);

        Assert.Equal(("60m", "10.1.0.1", "n1", "<none>", "1/2"), (cells["Age"], cells["IP"], cells["Node"], cells["Nominated Node"], cells["Readiness Gates"]));
    }

    [Theory]
    [InlineData("{spec: {type: ClusterIP, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ports: [{port: 80, protocol: TCP}]}}", "ClusterIP 10.0.0.1 <none> 80/TCP")]
    [InlineData("{spec: {type: ClusterIP, clusterIP: None, clusterIPs: [None]}}", "ClusterIP None <none> <none>")]
    [InlineData("{spec: {type: NodePort, clusterIPs: [10.0.0.1], ports: [{port: 80, nodePort: 30080, protocol: TCP}, {port: 53, protocol: UDP}]}}", "NodePort 10.0.0.1 <none> 80:30080/TCP,53/UDP")]
    [InlineData("{spec: {type: LoadBalancer, clusterIPs: [10.0.0.1]}}", "LoadBalancer 10.0.0.1 <pending> <none>")]
    [InlineData("{spec: {type: LoadBalancer, clusterIPs: [10.0.0.1], externalIPs: [1.2.3.4]}, status: {loadBalancer: {ingress: [{ip: 5.6.7.8}]}}}", "LoadBalancer 10.0.0.1 5.6.7.8,1.2.3.4 <none>")]
    [InlineData("{spec: {type: ExternalName, externalName: example.com}}", "ExternalName <none> example.com <none>")]
    public void Service_ShowsAddressesAndPorts(string yaml, string expected)
    {
        var cells = Declared.Cells(Declared.FromYaml<V1Service>(yaml), Now);

        Assert.Equal(expected, $"{cells["Type"]} {cells["Cluster-IP"]} {cells["External-IP"]} {cells["Port(s)"]}");
    }

    [Theory]
    [InlineData("{metadata: {labels: {node-role.kubernetes.io/worker: '', node-role.kubernetes.io/control-plane: ''}}, spec: {unschedulable: true}, status: {conditions: [{type: Ready, status: 'True'}]}}", "Ready,SchedulingDisabled control-plane,worker")]
    [InlineData("{status: {conditions: [{type: Ready, status: Unknown}]}}", "NotReady <none>")]
    [InlineData("{}", "Unknown <none>")]
    public void Node_ShowsStatusAndRoles(string yaml, string expected)
    {
        var cells = Declared.Cells(Declared.FromYaml<V1Node>(yaml), Now);

        Assert.Equal(expected, $"{cells["Status"]} {cells["Roles"]}");
    }

    [Fact]
    public void Event_ShowsTheLastOfASeries()
    {
        var cells = Declared.Cells(Declared.FromYaml<Corev1Event>(
            """
            metadata: {name: e}
            type: Warning
            reason: BackOff
            message: " no luck\n"
            involvedObject: {kind: Pod, name: web, fieldPath: "spec.containers{a}"}
            reportingComponent: kubelet
            reportingInstance: n1
            eventTime: 2025-01-01T11:00:00.000000Z
            series: {count: 9, lastObservedTime: 2025-01-01T11:59:30.000000Z}
            """), Now);

        Assert.Equal(("30s", "Warning", "BackOff", "pod/web", "no luck"), (cells["Last Seen"], cells["Type"], cells["Reason"], cells["Object"], cells["Message"]));
        Assert.Equal(("60m", "9", "kubelet, n1", "e"), (cells["First Seen"], cells["Count"], cells["Source"], cells["Name"]));
        Assert.False(Declared.Of<Corev1Event>().BeginsWithName);
    }

    [Fact]
    public void Deployment_ShowsCounts()
    {
        var cells = Declared.Cells(Declared.FromYaml<V1Deployment>(
            """
            spec:
              replicas: 3
              selector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: [b, a]}]}
              template: {spec: {containers: [{name: a, image: i}, {name: b, image: j}]}}
            status: {readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1}
            """), Now);

        Assert.Equal(("2/3", "3", "1", "a,b", "i,j", "app=web,tier in (a,b)"), (cells["Ready"], cells["Up-to-date"], cells["Available"], cells["Containers"], cells["Images"], cells["Selector"]));
    }

    [Fact]
    public void Endpoints_ShowsThreeAndHowManyMore()
    {
        var cells = Declared.Cells(Declared.FromYaml<V1Endpoints>(
            "{subsets: [{addresses: [{ip: 10.0.0.1}, {ip: 10.0.0.2}, {ip: 10.0.0.3}, {ip: 10.0.0.4}], ports: [{port: 80}]}]}"), Now);

        Assert.Equal("10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 1 more...", cells["Endpoints"]);
    }

    [Fact]
    public void RoleBinding_ShowsRoleAndSubjects()
    {
        var cells = Declared.Cells(Declared.FromYaml<V1RoleBinding>(
            "{roleRef: {kind: ClusterRole, name: view}, subjects: [{kind: User, name: a}, {kind: User, name: b}, {kind: ServiceAccount, name: s, namespace: n}]}"), Now);

        Assert.Equal(("ClusterRole/view", "a, b", "", "n/s"), (cells["Role"], cells["Users"], cells["Groups"], cells["ServiceAccounts"]));
    }
}
