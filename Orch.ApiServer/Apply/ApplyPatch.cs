using Orch.ApiServer.Decoding;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Json;
using Orch.ApiServer.Patching;
using Orch.Client;

namespace Orch.ApiServer.Apply;

/// <summary>The body of an apply.</summary>
/// <param name="Object">What is applied; not changed.</param>
/// <param name="Fault">What a strict reader objects to; null for nothing.</param>
internal sealed record ApplyPatch(JsonMap Object, string? Fault)
{
    /// <summary>Reads YAML, of which JSON is a part.</summary>
    /// <exception cref="ApiException">400: it is neither.</exception>
    public static ApplyPatch Read(ReadOnlyMemory<byte> body)
    {
        var faults = new List<string>();
        object? value;
        try
        {
            value = JsonTree.Read(YamlInput.ToJson(body, faults));
        }
        catch (FormatException exception)
        {
            throw ApiErrors.BadRequest($"error decoding YAML: error converting YAML to JSON: {exception.Message}");
        }

        if (value is not (null or JsonMap))
        {
            throw ApiErrors.BadRequest($"error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {GoText.TypeOf(value)} into Go value of type map[string]interface {{}}");
        }

        return new ApplyPatch(value as JsonMap ?? [], faults.Count == 0 ? null : $"error converting YAML to JSON: {faults[0]}");
    }

    /// <summary>Refuses or warns of what a strict reader objects to.</summary>
    /// <exception cref="ApiException">400.</exception>
    public void Judge(FieldValidation validation, List<string> warnings)
    {
        if (Fault is null || validation == FieldValidation.Ignore) { return; }
        if (validation == FieldValidation.Strict) { throw ApiErrors.BadRequest($"error strict decoding YAML: {Fault}"); }
        warnings.Add(Fault);
    }
}
