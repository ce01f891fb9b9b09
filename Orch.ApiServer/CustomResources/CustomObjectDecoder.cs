using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;
using Orch.Serialization;

namespace Orch.ApiServer.CustomResources;

/// <summary>Turns JSON into a custom object: metadata is checked, unknown fields are dropped and told of.</summary>
internal static class CustomObjectDecoder
{
    private const int MaxStrictFaults = 100;

    /// <summary>Decodes a request's body.</summary>
    /// <param name="json">The body as JSON.</param>
    /// <param name="faults">What the conversion from YAML found.</param>
    /// <exception cref="Client.ApiException">400, in upstream's words.</exception>
    public static DecodedBody Decode(DecodeRequest request, ReadOnlyMemory<byte> json, List<string> faults, ModelSchemas schemas)
    {
        var outcome = Read(request.Custom!, json, isPatched: false, schemas);
        if (outcome.Fault is { } fault)
        {
            throw ApiErrors.BadRequest(outcome.Value is { } value
                ? $"{value.Kind} in version \"{value.Version}\" cannot be handled as a {request.Kind.Kind}: {fault}"
                : $"the object provided is unrecognized (must be of type {request.Kind.Kind}): {fault} ({RequestDecoder.Summary(request.Body.Span)})");
        }

        if (outcome.Value!.ApiVersion != request.Kind.ApiVersion)
        {
            throw ApiErrors.BadRequest($"the API version in the data ({outcome.Value.ApiVersion}) does not match the expected API version ({request.Kind.ApiVersion})");
        }

        faults.AddRange(outcome.StrictFaults);
        if (faults.Count > 0 && request.FieldValidation == FieldValidation.Strict)
        {
            throw ApiErrors.BadRequest($"{outcome.Value.Kind} in version \"{outcome.Value.Version}\" cannot be handled as a {request.Kind.Kind}: strict decoding error: {string.Join(", ", faults)}");
        }

        return new DecodedBody(outcome.Value, request.FieldValidation == FieldValidation.Warn ? faults : []);
    }

    /// <summary>Reads an object of a custom resource.</summary>
    /// <param name="isPatched">It is the outcome of a patch: what stands twice was told of already.</param>
    public static Outcome Read(CustomResourceDeclaration declaration, ReadOnlyMemory<byte> json, bool isPatched, ModelSchemas schemas)
    {
        var strict = new List<string>();
        object? tree;
        try
        {
            tree = JsonTree.Read(json.Span, isPatched ? null : strict);
        }
        catch (JsonException exception)
        {
            return new Outcome(null, GoSyntax.FaultOf(json.Span) ?? (exception.Message.Contains("depth", StringComparison.Ordinal) ? "exceeded max depth" : "invalid JSON"), strict);
        }

        if (tree is not JsonMap content) { return new Outcome(null, $"json: cannot unmarshal {Patching.GoText.TypeOf(tree)} into Go value of type map[string]interface {{}}", strict); }
        if (GoNumbers.Normalize(content) is { } number) { return new Outcome(null, $"json: cannot unmarshal number {number} into Go value of type float64", strict); }
        if (content.GetValueOrDefault("kind") is not string { Length: > 0 } kind)
        {
            return new Outcome(null, $"Object 'Kind' is missing in '{System.Text.Encoding.UTF8.GetString(json.Span[..Math.Min(json.Length, 1024)])}'", strict);
        }

        var value = new CustomObject { Kind = kind, ApiVersion = content.GetValueOrDefault("apiVersion") as string ?? string.Empty, Content = content };
        var metadata = content.GetValueOrDefault("metadata");
        content.Remove("apiVersion");
        content.Remove("kind");
        content.Remove("metadata");
        if (metadata is not null)
        {
            if (ReadMetadata(metadata, "metadata", strict, schemas) is not { } read) { return new Outcome(value, MetadataFault(metadata, schemas), strict); }
            value.Metadata = read;
        }

        var unknown = new List<string>();
        Pruner.Prune(content, declaration.Schema, unknown);
        if (EmbeddedMetadata.Coerce(content, declaration.Schema, strict, schemas) is { } embedded) { return new Outcome(value, embedded, strict); }
        unknown.Sort(StringComparer.Ordinal);
        strict.AddRange(unknown.Take(MaxStrictFaults).Select(static path => $"unknown field \"{path}\""));
        return new Outcome(value, null, strict);
    }

    /// <summary>Reads metadata; null when it is not of the right form.</summary>
    public static V1ObjectMeta? ReadMetadata(object metadata, string path, List<string> strict, ModelSchemas schemas)
    {
        if (metadata is not JsonMap) { return null; }
        var json = JsonTree.Write(metadata);
        var schema = schemas.For(typeof(V1ObjectMeta));
        var scan = BodyScanner.Scan(json, schema);
        if (scan.SyntaxFault is not null || scan.TypeFault is not null) { return null; }
        foreach (var fault in scan.StrictFaults) { strict.Add(fault.Replace("field \"", $"field \"{path}.", StringComparison.Ordinal)); }
        try
        {
            return ApiJson.Deserialize<V1ObjectMeta>(scan.NeedsNormalizing ? Normalizer.Normalize(json, schema) : json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What is wrong with metadata that could not be read.</summary>
    public static string MetadataFault(object? metadata, ModelSchemas schemas)
    {
        if (metadata is not JsonMap) { return $"metadata: Invalid value: {System.Text.Encoding.UTF8.GetString(JsonTree.Write(metadata))}: must be an object"; }
        var scan = BodyScanner.Scan(JsonTree.Write(metadata), schemas.For(typeof(V1ObjectMeta)));
        return scan.SyntaxFault ?? scan.TypeFault ?? "json: the metadata cannot be read";
    }

    /// <summary>What came of it.</summary>
    /// <param name="Value">Owned by the caller; null when it is not even an object with a kind.</param>
    /// <param name="Fault">Why it cannot be taken; null when it can.</param>
    /// <param name="StrictFaults">Unknown and duplicate fields.</param>
    internal readonly record struct Outcome(CustomObject? Value, string? Fault, List<string> StrictFaults);
}
