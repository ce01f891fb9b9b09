using System.Buffers;
using System.Collections.Concurrent;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.OpenApi;

/// <summary>Makes each document on its first request and keeps the bytes.</summary>
internal sealed class OpenApiPublisher(OpenApiWriter writer) : IOpenApiPublisher
{
    private const string V2Path = "/openapi/v2";
    private const string V3Path = "/openapi/v3";
    private const string Json = "application/json";
    private const string ProtobufAnswer = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    private readonly ConcurrentDictionary<(string Path, bool IsProtobuf), Lazy<OpenApiDocument?>> _documents = new();
    private HashSet<string> _custom = [];
    private long _version;

    public OpenApiDocument? Find(string path, string accept)
    {
        path = path.TrimEnd('/');
        DropOutdated();
        var isProtobuf = WantsProtobuf(accept, canProtobuf: path == V2Path);
        if (path != V2Path && path != V3Path && !writer.GroupVersions.Contains(GroupVersionOf(path))) { return null; }
        return _documents.GetOrAdd((path, isProtobuf), key => new Lazy<OpenApiDocument?>(() => Make(key.Path, key.IsProtobuf))).Value;
    }

    // Documents of built-in groups stay: the whole is large, and a definition that comes changes its own group alone.
    private void DropOutdated()
    {
        var version = writer.Version;
        if (Volatile.Read(ref _version) == version) { return; }
        lock (_documents)
        {
            if (_version == version) { return; }
            var custom = writer.GroupVersions.Where(writer.IsCustom).ToHashSet(StringComparer.Ordinal);
            foreach (var key in _documents.Keys)
            {
                var groupVersion = GroupVersionOf(key.Path);
                if (groupVersion.Length == 0 || custom.Contains(groupVersion) || _custom.Contains(groupVersion)) { _documents.TryRemove(key, out _); }
            }

            _custom = custom;
            Volatile.Write(ref _version, version);
        }
    }

    private OpenApiDocument Make(string path, bool isProtobuf) => path switch
    {
        V2Path when isProtobuf => Encoded(GnosticEncoder.Encode(writer.V2()), ProtobufAnswer),
        V2Path => Encoded(Text(writer.V2()), Json),
        V3Path => Encoded(Text(Index()), Json),
        _ => Encoded(Text(writer.V3(GroupVersionOf(path))), Json),
    };

    private JsonMap Index()
    {
        var paths = new JsonMap();
        foreach (var groupVersion in writer.GroupVersions)
        {
            // One that has gone meanwhile is not named any more.
            if (Find($"{V3Path}/{groupVersion}", Json) is not { } document) { continue; }
            // Clients cache by this hash, so it must be of the very document.
            var hash = document.ETag.Trim('"');
            paths[groupVersion] = new JsonMap { ["serverRelativeURL"] = $"{V3Path}/{groupVersion}?hash={hash}" };
        }

        return new JsonMap { ["paths"] = paths };
    }

    private static string GroupVersionOf(string path) => path.StartsWith(V3Path + "/", StringComparison.Ordinal) ? path[(V3Path.Length + 1)..] : string.Empty;

    private static ReadOnlySpan<byte> Text(JsonMap document)
    {
        var output = new ArrayBufferWriter<byte>(1 << 19);
        JsonTree.Write(output, document);
        return output.WrittenSpan;
    }

    private static OpenApiDocument Encoded(ReadOnlySpan<byte> body, string contentType)
        => new(body, contentType);

    // The first type that can be served counts; clients that can fall back say so by order or by q.
    private static bool WantsProtobuf(string accept, bool canProtobuf)
    {
        if (string.IsNullOrWhiteSpace(accept)) { return false; }
        foreach (var part in accept.Split(',').OrderByDescending(QualityOf))
        {
            var type = part.Split(';')[0].Trim();
            if (type is Json or "*/*" or "application/*") { return false; }
            if (canProtobuf && type is ProtobufAnswer or "application/com.github.proto-openapi.spec.v2@v1.0+protobuf") { return true; }
        }

        throw ApiErrors.NotAcceptable(
            "only the following media types are accepted: application/json" + (canProtobuf ? ", application/com.github.proto-openapi.spec.v2@v1.0+protobuf" : string.Empty));
    }

    private static double QualityOf(string part)
    {
        var at = part.IndexOf("q=", StringComparison.Ordinal);
        return at >= 0 && double.TryParse(part.AsSpan(at + 2), System.Globalization.CultureInfo.InvariantCulture, out var quality) ? quality : 1;
    }
}
