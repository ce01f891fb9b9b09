using System.Text.Json;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Admission.Webhooks;
using Orch.ApiServer.Apply;
using Orch.ApiServer.CustomResources;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Expressions;
using Orch.ApiServer.Json;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Registry;
using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Makes of an object what one mutation of a policy says.</summary>
internal sealed class MutationApplier(ServedResources resources, ModelMergeTypes types, ObjectDecoder decoder)
{
    /// <summary>Changes an object.</summary>
    /// <param name="made">What the mutation's expression gave.</param>
    /// <exception cref="MutationFault">It does not fit the object.</exception>
    /// <exception cref="Client.ApiException">500: what a patch leaves is no such object, which no failure policy makes up for.</exception>
    public async ValueTask ApplyAsync(ShownObject target, MatchedResource match, string subresource, bool isJsonPatch, CelValue made, CancellationToken cancellationToken)
    {
        var live = JsonTree.Read(target.As(match.Resource).Span);
        if (!isJsonPatch)
        {
            var type = resources.Find(match.Resource)?.Declaration is { } declaration && subresource is "" or "status" ? types.Of(declaration) : types.Of(target.Value!.GetType());
            await TakeAsync(target, match, JsonTree.Write(Merge(live, made, type, match)), cancellationToken).ConfigureAwait(false);
            return;
        }

        if (Patch(live, made) is not { } patched) { return; }
        if (target.Value is not CustomObject && FaultOf(patched, target.TypeIn(match.Resource)) is { } fault) { throw Client.ApiErrors.InternalError(fault); }
        await TakeAsync(target, match, patched, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask TakeAsync(ShownObject target, MatchedResource match, byte[] json, CancellationToken cancellationToken)
    {
        try
        {
            await target.TakeAsync(json, match.Resource, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new MutationFault(exception.Message);
        }
    }

    // As strictly as a client's body is read that wants it so.
    private string? FaultOf(byte[] json, Type type)
    {
        var (scan, _) = decoder.Scan(json, type);
        return scan.SyntaxFault ?? scan.HeadFault ?? scan.TypeFault ?? (scan.StrictFaults.Count > 0 ? $"strict decoding error: {string.Join(", ", scan.StrictFaults)}" : null);
    }

    // Null: a test in the patch failed, so that it changes nothing; that is no fault.
    private static byte[]? Patch(object? live, in CelValue made)
    {
        if (made.Kind != CelKind.List) { throw new MutationFault("type mismatch: JSONPatchType.expression should evaluate to array"); }
        var list = made.AsList();
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index].Kind != CelKind.Map || list[index].AsMap() is not CelObject { Type.Name: "JSONPatch" } operation)
            {
                throw new MutationFault("type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch");
            }

            if (operation.TryGetField("value", out var value)) { Fit(value); }
        }

        try
        {
            return list.Count == 0 ? null : JsonTree.Write(JsonPatch.Apply(live, JsonTreeWriter.ToTree(made)));
        }
        catch (PatchFault exception) when (exception.IsFailedTest)
        {
            return null;
        }
        catch (PatchFault exception)
        {
            throw new MutationFault("JSONPath: " + exception.Message);
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new MutationFault(exception.Message);
        }
    }

    private static object? Merge(object? live, in CelValue made, MergeType type, MatchedResource match)
    {
        if (made.Kind != CelKind.Map || made.AsMap().Type.Name != "Object") { throw new MutationFault($"type mismatch: ApplyConfiguration.expression should evaluate to Object, got {made.RuntimeType()}"); }
        Fit(made);
        try
        {
            var applied = (JsonMap)JsonTreeWriter.ToTree(made)!;
            applied["apiVersion"] = match.Kind.ApiVersion;
            applied["kind"] = match.Kind.Kind;
            if (TreeValidation.Check(applied, type) is { IsEmpty: false } faults) { throw new MutationFault($"error applying patch: failed to convert patch object to typed object: {faults}"); }
            if (AtomicParts.In(applied, type) is { } paths)
            {
                throw new MutationFault($"error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: {string.Join(", ", paths)}");
            }

            return TreeMerge.Merge(live, applied, type);
        }
        catch (Exception exception) when (exception is PatchFault or JsonException or FormatException)
        {
            throw new MutationFault(exception.Message);
        }
    }

    private static void Fit(in CelValue made)
    {
        if (MutationTypes.Mismatches(made) is { Length: > 0 } faults) { throw new MutationFault("type mismatch: " + faults); }
    }
}
