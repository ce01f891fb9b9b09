using k8s.Models;

namespace Orch.ApiServer.Kinds.Autoscaling;

/// <summary>What an autoscaler means where it says nothing.</summary>
internal static class AutoscalerDefaults
{
    private const int Utilization = 80;

    /// <summary>Fills an autoscaler.</summary>
    public static void Apply(V2HorizontalPodAutoscaler value)
    {
        var spec = value.Spec ??= new V2HorizontalPodAutoscalerSpec();
        spec.ScaleTargetRef ??= new V2CrossVersionObjectReference();
        spec.MinReplicas ??= 1;
        if (spec.Metrics is not { Count: > 0 })
        {
            spec.Metrics = [new V2MetricSpec { Type = "Resource", Resource = new V2ResourceMetricSource { Name = "cpu", Target = new V2MetricTarget { Type = "Utilization", AverageUtilization = Utilization } } }];
        }

        if (spec.Behavior is { } behavior && (behavior.ScaleUp is not null || behavior.ScaleDown is not null))
        {
            behavior.ScaleUp = Filled(behavior.ScaleUp, 0, [new V2HPAScalingPolicy { Type = "Pods", Value = 4, PeriodSeconds = 15 }, new V2HPAScalingPolicy { Type = "Percent", Value = 100, PeriodSeconds = 15 }]);
            behavior.ScaleDown = Filled(behavior.ScaleDown, null, [new V2HPAScalingPolicy { Type = "Percent", Value = 100, PeriodSeconds = 15 }]);
        }

        if (value.Status is { } status) { Show(status); }
    }

    /// <summary>Of an autoscaler that nothing has looked at; upstream shows the empty metrics as null, which the models leave out.</summary>
    public static V2HorizontalPodAutoscalerStatus NoStatus()
    {
        var status = new V2HorizontalPodAutoscalerStatus();
        Show(status);
        return status;
    }

    // Upstream always shows these.
    private static void Show(V2HorizontalPodAutoscalerStatus status) => status.CurrentReplicas ??= 0;

    private static V2HPAScalingRules Filled(V2HPAScalingRules? rules, int? window, IList<V2HPAScalingPolicy> policies)
    {
        rules ??= new V2HPAScalingRules();
        rules.SelectPolicy ??= "Max";
        rules.StabilizationWindowSeconds ??= window;
        rules.Policies ??= policies;
        return rules;
    }
}
