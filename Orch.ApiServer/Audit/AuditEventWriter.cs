using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Orch.ApiServer.Admission.Webhooks;
using Orch.ApiServer.Decoding;
using Orch.Security;

namespace Orch.ApiServer.Audit;

/// <summary>Writes events of audit.k8s.io/v1.</summary>
internal static class AuditEventWriter
{
    private const int MaxUserAgent = 1024;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonNodeOptions NodeOptions = new() { PropertyNameCaseInsensitive = false };
    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = 512 };

    /// <summary>The event of a request at one stage, on one line.</summary>
    /// <param name="isCut">Whether bodies are left out.</param>
    public static ReadOnlyMemory<byte> Write(AuditScope scope, AuditStages stage, HttpContext http, DateTimeOffset now, bool isCut = false)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(output, Options);
        var (requestObject, responseObject) = scope.Decision.Level >= AuditLevel.Request ? Bodies(scope, stage, http) : (null, null);
        json.WriteStartObject();
        json.WriteString("kind", "Event");
        json.WriteString("apiVersion", "audit.k8s.io/v1");
        json.WriteString("level", scope.Decision.Level.ToString());
        json.WriteString("auditID", scope.Id);
        json.WriteString("stage", stage.ToString());
        json.WriteString("requestURI", http.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target ? target : http.Request.GetEncodedPathAndQuery());
        json.WriteString("verb", scope.Info.Verb);
        json.WritePropertyName("user");
        User(json, scope.User);
        if (scope.Impersonated is { } other)
        {
            json.WritePropertyName("impersonatedUser");
            User(json, other);
        }

        Sources(json, http);
        if (http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent) { json.WriteString("userAgent", agent.Length <= MaxUserAgent ? agent : agent[..MaxUserAgent] + "...TRUNCATED"); }
        Reference(json, scope, requestObject);
        if (isCut) { (requestObject, responseObject) = (null, null); }
        if (stage != AuditStages.RequestReceived) { Status(json, scope, stage, http); }
        if (requestObject is not null) { json.WritePropertyName("requestObject"); requestObject.WriteTo(json); }
        if (responseObject is not null) { json.WritePropertyName("responseObject"); responseObject.WriteTo(json); }
        json.WriteString("requestReceivedTimestamp", Micro(scope.Received));
        json.WriteString("stageTimestamp", Micro(now));
        Annotations(json, scope, isCut || scope.IsCut);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    private static string Micro(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static void User(Utf8JsonWriter json, UserInfo? user)
    {
        json.WriteStartObject();
        if (user is not null)
        {
            json.WriteString("username", user.Name);
            if (user.Uid.Length > 0) { json.WriteString("uid", user.Uid); }
            if (user.Groups.Count > 0) { Strings(json, "groups", user.Groups); }
            if (user.Extra.Count > 0)
            {
                json.WriteStartObject("extra");
                foreach (var (key, values) in user.Extra) { Strings(json, key, values); }
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) { json.WriteStringValue(value); }
        json.WriteEndArray();
    }

    // What proxies say of themselves first, the connection's own end last, as upstream.
    private static void Sources(Utf8JsonWriter json, HttpContext http)
    {
        json.WriteStartArray("sourceIPs");
        foreach (var hop in http.Request.Headers["X-Forwarded-For"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (System.Net.IPAddress.TryParse(hop, out var address)) { json.WriteStringValue(address.ToString()); }
        }

        if (http.Connection.RemoteIpAddress is { } remote) { json.WriteStringValue((remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote).ToString()); }
        json.WriteEndArray();
    }

    private static void Reference(Utf8JsonWriter json, AuditScope scope, JsonNode? body)
    {
        var info = scope.Info;
        if (!info.IsResource) { return; }
        var metadata = (body as JsonObject)?["metadata"] as JsonObject;
        json.WriteStartObject("objectRef");
        json.WriteString("resource", info.Resource);
        Text("namespace", info.Home is { Length: > 0 } place ? place : TextIn("namespace"));
        Text("name", info.Name.Length > 0 ? info.Name : TextIn("name"));
        Text("uid", TextIn("uid"));
        Text("apiGroup", info.Group);
        Text("apiVersion", info.Version);
        Text("resourceVersion", TextIn("resourceVersion"));
        Text("subresource", info.Subresource);
        json.WriteEndObject();

        void Text(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) { json.WriteString(name, value); }
        }

        string? TextIn(string name) => metadata?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
    }

    private static void Status(Utf8JsonWriter json, AuditScope scope, AuditStages stage, HttpContext http)
    {
        json.WriteStartObject("responseStatus");
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        if (stage == AuditStages.Panic)
        {
            json.WriteString("status", "Failure");
            json.WriteString("message", "APIServer panic'd");
            json.WriteString("reason", "InternalError");
            json.WriteNumber("code", 500);
        }
        else if (scope.Refusal is { } refusal)
        {
            json.WriteString("status", refusal.Status);
            json.WriteString("message", refusal.Message);
            if (refusal.Reason is { Length: > 0 }) { json.WriteString("reason", refusal.Reason); }
            json.WriteNumber("code", refusal.Code ?? http.Response.StatusCode);
        }
        else
        {
            json.WriteNumber("code", http.Response.StatusCode);
        }

        json.WriteEndObject();
    }

    private static void Annotations(Utf8JsonWriter json, AuditScope scope, bool isCut)
    {
        if (scope.Annotations.Count == 0 && !isCut) { return; }
        json.WriteStartObject("annotations");
        if (isCut) { json.WriteString("audit.k8s.io/truncated", "true"); }
        foreach (var (key, value) in scope.Annotations.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            // A patch is as good as the body.
            if (scope.Decision.Level >= AuditLevel.Request || !key.StartsWith(PatchAnnotation.Prefix, StringComparison.Ordinal)) { json.WriteString(key, value); }
        }

        json.WriteEndObject();
    }

    private static (JsonNode? Request, JsonNode? Response) Bodies(AuditScope scope, AuditStages stage, HttpContext http)
    {
        if (stage is AuditStages.RequestReceived) { return (null, null); }
        return (Body(scope.RequestBody, http.Request.ContentType, scope.Decision.OmitsManagedFields), Body(scope.ResponseBody, http.Response.ContentType, scope.Decision.OmitsManagedFields));
    }

    // What is no object, or none that can be read, is left out.
    private static JsonNode? Body(ReadOnlyMemory<byte> body, string? type, bool omitsManagedFields)
    {
        if (body.IsEmpty || type is null || !(type.Contains("json", StringComparison.OrdinalIgnoreCase) || type.Contains("yaml", StringComparison.OrdinalIgnoreCase))) { return null; }
        try
        {
            if (type.Contains("yaml", StringComparison.OrdinalIgnoreCase)) { body = YamlInput.ToJson(body, []); }
            var node = JsonNode.Parse(body.Span, NodeOptions, DocumentOptions);
            if (omitsManagedFields) { Omit(node); }
            return node;
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static void Omit(JsonNode? node)
    {
        if (node is not JsonObject item) { return; }
        (item["metadata"] as JsonObject)?.Remove("managedFields");
        foreach (var part in item["items"] as JsonArray ?? []) { ((part as JsonObject)?["metadata"] as JsonObject)?.Remove("managedFields"); }
    }
}
