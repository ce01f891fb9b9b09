using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Autoscaling;

/// <summary>How autoscalers are printed, whatever version they are asked for in.</summary>
internal static class AutoscalerColumns
{
    private const int MaxShown = 2;

    /// <summary>The columns over objects that <paramref name="read"/> makes the stored form of.</summary>
    public static IReadOnlyList<PrinterColumn> Over(Func<object, V2HorizontalPodAutoscaler> read) =>
    [
        new("Reference", "string", (item, _) => Reference(read(item))) { Description = "scaleTargetRef points to the target resource to scale, and is used to the pods for which metrics should be collected, as well as to actually change the replica count." },
        new("Targets", "string", (item, _) => Targets(read(item))) { Description = "metrics contains the specifications for which to use to calculate the desired replica count (the maximum replica count across all metrics will be used).  The desired replica count is calculated multiplying the ratio between the target value and the current value by the current number of pods.  Ergo, metrics used must decrease as the pod count is increased, and vice-versa.  See the individual metric source types for more information about how each type of metric must respond. If not set, the default metric will be set to 80% average CPU utilization." },
        new("MinPods", "string", (item, _) => read(item).Spec?.MinReplicas is { } min ? Number(min) : Printing.Unset) { Description = "minReplicas is the lower limit for the number of replicas to which the autoscaler can scale down.  It defaults to 1 pod.  minReplicas is allowed to be 0 if the alpha feature gate HPAScaleToZero is enabled and at least one Object or External metric is configured.  Scaling is active as long as at least one metric value is available." },
        new("MaxPods", "string", (item, _) => read(item).Spec?.MaxReplicas ?? 0) { Description = "maxReplicas is the upper limit for the number of replicas to which the autoscaler can scale up. It cannot be less that minReplicas." },
        new("Replicas", "string", (item, _) => read(item).Status?.CurrentReplicas ?? 0) { Description = "currentReplicas is current number of replicas of pods managed by this autoscaler, as last seen by the autoscaler." },
        PrinterColumns.Age,
    ];

    private static string Reference(V2HorizontalPodAutoscaler value) => $"{value.Spec?.ScaleTargetRef?.Kind}/{value.Spec?.ScaleTargetRef?.Name}";

    private static string Targets(V2HorizontalPodAutoscaler value)
    {
        if (value.Spec?.Metrics is not { Count: > 0 } metrics) { return Printing.None; }
        var statuses = value.Status?.CurrentMetrics;
        var shown = metrics.Take(MaxShown).Select((metric, index) => Target(metric, index < (statuses?.Count ?? 0) ? statuses![index] : null));
        var text = string.Join(", ", shown);
        return metrics.Count <= MaxShown ? text : string.Create(CultureInfo.InvariantCulture, $"{text} + {metrics.Count - MaxShown} more...");
    }

    private static string Target(V2MetricSpec metric, V2MetricStatus? status) => metric.Type switch
    {
        "External" => Value(metric.External?.Target, status?.External?.Current),
        "Pods" => $"{Text(status?.Pods?.Current?.AverageValue)}/{Text(metric.Pods?.Target?.AverageValue)}",
        "Object" => Value(metric.ObjectProperty?.Target, status?.ObjectProperty?.Current),
        "Resource" => $"{metric.Resource?.Name}: {Average(metric.Resource?.Target, status?.Resource?.Current)}",
        "ContainerResource" => $"{metric.ContainerResource?.Name}: {Average(metric.ContainerResource?.Target, status?.ContainerResource?.Current)}",
        _ => "<unknown type>",
    };

    private static string Value(V2MetricTarget? target, V2MetricValueStatus? current)
        => target?.AverageValue is { } average ? $"{Text(current?.AverageValue)}/{Text(average)} (avg)" : $"{Text(current?.Value)}/{Text(target?.Value)}";

    private static string Average(V2MetricTarget? target, V2MetricValueStatus? current)
        => target?.AverageValue is { } value
            ? $"{Text(current?.AverageValue)}/{Text(value)}"
            : $"{(current?.AverageUtilization is { } used ? Number(used) + "%" : Printing.Unknown)}/{(target?.AverageUtilization is { } wanted ? Number(wanted) + "%" : "<auto>")}";

    private static string Text(ResourceQuantity? quantity) => quantity is null ? Printing.Unknown : Quantities.Format(quantity);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
