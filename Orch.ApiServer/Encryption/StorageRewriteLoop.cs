using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Hosting;
using Orch.Storage;

namespace Orch.ApiServer.Encryption;

/// <summary>Rewrites, once after the start, what is not stored as the configuration now says.</summary>
internal sealed partial class StorageRewriteLoop(IOptions<EncryptionOptions> options, IStore store, ILogger<StorageRewriteLoop> logger) : IBackgroundLoop
{
    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.RewritesAtStart || store is not EncryptedStore encrypted) { return; }
        var count = await encrypted.RewriteAsync(StoreMirror.Root, cancellationToken).ConfigureAwait(false);
        Log.Rewritten(logger, count);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Count} stored objects were rewritten as the encryption configuration says.")]
        public static partial void Rewritten(ILogger logger, int count);
    }
}
