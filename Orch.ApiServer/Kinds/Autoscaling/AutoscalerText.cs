using System.Text.Json;
using k8s.Models;
using Orch.Serialization;

namespace Orch.ApiServer.Kinds.Autoscaling;

/// <summary>Conditions and behaviour of an autoscaler as the texts of annotations.</summary>
internal static class AutoscalerText
{
    /// <summary>Conditions as upstream writes them: in the form of the older version, which is that of the newer.</summary>
    public static string WriteConditions(IList<V2HorizontalPodAutoscalerCondition> conditions) => JsonSerializer.Serialize(conditions, ApiJson.Options);

    /// <summary>Conditions, or null where the text is not of that form.</summary>
    public static IList<V2HorizontalPodAutoscalerCondition>? ReadConditions(string text)
    {
        try { return JsonSerializer.Deserialize<List<V2HorizontalPodAutoscalerCondition>>(text, ApiJson.Options)?.Where(static item => item is not null).ToList() is { Count: > 0 } found ? found : null; }
        catch (JsonException) { return null; }
    }

    /// <summary>Behaviour as upstream writes it, with the names of its own fields.</summary>
    public static string WriteBehavior(V2HorizontalPodAutoscalerBehavior behavior)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            Rules(writer, "ScaleUp", behavior.ScaleUp);
            Rules(writer, "ScaleDown", behavior.ScaleDown);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(output.GetBuffer().AsSpan(0, (int)output.Length));
    }

    /// <summary>Behaviour, in any case of its names as Go reads them; null where the text is not of that form or says nothing.</summary>
    public static V2HorizontalPodAutoscalerBehavior? ReadBehavior(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var (up, down) = (Rules(JsonText.Find(document.RootElement, "ScaleUp")), Rules(JsonText.Find(document.RootElement, "ScaleDown")));
            return up is null && down is null ? null : new V2HorizontalPodAutoscalerBehavior { ScaleUp = up, ScaleDown = down };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Rules(Utf8JsonWriter writer, string name, V2HPAScalingRules? rules)
    {
        if (rules is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        if (rules.StabilizationWindowSeconds is { } window) { writer.WriteNumber("StabilizationWindowSeconds", window); }
        else { writer.WriteNull("StabilizationWindowSeconds"); }
        writer.WriteString("SelectPolicy", rules.SelectPolicy);
        if (rules.Policies is null) { writer.WriteNull("Policies"); }
        else
        {
            writer.WriteStartArray("Policies");
            foreach (var policy in rules.Policies)
            {
                writer.WriteStartObject();
                writer.WriteString("Type", policy.Type);
                writer.WriteNumber("Value", policy.Value);
                writer.WriteNumber("PeriodSeconds", policy.PeriodSeconds);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (rules.Tolerance is { } tolerance) { writer.WriteString("Tolerance", Orch.Resources.Quantities.Format(tolerance)); }
        else { writer.WriteNull("Tolerance"); }
        writer.WriteEndObject();
    }

    private static V2HPAScalingRules? Rules(JsonElement? element)
    {
        if (element is not { ValueKind: JsonValueKind.Object } rules) { return null; }
        return new V2HPAScalingRules
        {
            StabilizationWindowSeconds = JsonText.Number(JsonText.Find(rules, "StabilizationWindowSeconds")),
            SelectPolicy = JsonText.Text(JsonText.Find(rules, "SelectPolicy")),
            Policies = JsonText.Find(rules, "Policies") is { ValueKind: JsonValueKind.Array } policies ? [.. policies.EnumerateArray().Select(Policy)] : null,
            Tolerance = JsonText.Quantity(JsonText.Find(rules, "Tolerance")),
        };
    }

    private static V2HPAScalingPolicy Policy(JsonElement policy) => new()
    {
        Type = JsonText.Text(JsonText.Find(policy, "Type")) ?? string.Empty,
        Value = JsonText.Number(JsonText.Find(policy, "Value")) ?? 0,
        PeriodSeconds = JsonText.Number(JsonText.Find(policy, "PeriodSeconds")) ?? 0,
    };
}
