using System.Globalization;
using System.Text;
using k8s;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Schema;
using Orch.Resources;

namespace Orch.ApiServer.Decoding;

/// <summary>Decodes request bodies with upstream's checks, in upstream's order and words.</summary>
internal sealed class RequestDecoder(ObjectDecoder decoder, ModelSchemas schemas) : IRequestDecoder
{
    private const int SummaryLength = 30;

    public DecodedBody Decode(DecodeRequest request)
    {
        var json = request.Body;
        List<string> yamlFaults = [];
        switch (MediaTypeOf(request.ContentType))
        {
            case "" or "application/json" or "text/json" or "*/*": break;
            case "application/yaml" or "text/yaml" or "application/x-yaml" or "text/x-yaml": json = FromYaml(request, yamlFaults); break;
            case "application/vnd.kubernetes.protobuf" when request.Custom is null: json = FromProtobuf(request); break;
            default:
                throw ApiErrors.UnsupportedMediaType(
                    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml"
                    + (request.Custom is null ? ", application/vnd.kubernetes.protobuf" : string.Empty));
        }

        if (request.Custom is not null) { return CustomObjectDecoder.Decode(request, json, yamlFaults, schemas); }
        var (scan, body) = decoder.Scan(json, request.ObjectType);
        if (scan.SyntaxFault is { } syntax) { throw Unrecognized(request, $"couldn't get version/kind; json parse error: {syntax}"); }
        if (scan.HeadFault is { } head) { throw Unrecognized(request, $"couldn't get version/kind; json parse error: {head}"); }
        CheckKind(request, scan);
        if (scan.TypeFault is { } fault) { throw CannotHandle(request, scan, fault); }
        var value = decoder.Decode(body, request.ObjectType, scan) ?? throw CannotHandle(request, scan, scan.TypeFault!);
        value.Kind = request.Kind.Kind;
        value.ApiVersion = scan.ApiVersion.Length > 0 && KindCheck.IsOptions(request.Kind.Kind) ? scan.ApiVersion : request.Kind.ApiVersion;
        yamlFaults.AddRange(scan.StrictFaults);
        return new DecodedBody(value, Judge(request, scan, yamlFaults));
    }

    /// <summary>A header's media type without its parameters, in lower case.</summary>
    internal static string MediaTypeOf(string contentType)
    {
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? contentType : contentType[..end]).Trim().ToLowerInvariant();
    }

    private static ReadOnlyMemory<byte> FromYaml(DecodeRequest request, List<string> faults)
    {
        try
        {
            return YamlInput.ToJson(request.Body, faults);
        }
        catch (FormatException exception)
        {
            throw Unrecognized(request, $"error converting YAML to JSON: {exception.Message}");
        }
    }

    private ReadOnlyMemory<byte> FromProtobuf(DecodeRequest request)
    {
        try
        {
            return ProtobufInput.ToJson(request.Body.Span, schemas.For(request.ObjectType));
        }
        catch (FormatException exception)
        {
            throw Unrecognized(request, exception.Message);
        }
    }

    private static List<string> Judge(DecodeRequest request, ScanResult scan, List<string> faults) => request.FieldValidation switch
    {
        FieldValidation.Ignore => [],
        FieldValidation.Strict when faults.Count > 0 => throw CannotHandle(request, scan, $"strict decoding error: {string.Join(", ", faults)}"),
        _ => faults,
    };

    private static void CheckKind(DecodeRequest request, ScanResult scan)
    {
        if (scan.ApiVersion.Count(static letter => letter == '/') > 1)
        {
            throw Unrecognized(request, $"unexpected GroupVersion string: {scan.ApiVersion}");
        }

        var actual = KindCheck.ActualKind(request.Kind, scan);
        if (actual.Kind == request.Kind.Kind && actual != request.Kind && !KindCheck.IsOptions(actual.Kind) && KnownKinds.Contains(actual))
        {
            throw ApiErrors.BadRequest($"the API version in the data ({actual.ApiVersion}) does not match the expected API version ({request.Kind.ApiVersion})");
        }

        if (KindCheck.FaultOf(request.Kind, scan) is { } fault) { throw CannotHandle(request, scan, fault); }
    }

    private static Client.ApiException CannotHandle(DecodeRequest request, ScanResult scan, string fault)
    {
        var actual = KindCheck.ActualKind(request.Kind, scan);
        return ApiErrors.BadRequest($"{actual.Kind} in version \"{actual.Version}\" cannot be handled as a {request.Kind.Kind}: {fault}");
    }

    private static Client.ApiException Unrecognized(DecodeRequest request, string fault)
        => ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {request.Kind.Kind}): {fault} ({Summary(request.Body.Span)})");

    /// <summary>The first bytes of a body, for messages.</summary>
    internal static string Summary(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) { return "<empty>"; }
        var shown = body[..Math.Min(body.Length, SummaryLength)];
        var text = body[0] == '{' ? Encoding.UTF8.GetString(shown) : Convert.ToHexStringLower(shown);
        return body.Length > SummaryLength ? string.Create(CultureInfo.InvariantCulture, $"{text} ...") : text;
    }
}
