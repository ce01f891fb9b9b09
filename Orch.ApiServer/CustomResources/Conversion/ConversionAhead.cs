using Orch.ApiServer.Caching;
using Orch.ApiServer.Registry;
using Orch.Storage;

namespace Orch.ApiServer.CustomResources.Conversion;

/// <summary>Converts many objects with one call of a webhook before they are looked at one by one.</summary>
internal static class ConversionAhead
{
    /// <summary>Whether objects of a resource have to be converted by a webhook to be shown.</summary>
    public static bool IsNeeded(ServedResource resource) => resource.Declaration is CustomResourceDeclaration { Revision.Converter: not null };

    /// <summary>Gives an object the form that the resource shows; costs a look where nothing is to be done.</summary>
    /// <exception cref="Client.ApiException">500: the webhook failed.</exception>
    public static ValueTask PrepareAsync(ServedResource resource, CachedObject? item, CancellationToken cancellationToken)
        => item is null || !IsNeeded(resource) || item.Has(resource.Declaration) ? ValueTask.CompletedTask : PrepareAsync(resource, [item], cancellationToken);

    /// <summary>Gives the objects of a range the form that the resource shows.</summary>
    /// <param name="from">The first key.</param>
    /// <param name="prefix">Of all keys.</param>
    /// <param name="limit">How many at most; 0 for all.</param>
    /// <exception cref="Client.ApiException">500: the webhook failed.</exception>
    public static ValueTask PrepareAsync(ServedResource resource, ObjectTree objects, string from, string prefix, int limit, CancellationToken cancellationToken)
    {
        if (!IsNeeded(resource)) { return ValueTask.CompletedTask; }
        var items = new List<CachedObject>();
        foreach (var item in objects.Range(from, RangeRequest.PrefixEnd(prefix)))
        {
            if (limit > 0 && items.Count == limit) { break; }
            items.Add(item);
        }

        return PrepareAsync(resource, items, cancellationToken);
    }

    /// <summary>Gives each object the form that the resource shows.</summary>
    /// <exception cref="Client.ApiException">500: the webhook failed.</exception>
    public static async ValueTask PrepareAsync(ServedResource resource, IEnumerable<CachedObject> items, CancellationToken cancellationToken)
    {
        if (!IsNeeded(resource)) { return; }
        var form = (CustomResourceDeclaration)resource.Declaration;
        var waiting = items.Where(item => !item.Has(form)).ToList();
        if (waiting.Count == 0) { return; }
        var stored = waiting.Select(item => form.Revision.AsStored((CustomObject)item.Value)).ToList();
        var converted = await form.Revision.Converter!.ConvertAsync(stored, form.Kind.ApiVersion, cancellationToken).ConfigureAwait(false);
        for (var index = 0; index < waiting.Count; index++)
        {
            // What had the wanted version already is shared and shown as it is.
            if (!ReferenceEquals(converted[index], stored[index])) { waiting[index].Attach(form, form.Pruned(converted[index])); }
        }
    }
}
