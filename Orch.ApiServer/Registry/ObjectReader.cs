using Orch.ApiServer.Caching;
using Orch.ApiServer.CustomResources.Conversion;
using Orch.ApiServer.Errors;
using Orch.Resources;
using Orch.Storage;

namespace Orch.ApiServer.Registry;

/// <summary>Gets and lists, from the watch cache wherever that is as good as the store.</summary>
internal sealed class ObjectReader(IStore store, StoreMirror mirror, PageSnapshots pages, TimeProvider time)
{
    private static readonly TimeSpan FreshnessTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Reads one object.</summary>
    /// <param name="resourceVersion">Empty: the newest; else not older than this.</param>
    /// <exception cref="Client.ApiException">404; 504 when the version has not been reached.</exception>
    public ValueTask<CachedObject> GetAsync(ServedResource resource, ObjectKey key, string resourceVersion, CancellationToken cancellationToken)
    {
        var storeKey = resource.KeyOf(key);
        if (resourceVersion.Length == 0)
        {
            var asked = store.CurrentRevisionAsync(cancellationToken);
            if (!asked.IsCompletedSuccessfully) { return ReadAsync(asked); }
            var newest = asked.GetAwaiter().GetResult();
            if (mirror.Observed < newest.Value) { return ReadAsync(new ValueTask<Revision>(newest)); }
        }
        else
        {
            var minimum = ResourceVersions.Parse(resourceVersion);
            if (mirror.Observed < minimum) { return WaitAndGetAsync(minimum); }
        }

        var item = Cached() ?? throw ApiErrors.NotFound(resource.Resource, key.Name);
        return ConversionAhead.IsNeeded(resource) ? ShownAsync(item) : new ValueTask<CachedObject>(item);

        async ValueTask<CachedObject> ShownAsync(CachedObject? found)
        {
            await ConversionAhead.PrepareAsync(resource, found, cancellationToken).ConfigureAwait(false);
            return found ?? throw ApiErrors.NotFound(resource.Resource, key.Name);
        }

        async ValueTask<CachedObject> ReadAsync(ValueTask<Revision> current)
        {
            try
            {
                var revision = await current.ConfigureAwait(false);
                var found = mirror.Observed >= revision.Value
                    ? Cached()
                    : await ReadLatestAsync(resource, storeKey, cancellationToken).ConfigureAwait(false);
                return await ShownAsync(found).ConfigureAwait(false);
            }
            catch (StoreException exception) { throw StoreErrors.ToApi(exception); }
        }

        async ValueTask<CachedObject> WaitAndGetAsync(long minimum)
        {
            await WaitForAsync(minimum, cancellationToken).ConfigureAwait(false);
            return await ShownAsync(Cached()).ConfigureAwait(false);
        }

        CachedObject? Cached()
        {
            StoredObjects.Require(resource.Cache, storeKey);
            return resource.Cache.Snapshot.Objects.Find(storeKey);
        }
    }

    /// <summary>The object as the store has it now, or null.</summary>
    /// <exception cref="Client.ApiException">The store failed.</exception>
    public async ValueTask<CachedObject?> ReadLatestAsync(ServedResource resource, string storeKey, CancellationToken cancellationToken)
    {
        try
        {
            var range = await store.RangeAsync(RangeRequest.Key(storeKey), cancellationToken).ConfigureAwait(false);
            return range.Entries.Count == 0 ? null : StoredObjects.Known(resource, range.Entries[0]);
        }
        catch (StoreException exception) { throw StoreErrors.ToApi(exception); }
    }

    /// <summary>Reads a collection or a page of it.</summary>
    /// <exception cref="Client.ApiException">400, 410, 422, 504.</exception>
    public async ValueTask<ListResult> ListAsync(ServedResource resource, ListCall call, CancellationToken cancellationToken)
    {
        call.Check();
        try
        {
            if (call.Continue.Length > 0) { return await NextPageAsync(resource, call, cancellationToken).ConfigureAwait(false); }
            var version = ResourceVersions.ParseForList(call.ResourceVersion);
            var isExact = call.ResourceVersionMatch == "Exact" || (version > 0 && call.Limit > 0 && call.ResourceVersionMatch.Length == 0);
            if (isExact) { return await ListAtAsync(resource, call, version, cancellationToken).ConfigureAwait(false); }

            if (call.ResourceVersion.Length == 0) { await CatchUpAsync(cancellationToken).ConfigureAwait(false); }
            else if (version > 0) { await WaitForAsync(version, cancellationToken).ConfigureAwait(false); }

            var observed = mirror.Observed;
            var snapshot = resource.Cache.Snapshot;
            var revision = Math.Max(observed, snapshot.Revision);
            var limit = call.ResourceVersion == "0" ? 0 : call.Limit;
            return await PageAsync(resource, call, snapshot.Objects, revision, call.Selection.Prefix, limit, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException exception) { throw StoreErrors.ToApi(exception); }
    }

    /// <summary>Waits until the cache has everything that has been written anywhere until now.</summary>
    public async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        var revision = await store.CurrentRevisionAsync(cancellationToken).ConfigureAwait(false);
        if (mirror.Observed < revision.Value) { await WaitForAsync(revision.Value, cancellationToken).ConfigureAwait(false); }
    }

    /// <summary>Waits a moment for the cache to reach a revision.</summary>
    /// <exception cref="Client.ApiException">504: it did not.</exception>
    public async ValueTask WaitForAsync(long revision, CancellationToken cancellationToken)
    {
        if (mirror.Observed >= revision) { return; }
        using var timeout = new CancellationTokenSource(FreshnessTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await mirror.WaitForAsync(revision, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw StoreErrors.TooLargeVersion(revision, mirror.Observed);
        }
    }

    private async ValueTask<ListResult> NextPageAsync(ServedResource resource, ListCall call, CancellationToken cancellationToken)
    {
        var token = ContinueToken.Parse(call.Continue);
        var from = call.Selection.Prefix + token.Start;
        if (token.Revision < 0)
        {
            await CatchUpAsync(cancellationToken).ConfigureAwait(false);
            var observed = mirror.Observed;
            var snapshot = resource.Cache.Snapshot;
            return await PageAsync(resource, call, snapshot.Objects, Math.Max(observed, snapshot.Revision), from, call.Limit, cancellationToken).ConfigureAwait(false);
        }

        if (pages.Find(resource.Cache, token.Revision) is { } kept) { return await PageAsync(resource, call, kept, token.Revision, from, call.Limit, cancellationToken).ConfigureAwait(false); }
        try
        {
            var objects = await LoadAsync(resource, call.Selection.Prefix, token.Revision, cancellationToken).ConfigureAwait(false);
            return await PageAsync(resource, call, objects, token.Revision, from, call.Limit, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException exception) when (exception.Code == StoreErrorCode.Compacted)
        {
            var error = ApiErrors.Expired(
                "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this "
                + "response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted "
                + "between the time the first chunk was returned and now may show up in the list.");
            error.Status.Metadata = new k8s.Models.V1ListMeta { ContinueProperty = new ContinueToken(-1, token.Start).ToString() };
            throw error;
        }
        catch (StoreException exception) when (exception.Code == StoreErrorCode.FutureRevision)
        {
            throw StoreErrors.TooLargeVersion(token.Revision, mirror.Observed);
        }
    }

    private async ValueTask<ListResult> ListAtAsync(ServedResource resource, ListCall call, long version, CancellationToken cancellationToken)
    {
        if (pages.Find(resource.Cache, version) is { } kept) { return await PageAsync(resource, call, kept, version, call.Selection.Prefix, call.Limit, cancellationToken).ConfigureAwait(false); }
        try
        {
            var objects = await LoadAsync(resource, call.Selection.Prefix, version, cancellationToken).ConfigureAwait(false);
            return await PageAsync(resource, call, objects, version, call.Selection.Prefix, call.Limit, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException exception) when (exception.Code == StoreErrorCode.FutureRevision)
        {
            throw StoreErrors.TooLargeVersion(version, mirror.Observed);
        }
    }

    // What the cache has at the same revision is taken from there, so that it need not be decoded again.
    private async ValueTask<ObjectTree> LoadAsync(ServedResource resource, string prefix, long revision, CancellationToken cancellationToken)
    {
        var range = await store.RangeAsync(RangeRequest.Prefix(prefix) with { AtRevision = new Revision(revision) }, cancellationToken).ConfigureAwait(false);
        var objects = ObjectTree.Empty;
        foreach (var entry in range.Entries)
        {
            if (StoredValue.FaultOf(entry) is null) { objects = objects.Set(resource.Cache.Known(entry)); }
        }

        return objects;
    }

    // What a webhook has to convert is converted for the whole page at once.
    private ValueTask<ListResult> PageAsync(
        ServedResource resource, ListCall call, ObjectTree objects, long revision, string from, int limit, CancellationToken cancellationToken)
    {
        return ConversionAhead.IsNeeded(resource) ? ConvertedAsync() : new ValueTask<ListResult>(Page(resource, call, objects, revision, from, limit));

        async ValueTask<ListResult> ConvertedAsync()
        {
            if (call.Selection.Key is { } key) { await ConversionAhead.PrepareAsync(resource, objects.Find(key), cancellationToken).ConfigureAwait(false); }
            else { await ConversionAhead.PrepareAsync(resource, objects, from, call.Selection.Prefix, call.Selection.IsEverything ? limit : 0, cancellationToken).ConfigureAwait(false); }
            return Page(resource, call, objects, revision, from, limit);
        }
    }

    private ListResult Page(ServedResource resource, ListCall call, ObjectTree objects, long revision, string from, int limit)
    {
        var selection = call.Selection;
        if (selection.Key is { } single)
        {
            return new ListResult(objects.Find(single) is { } only && selection.Matches(only) ? [only] : [], revision, null, null);
        }

        var to = RangeRequest.PrefixEnd(selection.Prefix);
        var items = new List<CachedObject>(limit > 0 ? Math.Min(limit, objects.Count) : selection.IsEverything ? objects.CountRange(from, to) : 16);
        foreach (var item in objects.Range(from, to))
        {
            // A full page has a next one if anything follows, selected or not.
            if (limit > 0 && items.Count == limit)
            {
                if (!selection.LooksAt(item)) { continue; }
                pages.Keep(resource.Cache, revision, objects);
                var start = items[^1].Key[selection.Prefix.Length..] + "\0";
                var next = new ContinueToken(revision, start).ToString();
                return new ListResult(items, revision, next, selection.IsEverything ? objects.CountRange(item.Key, to) : null);
            }

            if (selection.Matches(item)) { items.Add(item); }
        }

        return new ListResult(items, revision, null, null);
    }
}
