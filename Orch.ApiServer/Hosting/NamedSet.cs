namespace Orch.ApiServer.Hosting;

/// <summary>Chooses and orders a registered set by name.</summary>
internal static class NamedSet
{
    /// <summary>The named ones in their order; all as registered when no names are given.</summary>
    /// <param name="key">The option that names them, for messages.</param>
    /// <exception cref="InvalidOperationException">A name is unknown or stands twice; the message says what to do.</exception>
    public static IReadOnlyList<T> Choose<T>(IEnumerable<T> registered, Func<T, string> nameOf, IReadOnlyList<string>? names, string key)
    {
        var all = registered.ToList();
        var twice = all.GroupBy(nameOf, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1);
        if (twice is not null)
        {
            throw new InvalidOperationException($"Two {typeof(T).Name} are called \"{twice.Key}\" ({string.Join(", ", twice.Select(static item => item!.GetType().Name))}); register one of them.");
        }

        if (names is null) { return all; }
        if (names.GroupBy(static name => name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } repeated)
        {
            throw new InvalidOperationException($"{ApiServerOptions.Section}:{key} names \"{repeated.Key}\" twice; name it once.");
        }

        return [.. names.Select(name => all.Find(item => nameOf(item) == name) is { } found
            ? found
            : throw new InvalidOperationException(
                $"{ApiServerOptions.Section}:{key} names \"{name}\", which is not registered; known are {string.Join(", ", all.Select(nameOf).Order(StringComparer.Ordinal))}."))];
    }
}
