namespace Orch.Client.Http;

/// <summary>Gives the bearer token for a request.</summary>
public interface ITokenSource
{
    /// <summary>The token to send now; called for every request, so it must be quick, and safe for concurrent use.</summary>
    ValueTask<string> GetTokenAsync(CancellationToken cancellationToken);
}
