namespace Orch.Client.Http;

/// <summary>A token that somebody else keeps fresh in a file, such as a projected service-account token; read again every minute.</summary>
public sealed class FileToken(string path, TimeProvider time) : ITokenSource
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private volatile Reading? _last;

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be read and never could.</exception>
    public async ValueTask<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        var last = _last;
        if (last is not null && time.GetElapsedTime(last.At) < Period) { return last.Token; }
        try
        {
            var token = (await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)).Trim();
            _last = new Reading(token, time.GetTimestamp());
            return token;
        }
        catch (IOException) when (last is not null)
        {
            // Being replaced at this moment: the last one still serves.
            return last.Token;
        }
    }

    private sealed record Reading(string Token, long At);
}
