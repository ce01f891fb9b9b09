using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Orch.Client.Informers;

/// <summary>Lists, then watches, for ever: the loop that keeps a cache equal to the server's collection.</summary>
/// <remarks>
/// A cut stream resumes at the last version seen, bookmarks included; 410 means a fresh list. The first list takes what the
/// server's cache holds; a later one is not older than what was seen, and if the server cannot say, the newest, in pages.
/// </remarks>
internal sealed partial class Reflector<T>(IObjectClient<T> client, ListRequest selection, IReflectorTarget<T> target, ReflectorOptions options, ILogger logger)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private const int PageSize = 500;
    private static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(1);
    private readonly Backoff _backoff = new(options.InitialBackoff, options.MaxBackoff, options.Random);
    private readonly InformerMetrics _metrics = new(typeof(T).Name);
    private readonly string _name = options.Name ?? typeof(T).Name;
    private string? _listFrom = "0";
    private string? _watchFrom;
    private bool _isServed = true;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (_watchFrom is null) { await ListAsync(cancellationToken).ConfigureAwait(false); }
                await WatchAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // whatever the transport throws, the loop goes on
            catch (Exception exception)
#pragma warning restore CA1031
            {
                var delay = Failed(exception);
                if (delay > TimeSpan.Zero) { await WaitAsync(delay, cancellationToken).ConfigureAwait(false); }
            }
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var request = selection with { ResourceVersion = _listFrom, Limit = _listFrom is null ? PageSize : 0, Continue = null };
        var page = await client.ListAsync(request, cancellationToken).ConfigureAwait(false);
        var items = page.Items;
        if (page.Continue is not null)
        {
            var all = new List<T>(page.Items);
            while (page.Continue is { } more)
            {
                page = await client.ListAsync(request with { Continue = more, ResourceVersion = null, Limit = PageSize }, cancellationToken).ConfigureAwait(false);
                all.AddRange(page.Items);
            }

            items = all;
        }

        target.Replace(items, page.ResourceVersion);
        _isServed = true;
        _watchFrom = _listFrom = page.ResourceVersion;
        _metrics.Listed();
        Log.Listed(logger, _name, items.Count, page.ResourceVersion);
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var started = options.Time.GetTimestamp();
        var seen = 0;
        var request = new WatchRequest(_watchFrom) { Namespace = selection.Namespace, LabelSelector = selection.LabelSelector, FieldSelector = selection.FieldSelector };
        await foreach (var change in client.WatchAsync(request, cancellationToken).ConfigureAwait(false))
        {
            target.Apply(change);
            _metrics.Changed();
            _watchFrom = _listFrom = change.ResourceVersion;
            seen++;
            _isServed = true;
            _backoff.Reset();
        }

        cancellationToken.ThrowIfCancellationRequested();
        Log.WatchEnded(logger, _name, _watchFrom!);
        // A server that ends watches at once would be asked in a tight circle.
        if (seen == 0 && options.Time.GetElapsedTime(started) < ShortWatch) { await WaitAsync(_backoff.Next(), cancellationToken).ConfigureAwait(false); }
    }

    private TimeSpan Failed(Exception exception)
    {
        _metrics.Failed();
        if (exception is ApiException { IsExpired: true })
        {
            Log.Expired(logger, _name, _watchFrom ?? _listFrom ?? string.Empty);
            // Expired while watching: list from what was seen; while listing: list the newest.
            var whileListing = _watchFrom is null;
            if (whileListing) { _listFrom = null; }
            _watchFrom = null;
            return whileListing ? _backoff.Next() : TimeSpan.Zero;
        }

        var delay = _backoff.Next();
        if (_watchFrom is null)
        {
            // The server may not know the version yet (restored, or a lagging replica).
            if (_listFrom != "0") { _listFrom = null; }
        }

        if (exception is ApiException { IsNotFound: true })
        {
            // A definition that goes takes its resource with it: nothing is wrong, and more need not be said while it is so.
            if (_isServed) { Log.NotServed(logger, _name, delay); }
            _isServed = false;
        }
        else if (_watchFrom is null)
        {
            Log.ListFailed(logger, exception, _name, delay);
        }
        else
        {
            Log.WatchFailed(logger, exception, _name, _watchFrom, delay);
        }

        return delay;
    }

    private Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
        => Task.Delay(delay, options.Time, cancellationToken).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Listed {Count} {Kind} at {ResourceVersion}")]
        public static partial void Listed(ILogger logger, string kind, int count, string resourceVersion);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The watch of {Kind} ended at {ResourceVersion}; resuming")]
        public static partial void WatchEnded(ILogger logger, string kind, string resourceVersion);

        [LoggerMessage(Level = LogLevel.Information, Message = "Version {ResourceVersion} of {Kind} has expired; listing anew")]
        public static partial void Expired(ILogger logger, string kind, string resourceVersion);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} is not served now; asking again in {Delay}, and further on")]
        public static partial void NotServed(ILogger logger, string kind, TimeSpan delay);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Listing {Kind} failed; again in {Delay}")]
        public static partial void ListFailed(ILogger logger, Exception exception, string kind, TimeSpan delay);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Watching {Kind} after {ResourceVersion} failed; again in {Delay}")]
        public static partial void WatchFailed(ILogger logger, Exception exception, string kind, string resourceVersion, TimeSpan delay);
    }
}
