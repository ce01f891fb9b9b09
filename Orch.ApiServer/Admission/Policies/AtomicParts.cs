using System.Globalization;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Finds what an applied configuration may not touch: lists and maps that are replaced as a whole.</summary>
internal static class AtomicParts
{
    /// <summary>The path of the first, or null.</summary>
    public static string? FirstIn(object? applied, MergeType type, string path = "")
    {
        switch (applied)
        {
            case JsonMap map when type.Map is { } form:
                if (form.IsAtomic) { return path; }
                foreach (var (name, value) in map)
                {
                    if (FirstIn(value, TreeItems.FieldOf(form, name) ?? MergeType.Free, $"{path}.{name}") is { } found) { return found; }
                }

                return null;
            case JsonList list when type.List is { } form:
                if (form.IsAtomic) { return path; }
                for (var index = 0; index < list.Count; index++)
                {
                    if (FirstIn(list[index], form.Element, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]")) is { } found) { return found; }
                }

                return null;
            default: return null;
        }
    }
}
