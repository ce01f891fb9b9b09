using System.Security.Cryptography.X509Certificates;

namespace Orch.Security;

/// <summary>Finds out who makes a request. Authenticators are asked in order; the first that knows answers.</summary>
public interface IAuthenticator
{
    /// <summary>The name by which options order it.</summary>
    string Name { get; }

    /// <summary>
    /// The user; null when the credentials are not of a kind that this one knows.
    /// </summary>
    /// <exception cref="AuthenticationFailedException">They are of its kind, and wrong: unless another authenticator knows them the request is refused with 401.</exception>
    ValueTask<UserInfo?> AuthenticateAsync(RequestCredentials credentials, CancellationToken cancellationToken);
}

/// <summary>What a request showed of its maker.</summary>
/// <param name="BearerToken">Without the scheme; null when absent.</param>
/// <param name="ClientCertificate">Null when absent; its chain is not verified yet.</param>
public sealed record RequestCredentials(string? BearerToken, X509Certificate2? ClientCertificate);

/// <summary>Credentials of a known kind did not hold.</summary>
public sealed class AuthenticationFailedException : Exception
{
    /// <summary>The message goes to the log, not to the client.</summary>
    public AuthenticationFailedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
