using k8s.Models;
using Orch.ApiServer.Kinds.Autoscaling;
using Orch.Serialization;
using static Orch.ApiServer.Tests.Kinds.Cases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of autoscalers, and that the older version loses nothing of the newer.</summary>
public sealed class AutoscalerTests
{
    private const string Target = "{metadata: {name: h}, spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}, ";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["autoscaler"] = (Create<V2HorizontalPodAutoscaler>(Target + "}}"), ""),
        ["autoscaler of the older version"] = (Create<V1HorizontalPodAutoscaler>(Target + "targetCPUUtilizationPercentage: 50}}"), ""),
        ["autoscaler counts"] = (Create<V2HorizontalPodAutoscaler>("{metadata: {name: h}, spec: {minReplicas: 0, maxReplicas: 0, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}}}"), "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1\nspec.maxReplicas: Required value: must be set and greater than 0\nspec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas"),
        ["autoscaler the wrong way round"] = (Create<V1HorizontalPodAutoscaler>("{metadata: {name: h}, spec: {minReplicas: 6, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}}}"), "spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`"),
        ["autoscaler of nothing"] = (Create<V2HorizontalPodAutoscaler>("{metadata: {name: h}, spec: {maxReplicas: 5}}"), "spec.scaleTargetRef.kind: Required value\nspec.scaleTargetRef.name: Required value\nspec.scaleTargetRef.apiVersion: Invalid value: \"\": apiVersion must specify API group"),
        ["autoscaler of a controller"] = (Create<V2HorizontalPodAutoscaler>("{metadata: {name: h}, spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: v1, kind: ReplicationController, name: r}}}"), ""),
        ["autoscaler of a strange version"] = (Create<V2HorizontalPodAutoscaler>("{metadata: {name: h}, spec: {maxReplicas: -1, scaleTargetRef: {apiVersion: a/b/c, kind: K, name: r}}}"), "spec.maxReplicas: Invalid value: -1: must be greater than 0\nspec.maxReplicas: Invalid value: -1: must be greater than or equal to `minReplicas`\nspec.scaleTargetRef.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c"),
        ["autoscaler of old keeps its version"] = (() => Declared.UpdateFaults(Declared.Created<V2HorizontalPodAutoscaler>("{metadata: {name: h}, spec: {maxReplicas: 5, scaleTargetRef: {kind: Deployment, name: d}}}"), item => item.Spec.MaxReplicas = 6), ""),
        ["autoscaler of a path"] = (Create<V2HorizontalPodAutoscaler>("{metadata: {name: h}, spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: a/b, name: '..'}}}"), "spec.scaleTargetRef.kind: Invalid value: \"a/b\": may not contain '/'\nspec.scaleTargetRef.name: Invalid value: \"..\": may not be '..'"),
        ["metric of nothing"] = (Create<V2HorizontalPodAutoscaler>(Target + "metrics: [{type: Pods}]}}"), "spec.metrics[0].pods: Required value: must populate information for the given metric source"),
        ["metric of another sort"] = (Create<V2HorizontalPodAutoscaler>(Target + "metrics: [{type: Pods, pods: {metric: {name: m}, target: {type: AverageValue, averageValue: 1}}, resource: {name: cpu, target: {type: Utilization, averageUtilization: 1}}}]}}"), "spec.metrics[0].resource: Forbidden: must populate the given metric source only"),
        ["metric type"] = (Create<V2HorizontalPodAutoscaler>(Target + "metrics: [{type: Mood}]}}"), "spec.metrics[0].type: Unsupported value: \"Mood\": supported values: \"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\"\nspec.metrics[0].type: Unsupported value: \"Mood\": supported values: \"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\""),
        ["metric of a resource"] = (Create<V2HorizontalPodAutoscaler>(Target + "metrics: [{type: Resource, resource: {name: wishes, target: {type: Utilization, averageUtilization: 0, averageValue: 1}}}]}}"),
            "spec.metrics[0].resource.name: Invalid value: \"wishes\": must be a standard resource type or fully qualified\n"
            + "spec.metrics[0].resource.name: Invalid value: \"wishes\": must be a standard resource for containers\n"
            + "spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0\n"
            + "spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization"),
        ["metric of a container"] = (Create<V2HorizontalPodAutoscaler>(Target + "metrics: [{type: ContainerResource, containerResource: {name: cpu, target: {type: Value}}}]}}"), "spec.metrics[0].containerResource.container: Required value: must specify a container\nspec.metrics[0].containerResource.target.averageUtilization: Required value: must set either a target raw value or a target utilization"),
        ["metric of an object"] = (Create<V2HorizontalPodAutoscaler>(Target + "metrics: [{type: Object, object: {describedObject: {kind: K}, metric: {}, target: {type: Odd, value: 0}}}]}}"),
            "spec.metrics[0].object.describedObject.name: Required value\nspec.metrics[0].object.metric.name: Required value: must specify a metric name\nspec.metrics[0].object.target.type: Invalid value: \"Odd\": must be either Utilization, Value, or AverageValue\nspec.metrics[0].object.target.value: Invalid value: \"0\": must be positive"),
        ["metric from outside"] = (Create<V2HorizontalPodAutoscaler>(Target + "metrics: [{type: External, external: {metric: {name: m}, target: {type: Value, value: 1, averageValue: 1}}}]}}"), "spec.metrics[0].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target"),
        ["behavior"] = (Create<V2HorizontalPodAutoscaler>(Target + "behavior: {scaleUp: {stabilizationWindowSeconds: 3601, selectPolicy: Best, policies: [{type: Odd, value: 0, periodSeconds: 1801}]}, scaleDown: {policies: []}}}}"),
            "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600\nspec.behavior.scaleUp.selectPolicy: Unsupported value: \"Best\": supported values: \"Disabled\", \"Max\", \"Min\"\nspec.behavior.scaleUp.policies[0].type: Unsupported value: \"Odd\": supported values: \"Percent\", \"Pods\"\nspec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero\nspec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800\nspec.behavior.scaleDown.policies: Required value: must specify at least one Policy"),
        ["autoscaler reports"] = (Status<V1HorizontalPodAutoscaler>(Target + "}}", item => item.Status = new V1HorizontalPodAutoscalerStatus { CurrentReplicas = -1, DesiredReplicas = -2 }), "status.currentReplicas: Invalid value: -1: must be greater than or equal to 0\nstatus.desiredReplicas: Invalid value: -2: must be greater than or equal to 0"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    [Fact]
    public void Conversion_ThereAndBack_LosesNothing()
    {
        var value = Declared.FromYaml<V2HorizontalPodAutoscaler>(
            """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: h, annotations: {mine: kept}}
            spec:
              minReplicas: 2
              maxReplicas: 9
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}
              metrics:
              - {type: Object, object: {describedObject: {apiVersion: v1, kind: Service, name: s}, metric: {name: m, selector: {matchLabels: {a: b}}}, target: {type: Value, value: 3}}}
              - {type: Object, object: {describedObject: {kind: Service, name: s}, metric: {name: m}, target: {type: AverageValue, averageValue: 500m}}}
              - {type: Pods, pods: {metric: {name: p}, target: {type: AverageValue, averageValue: 1k}}}
              - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Gi}}}
              - {type: ContainerResource, containerResource: {name: cpu, container: c, target: {type: Utilization, averageUtilization: 60}}}
              - {type: External, external: {metric: {name: q, selector: {matchExpressions: [{key: k, operator: Exists}]}}, target: {type: AverageValue, averageValue: 7}}}
              - {type: External, external: {metric: {name: q}, target: {type: Value, value: 8}}}
              - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}
              behavior:
                scaleUp: {stabilizationWindowSeconds: 0, selectPolicy: Max, policies: [{type: Pods, value: 4, periodSeconds: 15}]}
                scaleDown: {selectPolicy: Min, tolerance: 50m, policies: [{type: Percent, value: 10, periodSeconds: 60}]}
            status:
              observedGeneration: 3
              currentReplicas: 4
              desiredReplicas: 5
              conditions: [{type: AbleToScale, status: 'True', reason: r, message: m, lastTransitionTime: 2025-01-01T00:00:00Z}]
              currentMetrics:
              - {type: Pods, pods: {metric: {name: p}, current: {averageValue: 900}}}
              - {type: Resource, resource: {name: cpu, current: {averageUtilization: 20, averageValue: 30m}}}
            """);

        var old = AutoscalerConversion.ToV1(value);
        var back = AutoscalerConversion.ToV2(old);

        Assert.Equal(50, old.Spec.TargetCPUUtilizationPercentage);
        Assert.Equal(20, old.Status.CurrentCPUUtilizationPercentage);
        Assert.Equal(["autoscaling.alpha.kubernetes.io/behavior", "autoscaling.alpha.kubernetes.io/conditions", "autoscaling.alpha.kubernetes.io/current-metrics", "autoscaling.alpha.kubernetes.io/metrics", "mine"], old.Metadata.Annotations.Keys.Order());
        Assert.Equal(Text(value), Text(back));
    }

    [Fact]
    public void Conversion_ToOld_WritesWhatUpstreamWrites()
    {
        var old = AutoscalerConversion.ToV1(Declared.FromYaml<V2HorizontalPodAutoscaler>(
            "{metadata: {name: h}, spec: {maxReplicas: 3, scaleTargetRef: {kind: D, name: d}, metrics: [{type: Pods, pods: {metric: {name: p}, target: {type: AverageValue, averageValue: 5}}}], behavior: {scaleDown: {selectPolicy: Max, policies: [{type: Percent, value: 100, periodSeconds: 15}]}}}}"));

        Assert.Equal("""[{"type":"Pods","pods":{"metricName":"p","targetAverageValue":"5"}}]""", old.Metadata.Annotations[AutoscalerConversion.Metrics]);
        Assert.Equal(
            """{"ScaleUp":null,"ScaleDown":{"StabilizationWindowSeconds":null,"SelectPolicy":"Max","Policies":[{"Type":"Percent","Value":100,"PeriodSeconds":15}],"Tolerance":null}}""",
            old.Metadata.Annotations[AutoscalerConversion.Behavior]);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("[1]")]
    [InlineData("{\"a\":1}")]
    [InlineData("[{\"type\":3}]")]
    [InlineData("[{\"type\":\"Pods\",\"pods\":{\"targetAverageValue\":\"many\"}}]")]
    public void Conversion_AnnotationsThatSayNothing_AreDropped(string text)
    {
        var old = Declared.FromYaml<V1HorizontalPodAutoscaler>(Target + "targetCPUUtilizationPercentage: 40}}");
        old.Metadata.Annotations = new Dictionary<string, string>
        {
            [AutoscalerConversion.Metrics] = text, [AutoscalerConversion.Behavior] = text, [AutoscalerConversion.Conditions] = text, [AutoscalerConversion.CurrentMetrics] = text,
        };
        old.Status = new V1HorizontalPodAutoscalerStatus();
        var value = AutoscalerConversion.ToV2(old);

        Assert.Equal("cpu", value.Spec.Metrics.Single().Resource.Name);
        Assert.Null(value.Metadata.Annotations);
        Assert.Null(value.Spec.Behavior);
    }

    private static string Text(V2HorizontalPodAutoscaler value) => System.Text.Encoding.UTF8.GetString(ApiJson.Serialize(value));
}
