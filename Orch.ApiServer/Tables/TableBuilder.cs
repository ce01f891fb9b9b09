using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Tables;

/// <summary>Writes Tables straight to the output; whole objects and metadata are copied as the bytes they are.</summary>
internal sealed class TableBuilder : ITableBuilder
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // Upstream's text for the column that nearly every table begins with.
    private static readonly PrinterColumn Name = new("Name", "string", static (_, _) => null)
    {
        Format = "name",
        Description = MetadataTexts.Name,
    };

    public void Write(TableRequest request, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("kind"u8, "Table"u8);
        writer.WriteString("apiVersion"u8, VersionOf(request));
        WriteListMeta(writer, request);
        WriteColumns(writer, request);
        writer.WriteStartArray("rows"u8);
        var raw = new ArrayBufferWriter<byte>(1024);
        foreach (var item in Ordered(request)) { WriteRow(writer, request, item, raw); }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static ReadOnlySpan<byte> VersionOf(TableRequest request) => request.Version == "v1" ? "meta.k8s.io/v1"u8 : "meta.k8s.io/v1beta1"u8;

    private static IEnumerable<IEncodedObject> Ordered(TableRequest request)
        => request.Declaration.RowOrder is { } order && request.Items.Count > 1 ? request.Items.OrderBy(static item => (object)item.Value, Comparer<object>.Create(order)) : request.Items;

    private static void WriteCondition(Utf8JsonWriter writer, RowCondition? condition)
    {
        if (condition is null) { return; }
        writer.WriteStartArray("conditions"u8);
        writer.WriteStartObject();
        writer.WriteString("type"u8, RowCondition.Type);
        writer.WriteString("status"u8, "True"u8);
        writer.WriteString("reason"u8, condition.Reason);
        writer.WriteString("message"u8, condition.Message);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteListMeta(Utf8JsonWriter writer, TableRequest request)
    {
        writer.WriteStartObject("metadata"u8);
        if (request.ResourceVersion.Length > 0) { writer.WriteString("resourceVersion"u8, request.ResourceVersion); }
        if (!string.IsNullOrEmpty(request.Continue)) { writer.WriteString("continue"u8, request.Continue); }
        if (request.RemainingItemCount is { } remaining) { writer.WriteNumber("remainingItemCount"u8, remaining); }
        writer.WriteEndObject();
    }

    private static void WriteColumns(Utf8JsonWriter writer, TableRequest request)
    {
        if (!request.WithColumns) { writer.WriteNull("columnDefinitions"u8); return; }
        writer.WriteStartArray("columnDefinitions"u8);
        if (request.Declaration.BeginsWithName) { WriteColumn(writer, Name); }
        foreach (var column in request.Declaration.Columns) { WriteColumn(writer, column); }
        writer.WriteEndArray();
    }

    private static void WriteColumn(Utf8JsonWriter writer, PrinterColumn column)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, column.Name);
        writer.WriteString("type"u8, column.Type);
        writer.WriteString("format"u8, column.Format);
        writer.WriteString("description"u8, column.Description);
        writer.WriteNumber("priority"u8, column.Priority);
        writer.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter writer, TableRequest request, IEncodedObject item, ArrayBufferWriter<byte> raw)
    {
        var value = item.Value;
        writer.WriteStartObject();
        writer.WriteStartArray("cells"u8);
        if (request.Declaration.BeginsWithName) { writer.WriteStringValue(value.Metadata?.Name); }
        foreach (var column in request.Declaration.Columns) { WriteCell(writer, column.Value(value, request.Now)); }
        writer.WriteEndArray();
        WriteCondition(writer, request.Declaration.RowConditionOf(value));
        WriteObject(writer, request, item, raw);
        writer.WriteEndObject();
    }

    private static void WriteCell(Utf8JsonWriter writer, object? cell)
    {
        switch (cell)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case int number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            default: writer.WriteStringValue(cell.ToString()); break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, TableRequest request, IEncodedObject item, ArrayBufferWriter<byte> raw)
    {
        raw.ResetWrittenCount();
        switch (request.Objects)
        {
            case TableObjects.None: writer.WriteNull("object"u8); return;
            case TableObjects.Object:
                writer.WritePropertyName("object"u8);
                item.WriteTo(raw);
                writer.WriteRawValue(raw.WrittenSpan, skipInputValidation: true);
                return;
            default:
                writer.WriteStartObject("object"u8);
                writer.WriteString("kind"u8, "PartialObjectMetadata"u8);
                writer.WriteString("apiVersion"u8, VersionOf(request));
                writer.WritePropertyName("metadata"u8);
                item.WriteMetadataTo(raw);
                writer.WriteRawValue(raw.WrittenSpan, skipInputValidation: true);
                writer.WriteEndObject();
                return;
        }
    }
}
