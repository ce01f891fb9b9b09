using k8s.Models;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>What <c>kubectl get</c> shows of workloads, storage and policies.</summary>
public sealed class WorkloadColumnsTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("{status: {conditions: [{type: Complete, status: 'True'}], startTime: 2025-01-01T11:00:00Z, completionTime: 2025-01-01T11:00:42Z, succeeded: 2}, spec: {completions: 3}}", "Complete 2/3 42s")]
    [InlineData("{status: {conditions: [{type: Failed, status: 'True'}], startTime: 2025-01-01T11:59:00Z}, spec: {completions: 1}}", "Failed 0/1 60s")]
    [InlineData("{status: {conditions: [{type: Suspended, status: 'True'}]}, spec: {parallelism: 4}}", "Suspended 0/1 of 4 ")]
    [InlineData("{status: {conditions: [{type: FailureTarget, status: 'True'}]}, spec: {parallelism: 1}}", "FailureTarget 0/1 ")]
    [InlineData("{metadata: {deletionTimestamp: 2025-01-01T11:59:00Z}, spec: {}}", "Terminating 0/1 ")]
    [InlineData("{spec: {completions: 5}, status: {active: 1}}", "Running 0/5 ")]
    public void Job_ShowsStatusCompletionsAndDuration(string yaml, string expected)
    {
        var cells = Cells<V1Job>(yaml);
        Assert.Equal(expected, $"{cells["Status"]} {cells["Completions"]} {cells["Duration"]}");
    }

    [Fact]
    public void CronJob_ShowsWhenItRuns()
    {
        var cells = Cells<V1CronJob>("{spec: {schedule: '@daily', suspend: false, jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: i}]}}}}}, status: {active: [{name: a}], lastScheduleTime: 2025-01-01T11:00:00Z}}");
        Assert.Equal(("@daily", "<none>", "False", "1", "60m", "c", "i", "<none>"), (cells["Schedule"], cells["Timezone"], cells["Suspend"], cells["Active"], cells["Last Schedule"], cells["Containers"], cells["Images"], cells["Selector"]));
    }

    [Fact]
    public void DaemonSet_ShowsCountsAndNodes()
    {
        var cells = Cells<V1DaemonSet>("{spec: {selector: {matchLabels: {a: b}}, template: {spec: {nodeSelector: {z: y, disk: ssd}, containers: [{name: c, image: i}]}}}, status: {desiredNumberScheduled: 5, currentNumberScheduled: 4, numberReady: 3, updatedNumberScheduled: 2, numberAvailable: 1, numberMisscheduled: 0}}");
        Assert.Equal("5 4 3 2 1 disk=ssd,z=y <unknown> c i a=b", string.Join(' ', cells.Values));
    }

    [Fact]
    public void StatefulSet_ShowsReady()
    {
        var cells = Cells<V1StatefulSet>("{spec: {replicas: 3, template: {spec: {containers: [{name: c, image: i}]}}}, status: {replicas: 3, readyReplicas: 2}}");
        Assert.Equal("2/3 <unknown> c i", string.Join(' ', cells.Values));
    }

    [Fact]
    public void ReplicationController_ShowsCountsAndSelector()
    {
        var cells = Cells<V1ReplicationController>("{spec: {replicas: 3, selector: {b: c, a: b}, template: {spec: {containers: [{name: c, image: i}]}}}, status: {replicas: 2, readyReplicas: 1}}");
        Assert.Equal("3 2 1 <unknown> c i a=b,b=c", string.Join(' ', cells.Values));
    }

    [Fact]
    public void ResourceQuota_ShowsWhatIsUsedOfWhat()
    {
        var cells = Cells<V1ResourceQuota>("{status: {hard: {pods: 10, limits.cpu: 4, cpu: 2}, used: {pods: 3, limits.cpu: 1}}}");
        Assert.Equal(("cpu: 0/2, pods: 3/10", "limits.cpu: 1/4"), (cells["Request"], cells["Limit"]));
    }

    [Fact]
    public void LimitRange_ShowsWhenItWasMade()
        => Assert.Equal("2025-01-01T11:00:00Z", Cells<V1LimitRange>("{metadata: {creationTimestamp: 2025-01-01T11:00:00Z}}")["Created At"]);

    [Theory]
    [InlineData("{spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteMany, ReadWriteOnce], persistentVolumeReclaimPolicy: Retain, claimRef: {namespace: n, name: c}, storageClassName: s, volumeMode: Filesystem}, status: {phase: Bound}}", "1Gi RWO,RWX Retain Bound n/c s <unset>  <unknown> Filesystem")]
    [InlineData("{metadata: {deletionTimestamp: 2025-01-01T11:59:00Z, annotations: {volume.beta.kubernetes.io/storage-class: old}}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOncePod], persistentVolumeReclaimPolicy: Delete}, status: {phase: Released, reason: R}}", "1Gi RWOP Delete Terminating  old <unset> R <unknown> <unset>")]
    public void PersistentVolume_ShowsWhatItIs(string yaml, string expected) => Assert.Equal(expected, string.Join(' ', Cells<V1PersistentVolume>(yaml).Values));

    [Theory]
    [InlineData("{spec: {accessModes: [ReadWriteOnce], storageClassName: s, volumeMode: Filesystem}, status: {phase: Pending}}", "Pending    s <unset> <unknown> Filesystem")]
    [InlineData("{spec: {volumeName: v, accessModes: [ReadWriteOnce], volumeAttributesClassName: gold, volumeMode: Block}, status: {phase: Bound, accessModes: [ReadOnlyMany], capacity: {storage: 2Gi}}}", "Bound v 2Gi ROX  gold <unknown> Block")]
    public void PersistentVolumeClaim_ShowsWhatItGot(string yaml, string expected) => Assert.Equal(expected, string.Join(' ', Cells<V1PersistentVolumeClaim>(yaml).Values));

    [Fact]
    public void StorageClass_Default_IsNamedSo()
    {
        var cells = Cells<V1StorageClass>("{metadata: {name: s, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}, provisioner: p, reclaimPolicy: Delete, volumeBindingMode: Immediate, allowVolumeExpansion: true}");
        Assert.Equal("s (default) p Delete Immediate True <unknown>", string.Join(' ', cells.Values));
    }

    [Fact]
    public void Driver_ShowsWhatItNeeds()
    {
        var cells = Cells<V1CSIDriver>("{spec: {attachRequired: false, tokenRequests: [{audience: a}, {audience: b}], volumeLifecycleModes: [Persistent, Ephemeral]}}");
        Assert.Equal("False False False a,b False Persistent,Ephemeral <unknown>", string.Join(' ', cells.Values));
    }

    [Theory]
    [InlineData("{spec: {minAvailable: 50%}, status: {disruptionsAllowed: 2}}", "50% N/A 2 <unknown>")]
    [InlineData("{spec: {maxUnavailable: 1}}", "N/A 1 0 <unknown>")]
    public void DisruptionBudget_ShowsWhatMayGo(string yaml, string expected) => Assert.Equal(expected, string.Join(' ', Cells<V1PodDisruptionBudget>(yaml).Values));

    [Theory]
    [InlineData("{spec: {minReplicas: 1, maxReplicas: 4, scaleTargetRef: {kind: Deployment, name: d}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}, status: {currentReplicas: 2, currentMetrics: [{type: Resource, resource: {name: cpu, current: {averageUtilization: 30}}}]}}", "Deployment/d cpu: 30%/80% 1 4 2 <unknown>")]
    [InlineData("{spec: {maxReplicas: 4, scaleTargetRef: {kind: Deployment, name: d}, metrics: [{type: Pods, pods: {metric: {name: m}, target: {type: AverageValue, averageValue: 5}}}, {type: External, external: {metric: {name: m}, target: {type: AverageValue, averageValue: 10}}}, {type: Object, object: {metric: {name: m}, target: {type: Value, value: 3}}}]}}", "Deployment/d <unknown>/5, <unknown>/10 (avg) + 1 more... <unset> 4 0 <unknown>")]
    public void Autoscaler_ShowsTargets(string yaml, string expected)
    {
        Assert.Equal(expected, string.Join(' ', Cells<V2HorizontalPodAutoscaler>(yaml).Values));
        var old = ApiServer.Kinds.Autoscaling.AutoscalerConversion.ToV1(Declared.FromYaml<V2HorizontalPodAutoscaler>(yaml));
        Assert.Equal(expected, string.Join(' ', Declared.Cells(old, Now).Values));
    }

    private static Dictionary<string, string?> Cells<T>(string yaml)
        where T : class => Declared.Cells(Declared.FromYaml<T>(yaml), Now);
}
