using System.Globalization;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Patching;

/// <summary>What a strict reader objects to in a JSON patch, in upstream's words.</summary>
internal static class JsonPatchRules
{
    private const int MaxFaults = 100;

    /// <summary>Says of faults that they are the patch's.</summary>
    public static void Mark(List<string> faults)
    {
        for (var index = 0; index < faults.Count; index++) { faults[index] = "json patch " + faults[index]; }
    }

    /// <summary>Adds unknown fields to the duplicate ones, in the order of the operations.</summary>
    /// <exception cref="PatchFault">400: something is of the wrong type.</exception>
    public static void Check(object? patch, List<string> faults)
    {
        if (patch is null) { return; }
        if (patch is not JsonList operations) { throw Wrong(patch, "value of type []handlers.jsonPatchOp"); }
        var unknown = new List<string>();
        for (var index = 0; index < operations.Count; index++)
        {
            if (operations[index] is null) { continue; }
            if (operations[index] is not JsonMap operation) { throw Wrong(operations[index], "value of type handlers.jsonPatchOp"); }
            foreach (var (name, value) in operation)
            {
                if (name is "op" or "path" or "from")
                {
                    if (value is not (null or string)) { throw Wrong(value, $"struct field jsonPatchOp.{name} of type string"); }
                }
                else if (name != "value" && unknown.Count < MaxFaults)
                {
                    unknown.Add(string.Create(CultureInfo.InvariantCulture, $"json patch unknown field \"[{index}].{name}\""));
                }
            }
        }

        if (unknown.Count == 0) { return; }
        var all = faults.Concat(unknown).OrderBy(IndexOf).Take(MaxFaults).ToList();
        faults.Clear();
        faults.AddRange(all);
    }

    private static int IndexOf(string fault)
    {
        var start = fault.IndexOf('[', StringComparison.Ordinal) + 1;
        var end = fault.IndexOf(']', start);
        return end > start && int.TryParse(fault.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : 0;
    }

    private static PatchFault Wrong(object? value, string place) => PatchFault.Malformed($"error decoding patch: json: cannot unmarshal {GoText.TypeOf(value)} into Go {place}");
}
