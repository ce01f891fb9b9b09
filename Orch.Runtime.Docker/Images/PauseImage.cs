using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Orch.Runtime.Docker.Images;

/// <summary>The image of sandboxes: the configured one where it can be had, else the built-in one.</summary>
internal sealed partial class PauseImage(DockerImages images, IOptions<DockerRuntimeOptions> options, ILogger<PauseImage> logger)
    : IDisposable
{
    /// <summary>The number goes up when the program changes.</summary>
    public const string BuiltIn = "orch-pause:1";

    private readonly SemaphoreSlim _turn = new(1);
    private string? _known;

    /// <summary>An image that is on the node; asks the engine only the first time.</summary>
    public async ValueTask<string> EnsureAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known)
        {
            return known;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _known ??= await FindOrMakeAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A create did not find it: someone removed it from the engine.</summary>
    public void Forget() => _known = null;

    public void Dispose() => _turn.Dispose();

    private async Task<string> FindOrMakeAsync(CancellationToken cancellationToken)
    {
        if (options.Value.PauseImage is { Length: > 0 } configured)
        {
            if (await images.FindImageAsync(configured, cancellationToken).ConfigureAwait(false) is { } found)
            {
                return found.Id.Value;
            }

            try
            {
                return (await images.PullImageAsync(configured, null, cancellationToken).ConfigureAwait(false)).Value;
            }
            catch (RuntimeException e) when (e.Code != RuntimeErrorCode.Unavailable)
            {
                Log.FellBack(logger, configured, e.Message);
            }
        }

        if (await images.FindImageAsync(BuiltIn, cancellationToken).ConfigureAwait(false) is { } present)
        {
            return present.Id.Value;
        }

        await images.ImportAsync(
            BuiltIn, [("pause", PauseProgram.Build(RuntimeInformation.OSArchitecture))], "ENTRYPOINT [\"/pause\"]", cancellationToken).ConfigureAwait(false);
        return BuiltIn;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The pause image {Image} cannot be had, the built-in one serves: {Reason}")]
        public static partial void FellBack(ILogger logger, string image, string reason);
    }
}
