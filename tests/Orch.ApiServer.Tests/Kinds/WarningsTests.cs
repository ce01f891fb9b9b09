using k8s.Models;

namespace Orch.ApiServer.Tests.Kinds;

public sealed class WarningsTests
{
    [Theory]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i}]}}", "")]
    [InlineData("{metadata: {name: web.a}, spec: {containers: [{name: c, image: i}]}}", "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]")]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i, env: [{name: A, value: x}, {name: A, value: y}]}]}}", "spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply")]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i, env: [{name: A, value: x}, {name: A, value: $(A)y}]}]}}", "")]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}, {containerPort: 80, name: http}]}]}}", "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]")]
    [InlineData("{metadata: {name: web}, spec: {nodeSelector: {beta.kubernetes.io/os: linux}, containers: [{name: c, image: i}]}}", "spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead")]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i, resources: {requests: {memory: 100m}}}]}}", "spec.containers[0].resources.requests[memory]: fractional byte value \"100m\" is invalid, must be an integer")]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i}], volumes: [{name: v, gitRepo: {repository: r}}]}}", "spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+")]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i}], topologySpreadConstraints: [{maxSkew: 1, topologyKey: failure-domain.beta.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}]}}",
        "spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead\nspec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod")]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i}], affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z}]}, nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: beta.kubernetes.io/os, operator: Exists}]}]}}}}}",
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use \"kubernetes.io/os\" instead\nspec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null labelSelector results in matching no pod")]
    public void Pod_HardlyMeant_Warns(string yaml, string expected)
        => Assert.Equal(expected, string.Join('\n', Declared.Of<V1Pod>().WarningsFor(Declared.Created<V1Pod>(yaml), null)));

    [Fact]
    public void Deployment_WarnsWhenItsTemplateIsWritten()
    {
        var deployment = Declared.Created<V1Deployment>(
            "{metadata: {name: web}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i, env: [{name: A}, {name: A}]}]}}}}");

        Assert.Equal(["spec.template.spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply"], Declared.Of<V1Deployment>().WarningsFor(deployment, null));
        Assert.Empty(Declared.Of<V1Deployment>().WarningsFor(Declared.Updated(deployment, item => item.Metadata.Labels = new Dictionary<string, string> { ["x"] = "y" }), deployment));
    }

    [Fact]
    public void Deployment_NamedUnlikeAHost_Warns()
    {
        var deployment = Declared.Created<V1Deployment>("{metadata: {name: web.a}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}");
        Assert.Equal(["metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]"], Declared.Of<V1Deployment>().WarningsFor(deployment, null));
    }

    [Fact]
    public void Volume_OnItsWayOut_Warns()
    {
        var volume = Declared.Created<V1PersistentVolume>("{metadata: {name: v, annotations: {volume.beta.kubernetes.io/storage-class: s}}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Recycle, rbd: {image: i, monitors: [m]}}}");
        Assert.Equal(
            [
                "metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use \"storageClassName\" attribute instead",
                "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.",
                "spec.rbd: deprecated in v1.28, non-functional in v1.31+",
            ],
            Declared.Of<V1PersistentVolume>().WarningsFor(volume, null));
    }

    [Fact]
    public void StatefulSet_ThatKeepsAllRevisions_Warns()
    {
        var set = Declared.Created<V1StatefulSet>("{metadata: {name: s}, spec: {revisionHistoryLimit: -1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}");
        Assert.Equal(["spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"], Declared.Of<V1StatefulSet>().WarningsFor(set, null));
    }

    [Fact]
    public void Finalizers_MustBeQualifiedOrKnown()
    {
        var errors = new Orch.ApiServer.Validation.FieldErrors();
        Orch.ApiServer.Validation.MetadataRules.Validate(new V1ObjectMeta { Name = "x", Finalizers = ["orphan", "example.com/x", "mine"] }, Orch.ApiServer.Validation.FieldPath.Of("metadata"), errors);

        Assert.Equal("metadata.finalizers[2]: Invalid value: \"mine\": name is neither a standard finalizer name nor is it fully qualified", errors.ToString());
    }
}
