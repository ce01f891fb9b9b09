using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.Client;
using Orch.Serialization;

namespace Orch.ApiServer.CustomResources.Conversion;

/// <summary>Reads what a conversion webhook said, and holds it to what it may change.</summary>
internal static class ConversionAnswer
{
    /// <summary>The converted objects.</summary>
    /// <exception cref="ApiException">500: it refused, or did not keep to the protocol.</exception>
    public static IReadOnlyList<JsonMap> Read(byte[] body, string uid, string name, int count)
    {
        object? tree;
        try { tree = JsonTree.Read(body); }
        catch (JsonException) { throw Failed(name, GoSyntax.FaultOf(body) ?? "the answer is no JSON"); }
        if (tree is not JsonMap review || review.GetValueOrDefault("response") is not JsonMap response) { throw Failed(name, "no response provided"); }
        var answered = SchemaCompiler.Text(response, "uid");
        if (answered != uid) { throw Failed(name, $"expected response.uid={Validation.GoText.Quote(uid)}, got {Validation.GoText.Quote(answered)}"); }
        var result = SchemaCompiler.Map(response, "result");
        if (SchemaCompiler.Text(result, "status") != "Success")
        {
            var message = SchemaCompiler.Text(result, "message");
            throw Failed(name, message.Length > 0 ? message : SchemaCompiler.Text(result, "status").Length == 0 ? "response.result.status was '', not 'Success'" : "no failure message provided");
        }

        var objects = response.GetValueOrDefault("convertedObjects") as JsonList ?? [];
        if (objects.Count != count) { throw Error($"conversion webhook for {name} returned {objects.Count} objects, expected {count}"); }
        return [.. objects.Select((item, index) => item as JsonMap ?? throw Error($"conversion webhook for {name} returned invalid converted object at index {index}: it is no object"))];
    }

    /// <summary>The object as it may be taken: what identifies it is the original's.</summary>
    /// <exception cref="ApiException">500: it is not the same object in the wanted version.</exception>
    public static CustomObject Check(JsonMap tree, CustomObject original, string apiVersion, string name, int index)
    {
        var start = $"conversion webhook for {name} returned invalid converted object at index {index}: ";
        var version = SchemaCompiler.Text(tree, "apiVersion");
        if (version != apiVersion) { throw Error($"{start}invalid groupVersion (expected {apiVersion}, received {version})"); }
        var kind = SchemaCompiler.Text(tree, "kind");
        if (kind != original.Kind) { throw Error($"{start}invalid kind (expected {original.Kind}, received {kind})"); }
        V1ObjectMeta metadata;
        try { metadata = ApiJson.Deserialize<V1ObjectMeta>(JsonTree.Write(tree.GetValueOrDefault("metadata") ?? new JsonMap())); }
        catch (JsonException fault) { throw Error($"{start}invalid metadata: {fault.Message}"); }
        Same(metadata.Name, original.Metadata.Name, "name");
        Same(metadata.NamespaceProperty, original.Metadata.NamespaceProperty, "namespace");
        Same(metadata.Uid, original.Metadata.Uid, "UID");
        var kept = ApiJson.DeepCopy(original.Metadata);
        kept.Labels = metadata.Labels;
        kept.Annotations = metadata.Annotations;
        var content = tree;
        content.Remove("apiVersion");
        content.Remove("kind");
        content.Remove("metadata");
        return new CustomObject { ApiVersion = apiVersion, Kind = original.Kind, Metadata = kept, Content = content };

        void Same(string? now, string? before, string field)
        {
            if ((now ?? string.Empty) != (before ?? string.Empty)) { throw Error($"{start}invalid metadata in object at index {index}: must have the same {field}: {before} != {now}"); }
        }
    }

    /// <summary><c>conversion webhook for G/V, Kind=K failed: why</c>.</summary>
    public static ApiException Failed(string name, string why) => Error($"conversion webhook for {name} failed: {why}");

    private static ApiException Error(string message) => new(new V1Status
    {
        ApiVersion = "v1", Kind = "Status", Metadata = new V1ListMeta(), Status = "Failure", Code = 500, Reason = StatusReasons.InternalError, Message = message,
        Details = new V1StatusDetails { Causes = [new V1StatusCause { Message = message }] },
    });
}
