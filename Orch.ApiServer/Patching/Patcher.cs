using System.Text;
using System.Text.Json;
using k8s;
using k8s.Models;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Patching;

/// <summary>Applies the three kinds of patches, with upstream's checks and answers.</summary>
internal sealed class Patcher(ObjectDecoder decoder, ModelSchemas schemas) : IPatcher
{
    // Upstream says no more than this about a patch that does not apply.
    private const string Unprocessable = "the server rejected our request due to an error in our request";

    public DecodedBody Apply(PatchRequest request)
    {
        if (request is { Custom: not null, Kind: PatchKind.StrategicMerge })
        {
            throw ApiErrors.UnsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
        }

        var faults = new List<string>();
        object? patched;
        try
        {
            patched = ApplyTo(request, ReadPatch(request, faults));
        }
        catch (PatchFault fault)
        {
            throw Answer(fault);
        }

        return Decode(request, JsonTree.Write(patched), faults);
    }

    private object? ApplyTo(PatchRequest request, object? patch)
    {
        var original = JsonTree.Read(request.Original.Span);
        switch (request.Kind)
        {
            case PatchKind.Json: return JsonPatch.Apply(original, patch);
            case PatchKind.Merge when patch is JsonMap: return MergePatch.Apply(original, patch);
            case PatchKind.StrategicMerge when patch is JsonMap changes:
                var schema = schemas.For(request.ObjectType);
                return StrategicMergePatch.Apply((JsonMap)original!, changes, new ValueSchema { Kind = ValueKind.Object, GoType = schema.GoType, ObjectSource = () => schema });
            default:
                var prefix = request.Kind == PatchKind.Merge ? "error decoding patch: " : string.Empty;
                throw PatchFault.Malformed($"{prefix}json: cannot unmarshal {GoText.TypeOf(patch)} into Go value of type map[string]interface {{}}");
        }
    }

    private static object? ReadPatch(PatchRequest request, List<string> faults)
    {
        try
        {
            return JsonTree.Read(request.Patch.Span, request.FieldValidation == FieldValidation.Ignore || request.Kind == PatchKind.Json ? null : faults);
        }
        catch (JsonException)
        {
            var prefix = request.Kind == PatchKind.Merge ? "error decoding patch: " : string.Empty;
            throw PatchFault.Malformed(prefix + (GoSyntax.FaultOf(request.Patch.Span) ?? "exceeded max depth"));
        }
    }

    private DecodedBody Decode(PatchRequest request, byte[] patched, List<string> faults)
    {
        if (request.Custom is { } custom)
        {
            var outcome = CustomObjectDecoder.Read(custom, patched, isPatched: true, schemas);
            faults.AddRange(outcome.StrictFaults);
            var wrong = outcome.Fault ?? (faults.Count > 0 && request.FieldValidation == FieldValidation.Strict ? $"strict decoding error: {string.Join(", ", faults)}" : null);
            return wrong is null ? new DecodedBody(outcome.Value!, request.FieldValidation == FieldValidation.Warn ? faults : []) : throw Invalid(request, patched, wrong);
        }

        var (scan, body) = decoder.Scan(patched, request.ObjectType);
        var isStrategic = request.Kind == PatchKind.StrategicMerge;
        var fault = scan.SyntaxFault ?? scan.HeadFault ?? (isStrategic ? null : KindCheck.FaultOf(request.ObjectKind, scan));
        fault ??= isStrategic && scan.Mismatch is { } mismatch ? mismatch : scan.TypeFault;
        IKubernetesObject? value = null;
        if (fault is null && (value = decoder.Decode(body, request.ObjectType, scan)) is null) { fault = scan.TypeFault; }
        faults.AddRange(scan.StrictFaults);
        if (fault is null && faults.Count > 0 && request.FieldValidation == FieldValidation.Strict) { fault = $"strict decoding error: {string.Join(", ", faults)}"; }
        if (fault is not null) { throw Invalid(request, patched, fault); }
        value!.ApiVersion = request.ObjectKind.ApiVersion;
        value.Kind = request.ObjectKind.Kind;
        return new DecodedBody(value, request.FieldValidation == FieldValidation.Warn ? faults : []);
    }

    private static ApiException Invalid(PatchRequest request, byte[] patched, string fault)
    {
        var shown = request.Kind == PatchKind.StrategicMerge ? GoText.Show(JsonTree.Read(request.Patch.Span)) : Encoding.UTF8.GetString(patched);
        var errors = new FieldErrors();
        errors.Invalid(FieldPath.Of("patch"), shown, fault);
        return ApiErrors.Invalid(new GroupVersionKind(string.Empty, string.Empty, string.Empty), string.Empty, errors);
    }

    private static ApiException Answer(PatchFault fault) => fault.Code switch
    {
        400 => ApiErrors.BadRequest(fault.Message, fault),
        413 => ApiErrors.TooLarge(fault.Message),
        _ => new ApiException(
            new V1Status
            {
                ApiVersion = "v1", Kind = "Status", Metadata = new V1ListMeta(), Status = "Failure",
                Code = 422, Reason = StatusReasons.Invalid, Message = Unprocessable, Details = new V1StatusDetails(),
            },
            fault),
    };
}
