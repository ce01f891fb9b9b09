using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;
using Orch.Serialization;

namespace Orch.Client.Http;

/// <summary>Reads a watch: one JSON object a line.</summary>
internal static class WatchStream
{
    // Far above the 3 MiB that an object may have.
    private const int MaxLine = 64 << 20;

    /// <exception cref="ApiException">The stream carried an error, such as Expired.</exception>
    /// <exception cref="IOException">The stream broke off, or is not a watch.</exception>
    public static async IAsyncEnumerable<WatchEvent<T>> ReadAsync<T>(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 32 << 10));
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                var buffer = result.Buffer;
                while (TakeLine(ref buffer, out var line))
                {
                    if (Parse<T>(line) is { } change) { yield return change; }
                }

                if (buffer.Length > MaxLine) { throw new IOException($"a line of a watch is longer than {MaxLine} bytes"); }
                if (result.IsCompleted)
                {
                    // The rest of a line without its end was cut off and is sent again on resumption.
                    yield break;
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static bool TakeLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end)
        {
            line = default;
            return false;
        }

        line = buffer.Slice(0, end);
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }

    private static WatchEvent<T>? Parse<T>(ReadOnlySequence<byte> line)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (line.Length <= 1) { return null; }
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 512 });
            var frame = JsonSerializer.Deserialize<Frame>(ref reader, ApiJson.Options) ?? throw new JsonException("null is not a watch event");
            var body = frame.Object;
            switch (frame.Type)
            {
                case "ADDED": return Change<T>(WatchEventKind.Added, body);
                case "MODIFIED": return Change<T>(WatchEventKind.Modified, body);
                case "DELETED": return Change<T>(WatchEventKind.Deleted, body);
                case "BOOKMARK":
                    var version = body.GetProperty("metadata").GetProperty("resourceVersion").GetString() ?? string.Empty;
                    return new WatchEvent<T>(WatchEventKind.Bookmark, null, version);
                case "ERROR": throw new ApiException(body.Deserialize<V1Status>(ApiJson.Options) ?? new V1Status());
                default: throw new IOException($"a watch event has the unknown type \"{frame.Type}\"");
            }
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new IOException("a line of a watch is not a watch event", exception);
        }
    }

    private static WatchEvent<T> Change<T>(WatchEventKind kind, JsonElement body)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var item = body.Deserialize<T>(ApiJson.Options) ?? throw new JsonException("a watch event has no object");
        return new WatchEvent<T>(kind, item, item.Metadata?.ResourceVersion ?? string.Empty);
    }

    private sealed record Frame
    {
        [JsonPropertyName("type")]
        public string Type { get; init; } = string.Empty;

        [JsonPropertyName("object")]
        public JsonElement Object { get; init; }
    }
}
