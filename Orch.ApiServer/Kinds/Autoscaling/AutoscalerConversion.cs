using k8s.Models;

namespace Orch.ApiServer.Kinds.Autoscaling;

/// <summary>Between the two versions of autoscalers. The older has one metric, the use of CPU; what it lacks stands in annotations, which the newer does not show.</summary>
internal static class AutoscalerConversion
{
    /// <summary>The metrics besides.</summary>
    public const string Metrics = "autoscaling.alpha.kubernetes.io/metrics";

    /// <summary>What was measured.</summary>
    public const string CurrentMetrics = "autoscaling.alpha.kubernetes.io/current-metrics";

    /// <summary>The conditions.</summary>
    public const string Conditions = "autoscaling.alpha.kubernetes.io/conditions";

    /// <summary>How fast to scale.</summary>
    public const string Behavior = "autoscaling.alpha.kubernetes.io/behavior";

    /// <summary>To the older version; shares what is not changed.</summary>
    public static V1HorizontalPodAutoscaler ToV1(V2HorizontalPodAutoscaler value)
    {
        var (spec, status) = (value.Spec ?? new V2HorizontalPodAutoscalerSpec(), value.Status);
        var cpu = CpuUtilization(spec.Metrics, static metric => metric.Type == "Resource" && metric.Resource?.Name == "cpu", static metric => metric.Resource.Target?.AverageUtilization);
        var others = (spec.Metrics ?? []).Where(static metric => !(metric.Type == "Resource" && metric.Resource is { Name: "cpu", Target.AverageUtilization: not null })).ToList();
        var annotations = Without(value.Metadata?.Annotations);
        if (others.Count > 0) { annotations[Metrics] = MetricText.Write(others); }
        if (status?.CurrentMetrics is { Count: > 0 } current) { annotations[CurrentMetrics] = MetricText.Write(current); }
        if (status?.Conditions is { Count: > 0 } conditions) { annotations[Conditions] = AutoscalerText.WriteConditions(conditions); }
        if (spec.Behavior is { } behavior) { annotations[Behavior] = AutoscalerText.WriteBehavior(behavior); }
        return new V1HorizontalPodAutoscaler
        {
            ApiVersion = "autoscaling/v1",
            Kind = "HorizontalPodAutoscaler",
            Metadata = (value.Metadata ?? new V1ObjectMeta()) with { Annotations = annotations.Count > 0 ? annotations : null },
            Spec = new V1HorizontalPodAutoscalerSpec
            {
                ScaleTargetRef = spec.ScaleTargetRef is { } target ? new V1CrossVersionObjectReference { ApiVersion = target.ApiVersion, Kind = target.Kind, Name = target.Name } : null,
                MinReplicas = spec.MinReplicas,
                MaxReplicas = spec.MaxReplicas,
                TargetCPUUtilizationPercentage = cpu,
            },
            Status = status is null ? null : new V1HorizontalPodAutoscalerStatus
            {
                ObservedGeneration = status.ObservedGeneration,
                LastScaleTime = status.LastScaleTime,
                CurrentReplicas = status.CurrentReplicas ?? 0,
                DesiredReplicas = status.DesiredReplicas,
                CurrentCPUUtilizationPercentage = CpuUtilization(status.CurrentMetrics, static metric => metric.Type == "Resource" && metric.Resource?.Name == "cpu", static metric => metric.Resource.Current?.AverageUtilization),
            },
        };
    }

    /// <summary>To the newer version; shares what is not changed.</summary>
    public static V2HorizontalPodAutoscaler ToV2(V1HorizontalPodAutoscaler value)
    {
        var (spec, status, given) = (value.Spec ?? new V1HorizontalPodAutoscalerSpec(), value.Status, value.Metadata?.Annotations);
        var metrics = new List<V2MetricSpec>();
        if (Text(given, Metrics) is { } text && MetricText.ReadSpecs(text) is { } others) { metrics.AddRange(others); }
        if (spec.TargetCPUUtilizationPercentage is { } cpu)
        {
            metrics.Add(new V2MetricSpec { Type = "Resource", Resource = new V2ResourceMetricSource { Name = "cpu", Target = new V2MetricTarget { Type = "Utilization", AverageUtilization = cpu } } });
        }

        var annotations = given is null ? null : Without(given);
        return new V2HorizontalPodAutoscaler
        {
            ApiVersion = "autoscaling/v2",
            Kind = "HorizontalPodAutoscaler",
            Metadata = (value.Metadata ?? new V1ObjectMeta()) with { Annotations = annotations is { Count: > 0 } ? annotations : null },
            Spec = new V2HorizontalPodAutoscalerSpec
            {
                ScaleTargetRef = spec.ScaleTargetRef is { } target ? new V2CrossVersionObjectReference { ApiVersion = target.ApiVersion, Kind = target.Kind, Name = target.Name } : null,
                MinReplicas = spec.MinReplicas,
                MaxReplicas = spec.MaxReplicas,
                Metrics = metrics.Count > 0 ? metrics : null,
                Behavior = Text(given, Behavior) is { } behavior ? AutoscalerText.ReadBehavior(behavior) : null,
            },
            Status = status is null ? null : Status(status, given),
        };
    }

    private static V2HorizontalPodAutoscalerStatus Status(V1HorizontalPodAutoscalerStatus status, IDictionary<string, string>? annotations)
    {
        // What the annotation says is richer than the one number.
        var metrics = Text(annotations, CurrentMetrics) is { } text ? MetricText.ReadStatuses(text) : null;
        if (metrics is null && status.CurrentCPUUtilizationPercentage is { } cpu)
        {
            metrics = [new V2MetricStatus { Type = "Resource", Resource = new V2ResourceMetricStatus { Name = "cpu", Current = new V2MetricValueStatus { AverageUtilization = cpu } } }];
        }

        return new V2HorizontalPodAutoscalerStatus
        {
            ObservedGeneration = status.ObservedGeneration,
            LastScaleTime = status.LastScaleTime,
            CurrentReplicas = status.CurrentReplicas,
            DesiredReplicas = status.DesiredReplicas,
            CurrentMetrics = metrics,
            Conditions = Text(annotations, Conditions) is { } conditions ? AutoscalerText.ReadConditions(conditions) : null,
        };
    }

    // The first metric of the kind decides, even where it has no number.
    private static int? CpuUtilization<T>(IList<T>? metrics, Func<T, bool> isCpu, Func<T, int?> utilization)
        where T : class
        => metrics?.FirstOrDefault(isCpu) is { } metric ? utilization(metric) : null;

    private static string? Text(IDictionary<string, string>? annotations, string key) => annotations is not null && annotations.TryGetValue(key, out var text) && !string.IsNullOrEmpty(text) ? text : null;

    private static Dictionary<string, string> Without(IDictionary<string, string>? annotations)
        => (annotations ?? new Dictionary<string, string>()).Where(static pair => pair.Key is not (Metrics or CurrentMetrics or Conditions or Behavior)).ToDictionary();
}
