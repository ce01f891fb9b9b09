using Orch.ApiServer.Json;

namespace Orch.ApiServer.Patching;

/// <summary>RFC 7386, as upstream's library has it.</summary>
internal static class MergePatch
{
    /// <summary>Merges; the target may be changed in place and takes over parts of the patch.</summary>
    public static object? Apply(object? target, object? patch)
    {
        if (patch is not JsonMap changes) { return target is JsonMap ? patch : WithoutNulls(patch); }
        if (target is not JsonMap result) { return WithoutNulls(patch); }
        foreach (var (key, change) in changes)
        {
            if (change is null) { result.Remove(key); }
            else { result[key] = Apply(result.GetValueOrDefault(key), change); }
        }

        return result;
    }

    // What is new has no nulls in its maps, also those in its lists; nulls that are items of lists stay.
    private static object? WithoutNulls(object? value)
    {
        switch (value)
        {
            case JsonMap map:
                for (var index = map.Count - 1; index >= 0; index--)
                {
                    if (map.GetAt(index).Value is null) { map.RemoveAt(index); }
                    else { map.SetAt(index, WithoutNulls(map.GetAt(index).Value)); }
                }

                return map;
            case JsonList list:
                for (var index = 0; index < list.Count; index++) { list[index] = WithoutNulls(list[index]); }
                return list;
            default: return value;
        }
    }
}
