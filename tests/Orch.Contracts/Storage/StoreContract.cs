using System.Text;
using Orch.Storage;

namespace Orch.Contracts.Storage;

/// <summary>What every <see cref="IStore"/> must do. A test project derives from it and opens its store.</summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _patience = new(Patience * 2);
    private IStore? _store;

    protected IStore Store => _store ?? throw new InvalidOperationException("The store is not open yet.");

    /// <summary>Ends with the test, or when it takes far too long.</summary>
    protected CancellationToken Token => _patience.Token;

    /// <summary>A store that holds nothing; called once a test.</summary>
    protected abstract Task<IStore> OpenAsync();

    /// <summary>Releases what <see cref="OpenAsync"/> made.</summary>
    protected abstract Task CloseAsync();

    public async Task InitializeAsync() => _store = await OpenAsync();

    public async Task DisposeAsync()
    {
        await _patience.CancelAsync();
        await CloseAsync();
        _patience.Dispose();
    }

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(StoreEntry? entry) => entry is null ? "(absent)" : Encoding.UTF8.GetString(entry.Value.Span);

    protected async Task<Revision> PutAsync(string key, string value)
    {
        var result = await Store.CommitAsync(new CommitRequest([], [StoreWrite.Put(key, Bytes(value))]), Token);
        Assert.True(result.Succeeded);
        return result.Revision;
    }

    protected async Task<Revision> DeleteAsync(string key)
    {
        var result = await Store.CommitAsync(new CommitRequest([], [StoreWrite.Delete(key)]), Token);
        Assert.True(result.Succeeded);
        return result.Revision;
    }

    protected async Task<StoreEntry?> GetAsync(string key, Revision at = default)
        => (await Store.RangeAsync(RangeRequest.Key(key) with { AtRevision = at }, Token)).Entries.SingleOrDefault();

    protected async Task<string[]> KeysAsync(string prefix, Revision at = default)
        => [.. (await Store.RangeAsync(RangeRequest.Prefix(prefix) with { AtRevision = at }, Token)).Entries.Select(entry => entry.Key)];

    protected WatchProbe Watch(string prefix, Revision after = default, TimeSpan? progress = null)
        => new(Store, new StoreWatchRequest(prefix, after) { ProgressInterval = progress }, Patience);

    protected static async Task<StoreException> FailsAsync(StoreErrorCode code, Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<StoreException>(action);
        Assert.Equal(code, failure.Code);
        return failure;
    }
}
