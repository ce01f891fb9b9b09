using System.Globalization;
using k8s.Models;
using Orch.ApiServer.CustomResources.Paths;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Json;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.CustomResources;

/// <summary>The columns that a definition asks for.</summary>
internal static class CustomColumns
{
    private static readonly V1CustomResourceColumnDefinition Age = new()
    {
        Name = "Age", Type = "date", JsonPath = ".metadata.creationTimestamp",
        Description = MetadataTexts.CreationTimestamp,
    };

    /// <summary>Columns of a version; the age where it names none.</summary>
    public static IReadOnlyList<PrinterColumn> Of(V1CustomResourceDefinitionVersion version)
        => [.. (version.AdditionalPrinterColumns is { Count: > 0 } columns ? columns : [Age]).Select(Of)];

    private static PrinterColumn Of(V1CustomResourceColumnDefinition column)
    {
        var path = ParseOrNull(column.JsonPath);
        var wantsMetadata = column.JsonPath.StartsWith(".metadata", StringComparison.Ordinal) || column.JsonPath.StartsWith("..", StringComparison.Ordinal);
        return new PrinterColumn(column.Name, column.Type, (item, now) => Cell(path, column.Type, wantsMetadata ? ((CustomObject)item).ToTree() : ((CustomObject)item).Content, now))
        {
            Format = column.Format ?? string.Empty,
            Description = column.Description ?? $"Custom resource definition column (in JSONPath format): {column.JsonPath}",
            Priority = column.Priority ?? 0,
        };
    }

    private static JsonPath? ParseOrNull(string path)
    {
        try { return JsonPath.Parse(path); }
        catch (FormatException) { return null; }
    }

    private static object? Cell(JsonPath? path, string type, JsonMap root, DateTimeOffset now)
    {
        var found = path?.Find(root) ?? [];
        if (found.Count == 0) { return null; }
        var value = found[0];
        return type switch
        {
            "string" => Text(value),
            "integer" => value is JsonNumber number && double.IsFinite(SchemaValues.ToDouble(number)) && Math.Abs(SchemaValues.ToDouble(number)) < 9e18 ? (long)SchemaValues.ToDouble(number) : null,
            "number" => value is JsonNumber number && double.IsFinite(SchemaValues.ToDouble(number)) ? SchemaValues.ToDouble(number) : null,
            "boolean" => value as bool?,
            "date" => value is string text ? Since(text, now) : null,
            _ => null,
        };
    }

    private static string Text(object? value) => value switch
    {
        null => "<nil>",
        string text => text,
        bool flag => flag ? "true" : "false",
        JsonNumber number => number.Text,
        _ => SchemaValues.Json(value),
    };

    private static string Since(string text, DateTimeOffset now)
        => GoValues.FaultOfTime(text) is null && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? HumanDuration.Format(now - time)
            : "<invalid>";
}
