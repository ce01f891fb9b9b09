using Orch.ApiServer.Json;

namespace Orch.ApiServer.Patching;

/// <summary>The words with which a strategic merge patch says more than JSON can.</summary>
/// <remarks>https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/</remarks>
internal static class Directives
{
    /// <summary><c>replace</c>, <c>delete</c> or <c>merge</c>, in a map or as an element of a list.</summary>
    public const string Patch = "$patch";

    /// <summary>The fields that stay; all others go.</summary>
    public const string RetainKeys = "$retainKeys";

    /// <summary>What a word about deletions begins with.</summary>
    public const string DeletePrefix = "$deleteFromPrimitiveList";

    /// <summary>What a word about the order begins with.</summary>
    public const string OrderPrefix = "$setElementOrder";

    /// <summary>Before a field's name: what to take out of a list of primitives.</summary>
    public const string DeleteFromPrimitiveList = "$deleteFromPrimitiveList/";

    /// <summary>Before a field's name: the order of a merged list.</summary>
    public const string SetElementOrder = "$setElementOrder/";

    public static bool IsDelete(object? value) => value is JsonMap map && map.GetValueOrDefault(Patch) is "delete";

    /// <summary>The value as it stands without the directives; nulls in maps are dropped too. Changes the value in place.</summary>
    public static object? Strip(object? value)
    {
        switch (value)
        {
            case JsonMap map:
                for (var index = map.Count - 1; index >= 0; index--)
                {
                    var (key, item) = map.GetAt(index);
                    if (item is null || IsDirective(key) || IsDelete(item)) { map.RemoveAt(index); }
                    else { map.SetAt(index, Strip(item)); }
                }

                return map;
            case JsonList list:
                list.RemoveAll(static item => IsDelete(item) || (item is JsonMap { Count: 1 } map && map.ContainsKey(Patch)));
                for (var index = 0; index < list.Count; index++) { list[index] = Strip(list[index]); }
                return list;
            default: return value;
        }
    }

    private static bool IsDirective(string key)
        => key.StartsWith('$') && (key is Patch or RetainKeys || key.StartsWith(DeleteFromPrimitiveList, StringComparison.Ordinal) || key.StartsWith(SetElementOrder, StringComparison.Ordinal));
}
