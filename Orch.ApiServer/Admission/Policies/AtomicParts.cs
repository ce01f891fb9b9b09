using System.Globalization;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Finds what an applied configuration may not touch: lists and maps that are replaced as a whole.</summary>
internal static class AtomicParts
{
    /// <summary>Their paths, in order of the document; null without any.</summary>
    public static List<string>? In(object? applied, MergeType type)
    {
        List<string>? found = null;
        Find(applied, type, string.Empty, ref found);
        return found;
    }

    private static void Find(object? applied, MergeType type, string path, ref List<string>? found)
    {
        switch (applied)
        {
            case JsonMap map when type.Map is { } form:
                if (form.IsAtomic) { (found ??= []).Add(path); }
                foreach (var (name, value) in map) { Find(value, TreeItems.FieldOf(form, name) ?? MergeType.Free, $"{path}.{name}", ref found); }
                break;
            case JsonList list when type.List is { } form:
                if (form.IsAtomic) { (found ??= []).Add(path); }
                for (var index = 0; index < list.Count; index++) { Find(list[index], form.Element, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), ref found); }
                break;
        }
    }
}
