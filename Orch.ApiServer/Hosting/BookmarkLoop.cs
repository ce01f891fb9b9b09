using Microsoft.Extensions.Options;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Registry;

namespace Orch.ApiServer.Hosting;

/// <summary>Sends bookmarks now and then, so that a watch that saw nothing can still resume from a recent version, and forgets the past of resources that are quiet.</summary>
internal sealed class BookmarkLoop(IOptions<ApiServerOptions> options, StoreMirror mirror, PageSnapshots pages, TimeProvider time) : IBackgroundLoop
{
    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(options.Value.BookmarkInterval, time, cancellationToken).ConfigureAwait(false);
            pages.Trim();
            foreach (var cache in mirror.Caches)
            {
                cache.RequestBookmarks();
                cache.Trim();
            }
        }
    }
}
