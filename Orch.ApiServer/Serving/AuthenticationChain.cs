using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Security.Authentication;
using Orch.Security;

namespace Orch.ApiServer.Serving;

/// <summary>Finds out who makes a request, by the authenticators in their order.</summary>
/// <remarks>A client certificate is looked at once a minute and connection: verifying its chain costs more than most requests.</remarks>
internal sealed partial class AuthenticationChain(
    IReadOnlyList<IAuthenticator> authenticators, RequestHeaderAuthenticator proxy, AnonymousAccess anonymous, TimeProvider time, ILogger<AuthenticationChain> logger)
{
    private static readonly TimeSpan CertificateRecheck = TimeSpan.FromMinutes(1);

    // A connection has one certificate object for all its requests, which in HTTP/2 come at the same time.
    private readonly ConditionalWeakTable<X509Certificate2, Known> _byCertificate = [];

    /// <summary>The user; anonymous where that is allowed.</summary>
    /// <exception cref="Client.ApiException">401.</exception>
    public async ValueTask<UserInfo> AuthenticateAsync(HttpContext context)
    {
        var token = BearerOf(context.Request.Headers.Authorization.ToString()) ?? FromWebSocket(context);
        var certificate = context.Connection.ClientCertificate;
        if (proxy.IsOn && proxy.Authenticate(context) is { } named) { return named; }
        if (token is null && certificate is null) { return Unknown(context.Request.Path.Value ?? "/"); }
        if (token is null && _byCertificate.TryGetValue(certificate!, out var known) && time.GetElapsedTime(known.Since) < CertificateRecheck) { return known.User; }

        var credentials = new RequestCredentials(token, certificate);
        foreach (var authenticator in authenticators)
        {
            try
            {
                if (await authenticator.AuthenticateAsync(credentials, context.RequestAborted).ConfigureAwait(false) is not { } user) { continue; }
                if (token is null) { _byCertificate.AddOrUpdate(certificate!, new Known(user, time.GetTimestamp())); }
                return user;
            }
            catch (AuthenticationFailedException exception)
            {
                // Others may know them all the same: a certificate of somewhere else says nothing against a good token.
                Log.Refused(logger, authenticator.Name, exception.Message);
            }
        }

        // Credentials that nobody knows are no better than wrong ones.
        throw ApiErrors.Unauthorized();
    }

    /// <summary>Whose a token is; null when nobody knows it.</summary>
    /// <exception cref="AuthenticationFailedException">It is of a known kind, and does not hold.</exception>
    public async ValueTask<UserInfo?> AuthenticateTokenAsync(string token, CancellationToken cancellationToken)
    {
        var credentials = new RequestCredentials(token, null);
        AuthenticationFailedException? failed = null;
        foreach (var authenticator in authenticators)
        {
            try
            {
                if (await authenticator.AuthenticateAsync(credentials, cancellationToken).ConfigureAwait(false) is { } user) { return user; }
            }
            catch (AuthenticationFailedException exception)
            {
                failed ??= exception;
            }
        }

        return failed is null ? null : throw failed;
    }

    private string? FromWebSocket(HttpContext context)
    {
        try { return WebSocketToken.Take(context.Request.Headers); }
        catch (AuthenticationFailedException exception)
        {
            Log.Refused(logger, "WebSocketToken", exception.Message);
            throw ApiErrors.Unauthorized();
        }
    }

    private static string? BearerOf(string header)
        => header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && header.AsSpan(7).Trim() is { Length: > 0 } token ? token.ToString() : null;

    private UserInfo Unknown(string path) => anonymous.Allows(path) ? UserInfo.Anonymous : throw ApiErrors.Unauthorized();

    private sealed record Known(UserInfo User, long Since);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Authentication by {Authenticator} failed: {Reason}")]
        public static partial void Refused(ILogger logger, string authenticator, string reason);
    }
}
