using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Tests.Protobuf;

/// <summary>Requests and answers in protobuf, as components in Go exchange them; objects are JSON to the tests.</summary>
internal static class PackedHttp
{
    public const string Type = "application/vnd.kubernetes.protobuf";
    private static readonly ModelSchemas Schemas = new();

    /// <summary>The body of an object.</summary>
    /// <param name="odd">Bytes behind the object's own fields.</param>
    public static byte[] Pack(JsonNode document, Type model, ReadOnlySpan<byte> odd = default)
    {
        using var buffer = new ProtobufBuffer();
        ProtobufEnvelope.Write(
            buffer, (string?)document["apiVersion"] ?? string.Empty, (string?)document["kind"] ?? string.Empty,
            (json: Encoding.UTF8.GetBytes(document.ToJsonString()), message: ProtobufModels.Find(model)!, odd: odd.ToArray()),
            static (output, state) =>
            {
                ProtobufOutput.Write(output, state.json, state.message);
                output.Raw(state.odd);
            });
        return buffer.Written.ToArray();
    }

    /// <summary>What a body says it is.</summary>
    public static string KindOf(ReadOnlySpan<byte> body)
    {
        var envelope = new ProtobufReader(body[4..]);
        Assert.True(envelope.Read() && envelope.Number == 1);
        for (var type = new ProtobufReader(envelope.Bytes); type.Read();)
        {
            if (type.Number == 2) { return Encoding.UTF8.GetString(type.Bytes); }
        }

        return string.Empty;
    }

    /// <summary>The object of a body.</summary>
    public static JsonNode Unpack(ReadOnlySpan<byte> body, Type model) => JsonNode.Parse(ProtobufInput.ToJson(body, Schemas.For(model)))!;

    /// <summary>A request that takes nothing but protobuf.</summary>
    public static async Task<(HttpStatusCode Code, byte[] Body, HttpResponseMessage Answer)> SendPackedAsync(
        this HttpClient http, string method, string path, byte[]? body = null, string type = Type, string accept = Type)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        message.Headers.TryAddWithoutValidation("Accept", accept);
        if (body is not null)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        var answer = await http.SendAsync(message);
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(), answer);
    }

    /// <summary>The next event of a watch; null at its end.</summary>
    public static async Task<(string Type, JsonNode Object)?> ReadFrameAsync(Stream watch, Type model)
    {
        var length = new byte[4];
        if (await watch.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false) < 4) { return null; }
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await watch.ReadExactlyAsync(frame);
        return Event(frame, model);
    }

    /// <summary>An event, as it stands in a frame.</summary>
    public static (string Type, JsonNode Object) Event(ReadOnlySpan<byte> frame, Type model)
    {
        var reader = new ProtobufReader(frame);
        Assert.True(reader.Read() && reader.Number == 1);
        var type = Encoding.UTF8.GetString(reader.Bytes);
        Assert.True(reader.Read() && reader.Number == 2);
        var extension = new ProtobufReader(reader.Bytes);
        Assert.True(extension.Read() && extension.Number == 1);
        return (type, Unpack(extension.Bytes, model));
    }
}
