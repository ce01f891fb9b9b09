using System.Text;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.OpenApi;

/// <summary>Encodes an OpenAPI v2 document as the protobuf message that clients written in Go ask for.</summary>
/// <remarks>Field numbers: https://github.com/google/gnostic/blob/main/openapiv2/OpenAPIv2.proto</remarks>
internal static class GnosticEncoder
{
    private static readonly (string Name, int Field)[] Methods = [("get", 2), ("put", 3), ("post", 4), ("delete", 5), ("patch", 8)];

    public static byte[] Encode(JsonMap document)
    {
        var writer = new ProtoWriter();
        writer.Text(1, Text(document, "swagger"));
        var info = Map(document, "info");
        writer.Message(2, output =>
        {
            output.Text(1, Text(info, "title"));
            output.Text(2, Text(info, "version"));
        });
        writer.Message(8, output => Named(output, 2, Map(document, "paths"), PathItem));
        writer.Message(9, output => Named(output, 1, Map(document, "definitions"), Schema));
        // Documents of other servers have some.
        if (document.GetValueOrDefault("parameters") is JsonMap { Count: > 0 } parameters) { writer.Message(10, output => Named(output, 1, parameters, Parameter)); }
        return writer.Written.ToArray();
    }

    private static void PathItem(ProtoWriter output, JsonMap item)
    {
        foreach (var (name, field) in Methods)
        {
            if (item.GetValueOrDefault(name) is JsonMap operation) { output.Message(field, inner => Operation(inner, operation)); }
        }

        Parameters(output, 9, item);
    }

    private static void Operation(ProtoWriter output, JsonMap operation)
    {
        Texts(output, 1, operation, "tags");
        output.Text(3, Text(operation, "description"));
        output.Text(5, Text(operation, "operationId"));
        Texts(output, 6, operation, "produces");
        Texts(output, 7, operation, "consumes");
        Parameters(output, 8, operation);
        output.Message(9, responses => Named(responses, 1, Map(operation, "responses"), static (inner, response) => inner.Message(1, body => Response(body, response))));
        Texts(output, 10, operation, "schemes");
        Extensions(output, 13, operation);
    }

    private static void Response(ProtoWriter output, JsonMap response)
    {
        output.Text(1, Text(response, "description"));
        if (response.GetValueOrDefault("schema") is JsonMap schema) { output.Message(2, item => item.Message(1, inner => Schema(inner, schema))); }
    }

    private static void Parameters(ProtoWriter output, int field, JsonMap owner)
    {
        foreach (var item in (owner.GetValueOrDefault("parameters") as JsonList ?? []).OfType<JsonMap>())
        {
            output.Message(field, wrapper =>
            {
                if (Text(item, "$ref") is { } reference) { wrapper.Message(2, inner => inner.Text(1, reference)); }
                else { wrapper.Message(1, inner => Parameter(inner, item)); }
            });
        }
    }

    private static void Parameter(ProtoWriter output, JsonMap parameter)
    {
        var place = Text(parameter, "in");
        if (place == "body")
        {
            output.Message(1, body =>
            {
                body.Text(1, Text(parameter, "description"));
                body.Text(2, Text(parameter, "name"));
                body.Text(3, place);
                body.Flag(4, parameter.GetValueOrDefault("required") is true);
                body.Message(5, inner => Schema(inner, Map(parameter, "schema")));
            });
            return;
        }

        if (place is not ("query" or "path")) { return; }
        var isQuery = place == "query";
        output.Message(2, other => other.Message(isQuery ? 3 : 4, inner =>
        {
            inner.Flag(1, parameter.GetValueOrDefault("required") is true);
            inner.Text(2, place);
            inner.Text(3, Text(parameter, "description"));
            inner.Text(4, Text(parameter, "name"));
            inner.Text(isQuery ? 6 : 5, Text(parameter, "type"));
            inner.Flag(isQuery ? 20 : 19, parameter.GetValueOrDefault("uniqueItems") is true);
        }));
    }

    private static void Schema(ProtoWriter output, JsonMap schema)
    {
        output.Text(1, Text(schema, "$ref"));
        output.Text(2, Text(schema, "format"));
        output.Text(4, Text(schema, "description"));
        Texts(output, 19, schema, "required");
        if (schema.GetValueOrDefault("additionalProperties") is JsonMap values) { output.Message(21, item => item.Message(1, inner => Schema(inner, values))); }
        if (Text(schema, "type") is { } type) { output.Message(22, item => item.Element(1, type)); }
        if (schema.GetValueOrDefault("items") is JsonMap items) { output.Message(23, item => item.Message(1, inner => Schema(inner, items))); }
        if (schema.GetValueOrDefault("properties") is JsonMap properties) { output.Message(25, inner => Named(inner, 1, properties, Schema)); }
        Extensions(output, 31, schema);
    }

    private static void Extensions(ProtoWriter output, int field, JsonMap owner)
    {
        foreach (var (name, value) in owner)
        {
            if (!name.StartsWith("x-", StringComparison.Ordinal)) { continue; }
            output.Message(field, named =>
            {
                named.Text(1, name);
                // The value is YAML text, of which JSON is a part.
                named.Message(2, any => any.Text(2, Encoding.UTF8.GetString(JsonTree.Write(value)) + "\n"));
            });
        }
    }

    private static void Named(ProtoWriter output, int field, JsonMap values, Action<ProtoWriter, JsonMap> write)
    {
        foreach (var (name, value) in values)
        {
            output.Message(field, named =>
            {
                named.Text(1, name);
                named.Message(2, inner => write(inner, value as JsonMap ?? []));
            });
        }
    }

    private static void Texts(ProtoWriter output, int field, JsonMap owner, string name)
    {
        foreach (var item in owner.GetValueOrDefault(name) as JsonList ?? []) { if (item is string text) { output.Element(field, text); } }
    }

    private static string? Text(JsonMap map, string name) => map.GetValueOrDefault(name) as string;

    private static JsonMap Map(JsonMap map, string name) => map.GetValueOrDefault(name) as JsonMap ?? [];
}
