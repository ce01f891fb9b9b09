namespace Orch.Client.Http;

/// <summary>Always the same token.</summary>
public sealed class StaticToken(string token) : ITokenSource
{
    /// <inheritdoc/>
    public ValueTask<string> GetTokenAsync(CancellationToken cancellationToken) => ValueTask.FromResult(token);
}
