using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Kinds.Autoscaling;

/// <summary>Metrics as the older version writes them, in annotations: flat, a field for each sort of target.</summary>
internal static class MetricText
{
    private const int MaxMetrics = 1000;

    /// <summary>What is wanted, as text.</summary>
    public static string Write(IList<V2MetricSpec> metrics) => new JsonArray([.. metrics.Select(Spec)]).ToJsonString(ApiJson.Options);

    /// <summary>What was measured, as text.</summary>
    public static string Write(IList<V2MetricStatus> metrics) => new JsonArray([.. metrics.Select(Status)]).ToJsonString(ApiJson.Options);

    /// <summary>What is wanted; null where the text is not of that form or empty.</summary>
    public static List<V2MetricSpec>? ReadSpecs(string text) => Read(text, Spec);

    /// <summary>What was measured; null where the text is not of that form or empty.</summary>
    public static List<V2MetricStatus>? ReadStatuses(string text) => Read(text, Status);

    private static List<T>? Read<T>(string text, Func<JsonElement, T> one)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Array && document.RootElement.GetArrayLength() is > 0 and <= MaxMetrics
                ? [.. document.RootElement.EnumerateArray().Select(one)]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Spec(V2MetricSpec metric)
    {
        var node = new JsonObject { ["type"] = metric.Type };
        if (metric.ObjectProperty is { } item)
        {
            node["object"] = Fields(("target", Reference(item.DescribedObject)), ("metricName", item.Metric?.Name ?? string.Empty), ("targetValue", Text(item.Target?.Value) ?? "0"),
                ("selector", Selector(item.Metric?.Selector)), ("averageValue", Text(item.Target?.AverageValue)));
        }

        if (metric.Pods is { } pods) { node["pods"] = Fields(("metricName", pods.Metric?.Name ?? string.Empty), ("targetAverageValue", Text(pods.Target?.AverageValue) ?? "0"), ("selector", Selector(pods.Metric?.Selector))); }
        if (metric.Resource is { } resource) { node["resource"] = Fields(("name", resource.Name ?? string.Empty), ("targetAverageUtilization", resource.Target?.AverageUtilization), ("targetAverageValue", Text(resource.Target?.AverageValue))); }
        if (metric.ContainerResource is { } container)
        {
            node["containerResource"] = Fields(("name", container.Name ?? string.Empty), ("targetAverageUtilization", container.Target?.AverageUtilization), ("targetAverageValue", Text(container.Target?.AverageValue)),
                ("container", container.Container ?? string.Empty));
        }

        if (metric.External is { } external)
        {
            node["external"] = Fields(("metricName", external.Metric?.Name ?? string.Empty), ("metricSelector", Selector(external.Metric?.Selector)), ("targetValue", Text(external.Target?.Value)),
                ("targetAverageValue", Text(external.Target?.AverageValue)));
        }

        return node;
    }

    private static JsonObject Status(V2MetricStatus metric)
    {
        var node = new JsonObject { ["type"] = metric.Type };
        if (metric.ObjectProperty is { } item)
        {
            node["object"] = Fields(("target", Reference(item.DescribedObject)), ("metricName", item.Metric?.Name ?? string.Empty), ("currentValue", Text(item.Current?.Value) ?? "0"),
                ("selector", Selector(item.Metric?.Selector)), ("averageValue", Text(item.Current?.AverageValue)));
        }

        if (metric.Pods is { } pods) { node["pods"] = Fields(("metricName", pods.Metric?.Name ?? string.Empty), ("currentAverageValue", Text(pods.Current?.AverageValue) ?? "0"), ("selector", Selector(pods.Metric?.Selector))); }
        if (metric.Resource is { } resource) { node["resource"] = Fields(("name", resource.Name ?? string.Empty), ("currentAverageUtilization", resource.Current?.AverageUtilization), ("currentAverageValue", Text(resource.Current?.AverageValue) ?? "0")); }
        if (metric.ContainerResource is { } container)
        {
            node["containerResource"] = Fields(("name", container.Name ?? string.Empty), ("currentAverageUtilization", container.Current?.AverageUtilization), ("currentAverageValue", Text(container.Current?.AverageValue) ?? "0"),
                ("container", container.Container ?? string.Empty));
        }

        if (metric.External is { } external)
        {
            node["external"] = Fields(("metricName", external.Metric?.Name ?? string.Empty), ("metricSelector", Selector(external.Metric?.Selector)), ("currentValue", Text(external.Current?.Value) ?? "0"),
                ("currentAverageValue", Text(external.Current?.AverageValue)));
        }

        return node;
    }

    private static V2MetricSpec Spec(JsonElement metric)
    {
        var (item, pods, resource, container, external) = (JsonText.Find(metric, "object"), JsonText.Find(metric, "pods"), JsonText.Find(metric, "resource"), JsonText.Find(metric, "containerResource"), JsonText.Find(metric, "external"));
        return new V2MetricSpec
        {
            Type = JsonText.Text(JsonText.Find(metric, "type")) ?? string.Empty,
            ObjectProperty = item is not { } one ? null : new V2ObjectMetricSource { DescribedObject = Reference(JsonText.Find(one, "target")), Metric = Identifier(one, "selector"), Target = ObjectTarget(one) },
            Pods = pods is not { } all ? null : new V2PodsMetricSource
            {
                Metric = Identifier(all, "selector"), Target = new V2MetricTarget { Type = "AverageValue", AverageValue = JsonText.Quantity(JsonText.Find(all, "targetAverageValue")) ?? Quantities.Zero },
            },
            Resource = resource is not { } some ? null : new V2ResourceMetricSource { Name = JsonText.Text(JsonText.Find(some, "name")) ?? string.Empty, Target = ResourceTarget(some) },
            ContainerResource = container is not { } inside ? null : new V2ContainerResourceMetricSource
            {
                Name = JsonText.Text(JsonText.Find(inside, "name")) ?? string.Empty, Container = JsonText.Text(JsonText.Find(inside, "container")) ?? string.Empty, Target = ResourceTarget(inside),
            },
            External = external is not { } outside ? null : new V2ExternalMetricSource { Metric = Identifier(outside, "metricSelector"), Target = ExternalTarget(outside) },
        };
    }

    private static V2MetricStatus Status(JsonElement metric)
    {
        var (item, pods, resource, container, external) = (JsonText.Find(metric, "object"), JsonText.Find(metric, "pods"), JsonText.Find(metric, "resource"), JsonText.Find(metric, "containerResource"), JsonText.Find(metric, "external"));
        return new V2MetricStatus
        {
            Type = JsonText.Text(JsonText.Find(metric, "type")) ?? string.Empty,
            ObjectProperty = item is not { } one ? null : new V2ObjectMetricStatus
            {
                DescribedObject = Reference(JsonText.Find(one, "target")), Metric = Identifier(one, "selector"),
                Current = new V2MetricValueStatus { Value = JsonText.Quantity(JsonText.Find(one, "currentValue")), AverageValue = JsonText.Quantity(JsonText.Find(one, "averageValue")) },
            },
            Pods = pods is not { } all ? null : new V2PodsMetricStatus { Metric = Identifier(all, "selector"), Current = new V2MetricValueStatus { AverageValue = JsonText.Quantity(JsonText.Find(all, "currentAverageValue")) } },
            Resource = resource is not { } some ? null : new V2ResourceMetricStatus { Name = JsonText.Text(JsonText.Find(some, "name")) ?? string.Empty, Current = Current(some) },
            ContainerResource = container is not { } inside ? null : new V2ContainerResourceMetricStatus
            {
                Name = JsonText.Text(JsonText.Find(inside, "name")) ?? string.Empty, Container = JsonText.Text(JsonText.Find(inside, "container")) ?? string.Empty, Current = Current(inside),
            },
            External = external is not { } outside ? null : new V2ExternalMetricStatus
            {
                Metric = Identifier(outside, "metricSelector"),
                Current = new V2MetricValueStatus { Value = JsonText.Quantity(JsonText.Find(outside, "currentValue")), AverageValue = JsonText.Quantity(JsonText.Find(outside, "currentAverageValue")) },
            },
        };
    }

    private static V2MetricTarget ObjectTarget(JsonElement item)
    {
        var (value, average) = (JsonText.Quantity(JsonText.Find(item, "targetValue")), JsonText.Quantity(JsonText.Find(item, "averageValue")));
        return average is null ? new V2MetricTarget { Type = "Value", Value = value ?? Quantities.Zero } : new V2MetricTarget { Type = "AverageValue", AverageValue = average };
    }

    private static V2MetricTarget ResourceTarget(JsonElement resource)
    {
        var (utilization, average) = (JsonText.Number(JsonText.Find(resource, "targetAverageUtilization")), JsonText.Quantity(JsonText.Find(resource, "targetAverageValue")));
        return new V2MetricTarget { Type = average is null ? "Utilization" : "AverageValue", AverageUtilization = utilization, AverageValue = average };
    }

    private static V2MetricTarget ExternalTarget(JsonElement external)
    {
        var (value, average) = (JsonText.Quantity(JsonText.Find(external, "targetValue")), JsonText.Quantity(JsonText.Find(external, "targetAverageValue")));
        return new V2MetricTarget { Type = value is null ? "AverageValue" : "Value", Value = value, AverageValue = average };
    }

    private static V2MetricValueStatus Current(JsonElement resource) => new()
    {
        AverageUtilization = JsonText.Number(JsonText.Find(resource, "currentAverageUtilization")), AverageValue = JsonText.Quantity(JsonText.Find(resource, "currentAverageValue")),
    };

    private static V2MetricIdentifier Identifier(JsonElement metric, string selector)
        => new() { Name = JsonText.Text(JsonText.Find(metric, "metricName")) ?? string.Empty, Selector = JsonText.Selector(JsonText.Find(metric, selector)) };

    private static V2CrossVersionObjectReference Reference(JsonElement? element) => element is not { } target ? new V2CrossVersionObjectReference() : new V2CrossVersionObjectReference
    {
        Kind = JsonText.Text(JsonText.Find(target, "kind")) ?? string.Empty, Name = JsonText.Text(JsonText.Find(target, "name")) ?? string.Empty, ApiVersion = JsonText.Text(JsonText.Find(target, "apiVersion")),
    };

    private static JsonObject Reference(V2CrossVersionObjectReference? target) => Fields(("kind", target?.Kind ?? string.Empty), ("name", target?.Name ?? string.Empty), ("apiVersion", target?.ApiVersion));

    private static JsonNode? Selector(V1LabelSelector? selector) => selector is null ? null : JsonSerializer.SerializeToNode(selector, ApiJson.Options);

    private static string? Text(ResourceQuantity? quantity) => quantity is null ? null : Quantities.Format(quantity);

    private static JsonObject Fields(params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var node = new JsonObject();
        foreach (var (name, value) in fields)
        {
            if (value is not null) { node[name] = value; }
        }

        return node;
    }
}
