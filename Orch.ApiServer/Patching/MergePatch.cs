using Orch.ApiServer.Json;

namespace Orch.ApiServer.Patching;

/// <summary>RFC 7386.</summary>
internal static class MergePatch
{
    /// <summary>Merges; the target may be changed in place and takes over parts of the patch.</summary>
    public static object? Apply(object? target, object? patch)
    {
        if (patch is not JsonMap changes) { return patch; }
        var result = target as JsonMap ?? [];
        foreach (var (key, change) in changes)
        {
            if (change is null) { result.Remove(key); }
            else { result[key] = Apply(result.GetValueOrDefault(key), change); }
        }

        return result;
    }
}
