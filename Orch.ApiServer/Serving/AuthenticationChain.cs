using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Errors;
using Orch.Security;

namespace Orch.ApiServer.Serving;

/// <summary>Finds out who makes a request, by the authenticators in their order.</summary>
/// <remarks>A client certificate is looked at once a minute and connection: verifying its chain costs more than most requests.</remarks>
internal sealed partial class AuthenticationChain(
    IReadOnlyList<IAuthenticator> authenticators, bool allowAnonymous, TimeProvider time, ILogger<AuthenticationChain> logger)
{
    private static readonly object ConnectionUser = new();
    private static readonly TimeSpan CertificateRecheck = TimeSpan.FromMinutes(1);

    /// <summary>The user; anonymous where that is allowed.</summary>
    /// <exception cref="Client.ApiException">401.</exception>
    public async ValueTask<UserInfo> AuthenticateAsync(HttpContext context)
    {
        var token = BearerOf(context.Request.Headers.Authorization.ToString());
        var connection = token is null ? context.Features.Get<IConnectionItemsFeature>()?.Items : null;
        if (connection is not null && connection.TryGetValue(ConnectionUser, out var kept)
            && kept is (UserInfo known, long since) && time.GetElapsedTime(since) < CertificateRecheck)
        {
            return known;
        }

        var certificate = context.Connection.ClientCertificate;
        if (token is null && certificate is null) { return Unknown(); }
        var credentials = new RequestCredentials(token, certificate);
        foreach (var authenticator in authenticators)
        {
            try
            {
                if (await authenticator.AuthenticateAsync(credentials, context.RequestAborted).ConfigureAwait(false) is not { } user) { continue; }
                if (connection is not null) { connection[ConnectionUser] = (user, time.GetTimestamp()); }
                return user;
            }
            catch (AuthenticationFailedException exception)
            {
                Log.Refused(logger, authenticator.Name, exception.Message);
                throw ApiErrors.Unauthorized();
            }
        }

        // Credentials that nobody knows are no better than wrong ones.
        throw ApiErrors.Unauthorized();
    }

    private static string? BearerOf(string header)
        => header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && header.AsSpan(7).Trim() is { Length: > 0 } token ? token.ToString() : null;

    private UserInfo Unknown() => allowAnonymous ? UserInfo.Anonymous : throw ApiErrors.Unauthorized();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Authentication by {Authenticator} failed: {Reason}")]
        public static partial void Refused(ILogger logger, string authenticator, string reason);
    }
}
