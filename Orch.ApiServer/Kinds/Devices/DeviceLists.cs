using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>Walks lists and maps with bounds; one that is too long is not looked into.</summary>
internal static class DeviceLists
{
    /// <summary>Checks each item.</summary>
    public static void Each<T>(IList<T>? items, int max, FieldPath path, FieldErrors errors, Action<T, FieldPath> check)
    {
        if (items is not { Count: > 0 }) { return; }
        if (items.Count > max)
        {
            errors.TooMany(path, items.Count, max);
            return;
        }

        for (var index = 0; index < items.Count; index++) { check(items[index], path.Index(index)); }
    }

    /// <summary>Checks each item, then that no two have one key.</summary>
    public static void Unique<T>(IList<T>? items, int max, FieldPath path, FieldErrors errors, Func<T, object> key, Action<T, FieldPath> check)
    {
        Each(items, max, path, errors, check);
        if (items is null || items.Count > max) { return; }
        var seen = new HashSet<object>();
        for (var index = 0; index < items.Count; index++)
        {
            var value = key(items[index]);
            if (!seen.Add(value)) { errors.Duplicate(path.Index(index), value); }
        }
    }

    /// <summary>Checks each key and value, in order of keys.</summary>
    public static void Map<T>(IDictionary<string, T>? items, int max, int keyLength, FieldPath path, FieldErrors errors, Action<string, FieldPath> checkKey, Action<T, FieldPath> check)
    {
        if (items is not { Count: > 0 }) { return; }
        if (items.Count > max)
        {
            errors.TooMany(path, items.Count, max);
            return;
        }

        foreach (var (key, value) in items.OrderBy(static item => item.Key, StringComparer.Ordinal))
        {
            checkKey(key, path);
            check(value, path.Key(Shortened(key, Math.Max(keyLength, 16))));
        }
    }

    private static string Shortened(string text, int length)
        => text.Length <= length ? text : $"{text[..((length - 2) / 2)]}...{text[^((length - 3) / 2)..]}";
}
