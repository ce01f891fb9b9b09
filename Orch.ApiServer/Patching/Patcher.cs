using System.Text;
using System.Text.Json;
using k8s;
using k8s.Models;
using Orch.ApiServer.Apply;
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
            patched = ApplyTo(request, ReadPatch(request, faults), faults);
        }
        catch (PatchFault fault)
        {
            throw Answer(fault);
        }

        return Decode(request, JsonTree.Write(patched), faults);
    }

    private object? ApplyTo(PatchRequest request, object? patch, List<string> faults)
    {
        var original = JsonTree.Read(request.Original.Span);
        switch (request.Kind)
        {
            case PatchKind.Json:
                if (request.FieldValidation != FieldValidation.Ignore) { JsonPatchRules.Check(patch, faults); }
                return JsonPatch.Apply(original, patch);
            case PatchKind.Merge when patch is JsonMap: return MergePatch.Apply(original, patch);
            case PatchKind.Merge when patch is null: throw PatchFault.Malformed("Invalid JSON Patch");
            // Who looks at no fields looks at the whole no closer.
            case PatchKind.Merge when request.FieldValidation == FieldValidation.Ignore: return patch is JsonList ? MergePatch.Apply(null, patch) : throw PatchFault.Malformed("Invalid JSON Patch");
            case PatchKind.StrategicMerge when patch is null or JsonMap:
                var schema = schemas.For(request.ObjectType);
                return StrategicMergePatch.Apply((JsonMap)original!, patch as JsonMap ?? [], new ValueSchema { Kind = ValueKind.Object, GoType = schema.GoType, ObjectSource = () => schema });
            default:
                throw PatchFault.Malformed($"{PrefixOf(request)}json: cannot unmarshal {GoText.TypeOf(patch)} into Go value of type map[string]interface {{}}");
        }
    }

    private static object? ReadPatch(PatchRequest request, List<string> faults)
    {
        try
        {
            var patch = JsonTree.Read(request.Patch.Span, request.FieldValidation == FieldValidation.Ignore ? null : faults);
            if (request.Kind == PatchKind.Json) { JsonPatchRules.Mark(faults); }
            return patch;
        }
        catch (JsonException)
        {
            if (request is { Kind: PatchKind.Merge, FieldValidation: FieldValidation.Ignore }) { throw PatchFault.Malformed("Invalid JSON Patch"); }
            throw PatchFault.Malformed(PrefixOf(request) + (GoSyntax.FaultOf(request.Patch.Span) ?? "exceeded max depth"));
        }
    }

    // The words of the decoder that looks for unknown fields.
    private static string PrefixOf(PatchRequest request)
        => request.Kind == PatchKind.StrategicMerge || request.FieldValidation == FieldValidation.Ignore ? string.Empty : "error decoding patch: ";

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
        500 => ApplyErrors.Failed(fault.Message),
        _ => new ApiException(
            new V1Status
            {
                ApiVersion = "v1", Kind = "Status", Metadata = new V1ListMeta(), Status = "Failure",
                Code = 422, Reason = StatusReasons.Invalid, Message = Unprocessable, Details = new V1StatusDetails(),
            },
            fault),
    };
}
