using k8s;
using k8s.Models;
using Orch.Testing.Snapshots;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>What is stored of workloads, storage and policies when a manifest says little.</summary>
public sealed class WorkloadDefaultsTests
{
    private const string Pod = "template: {metadata: {labels: {a: b}}, spec: {restartPolicy: POLICY, containers: [{name: c, image: 'i:1'}]}}";

    [Fact]
    public Task DaemonSet_Plain() => Stored<V1DaemonSet>("{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, " + Running + "}}");

    [Fact]
    public Task StatefulSet_Plain() => Stored<V1StatefulSet>(
        "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {serviceName: web, selector: {matchLabels: {a: b}}, " + Running
        + ", volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}}");

    [Fact]
    public Task ReplicationController_Plain() => Stored<V1ReplicationController>("{apiVersion: v1, kind: ReplicationController, metadata: {name: r}, spec: {" + Running + "}}");

    [Fact]
    public Task Job_Plain() => Stored<V1Job>("{apiVersion: batch/v1, kind: Job, metadata: {name: j, uid: u}, spec: {podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}, " + Ending + "}}");

    [Fact]
    public Task CronJob_Plain() => Stored<V1CronJob>("{apiVersion: batch/v1, kind: CronJob, metadata: {name: c}, spec: {schedule: '@daily', jobTemplate: {spec: {" + Ending + "}}}}");

    [Fact]
    public Task PersistentVolumeClaim_Plain() => Stored<V1PersistentVolumeClaim>("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, dataSourceRef: {kind: PersistentVolumeClaim, name: other}}}");

    [Fact]
    public Task StorageClass_Plain() => Stored<V1StorageClass>("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: s}, provisioner: p}");

    [Fact]
    public Task CSIDriver_Plain() => Stored<V1CSIDriver>("{apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: {name: d}}");

    [Fact]
    public Task PodDisruptionBudget_Plain() => Stored<V1PodDisruptionBudget>("{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: p}, spec: {minAvailable: 1}}");

    [Fact]
    public Task HorizontalPodAutoscaler_Plain() => Stored<V2HorizontalPodAutoscaler>(
        "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, spec: {maxReplicas: 3, scaleTargetRef: {kind: Deployment, name: d}, behavior: {scaleDown: {stabilizationWindowSeconds: 60}}}}");

    [Fact]
    public Task HorizontalPodAutoscaler_Old() => Stored<V1HorizontalPodAutoscaler>(
        "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: h}, spec: {maxReplicas: 3, scaleTargetRef: {kind: Deployment, name: d}}}");

    private static string Running => Pod.Replace("POLICY", "Always", StringComparison.Ordinal);

    private static string Ending => Pod.Replace("POLICY", "Never", StringComparison.Ordinal);

    private static Task Stored<T>(string yaml, [System.Runtime.CompilerServices.CallerMemberName] string method = "")
        where T : class, IKubernetesObject<V1ObjectMeta>
        => Verifier.Verify(Declared.Created<T>(yaml), method: method);
}
