using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orch.ApiServer.Admission.Matching;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>Writes the <c>AdmissionReview</c> that a webhook is asked with.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request</remarks>
internal static class ReviewWriter
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The review's JSON.</summary>
    /// <param name="match">The form that the webhook sees.</param>
    /// <param name="value">JSON of the object in that form; empty for none.</param>
    /// <param name="old">JSON of the old object; empty for none.</param>
    public static ReadOnlyMemory<byte> Write(
        string version, string uid, AdmissionRequest request, MatchedResource match, ReadOnlyMemory<byte> value, ReadOnlyMemory<byte> old)
    {
        var output = new ArrayBufferWriter<byte>(value.Length + old.Length + 1024);
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("kind"u8, "AdmissionReview"u8);
        writer.WriteString("apiVersion"u8, $"admission.k8s.io/{version}");
        writer.WriteStartObject("request"u8);
        writer.WriteString("uid"u8, uid);
        WriteAttributes(writer, request, match);
        WriteRaw(writer, "object", value);
        WriteRaw(writer, "oldObject", old);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>The review's request alone, without its id and its objects.</summary>
    public static ReadOnlyMemory<byte> WriteRequest(AdmissionRequest request, MatchedResource match)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        writer.WriteStartObject();
        WriteAttributes(writer, request, match);
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary><c>CREATE</c> and so on.</summary>
    public static string OperationOf(AdmissionOperation operation) => operation switch
    {
        AdmissionOperation.Create => "CREATE",
        AdmissionOperation.Update => "UPDATE",
        AdmissionOperation.Delete => "DELETE",
        _ => "CONNECT",
    };

    private static void WriteAttributes(Utf8JsonWriter writer, AdmissionRequest request, MatchedResource match)
    {
        WriteKind(writer, "kind", match.Kind);
        WriteResource(writer, "resource", match.Resource);
        WriteText(writer, "subResource", request.Subresource);
        WriteKind(writer, "requestKind", request.Kind);
        WriteResource(writer, "requestResource", request.Resource);
        WriteText(writer, "requestSubResource", request.Subresource);
        WriteText(writer, "name", request.Name);
        WriteText(writer, "namespace", AdmissionTarget.NamespaceOf(request));
        writer.WriteString("operation"u8, OperationOf(request.Operation));
        WriteUser(writer, request.User);
        writer.WriteBoolean("dryRun"u8, request.IsDryRun);
        WriteRaw(writer, "options", request.Options is { } options ? ApiJson.Serialize(options) : ReadOnlyMemory<byte>.Empty);
    }

    private static void WriteKind(Utf8JsonWriter writer, string name, GroupVersionKind kind)
    {
        writer.WriteStartObject(name);
        writer.WriteString("group"u8, kind.Group);
        writer.WriteString("version"u8, kind.Version);
        writer.WriteString("kind"u8, kind.Kind);
        writer.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter writer, string name, GroupVersionResource resource)
    {
        writer.WriteStartObject(name);
        writer.WriteString("group"u8, resource.Group);
        writer.WriteString("version"u8, resource.Version);
        writer.WriteString("resource"u8, resource.Resource);
        writer.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter writer, UserInfo user)
    {
        writer.WriteStartObject("userInfo"u8);
        WriteText(writer, "username", user.Name);
        WriteText(writer, "uid", user.Uid);
        if (user.Groups.Count > 0)
        {
            writer.WriteStartArray("groups"u8);
            foreach (var group in user.Groups) { writer.WriteStringValue(group); }
            writer.WriteEndArray();
        }

        if (user.Extra.Count > 0)
        {
            writer.WriteStartObject("extra"u8);
            foreach (var (key, values) in user.Extra)
            {
                writer.WriteStartArray(key);
                foreach (var value in values) { writer.WriteStringValue(value); }
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string text)
    {
        if (text.Length > 0) { writer.WriteString(name, text); }
    }

    private static void WriteRaw(Utf8JsonWriter writer, string name, ReadOnlyMemory<byte> json)
    {
        writer.WritePropertyName(name);
        if (json.IsEmpty) { writer.WriteNullValue(); }
        else { writer.WriteRawValue(json.Span, skipInputValidation: true); }
    }
}
