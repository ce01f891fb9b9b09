using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Models;
using Microsoft.IdentityModel.Tokens;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Security.Tokens;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Authentication;

/// <summary>Service account tokens: signed by this cluster, not over, and everything that they are bound to still there.</summary>
/// <remarks>
/// A signature that has been verified is remembered, by a hash, for a quarter of an hour and the last few thousand tokens; whether the
/// account and the pod still exist is looked up each time, so that deleting them ends their tokens at once.
/// </remarks>
internal sealed class ServiceAccountAuthenticator(ServiceAccountTokens tokens, IObjectLookup objects, TimeProvider time) : IAuthenticator
{
    private const int MaxRemembered = 4096;
    private const string InvalidSince = "kubernetes.io/legacy-token-invalid-since";
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(1);
    private readonly ExpiringCache<TokenHash, Verified> _verified = new(MaxRemembered, time);

    public string Name => "ServiceAccount";

    public async ValueTask<UserInfo?> AuthenticateAsync(RequestCredentials credentials, CancellationToken cancellationToken)
    {
        if (credentials.BearerToken is not { } token || !tokens.IsOurs(token)) { return null; }
        return await AuthenticateAsync(token, tokens.Audiences).ConfigureAwait(false);
    }

    /// <summary>The user of a token that is meant for one of these audiences.</summary>
    /// <exception cref="AuthenticationFailedException">The token does not hold.</exception>
    public async ValueTask<UserInfo> AuthenticateAsync(string token, IReadOnlyList<string> audiences)
    {
        var verified = await VerifyAsync(token).ConfigureAwait(false);
        var claims = verified.Claims;
        var now = time.GetUtcNow();
        if (now >= claims.Expires) { throw Failed(claims, $"it ended at {claims.Expires:O}"); }
        if (now + Leeway < claims.NotBefore) { throw Failed(claims, $"it is not valid before {claims.NotBefore:O}"); }
        if (!claims.Audiences.Any(audiences.Contains)) { throw Failed(claims, $"it is meant for {string.Join(", ", claims.Audiences)}"); }

        Require<V1ServiceAccount>(claims, "service account", new ObjectKey(claims.Namespace, claims.ServiceAccount.Name), claims.ServiceAccount, now);
        if (claims.Pod is { } pod) { Require<V1Pod>(claims, "pod", new ObjectKey(claims.Namespace, pod.Name), pod, now); }
        // Bound to a pod it says where that runs; bound to a node alone it lives as long as the node.
        else if (claims.Node is { } node) { Require<V1Node>(claims, "node", ObjectKey.Cluster(node.Name), node, now); }
        if (claims.Secret is { } secret)
        {
            Require<V1Secret>(claims, "secret", new ObjectKey(claims.Namespace, secret.Name), secret, now);
            if (claims.IsHeldBySecret) { RequireHeld(claims, secret.Name, token); }
        }

        return verified.User;
    }

    /// <summary>The audiences that a token is meant for, of those wanted.</summary>
    public async ValueTask<IReadOnlyList<string>> AudiencesOfAsync(string token, IReadOnlyList<string> wanted)
        => [.. (await VerifyAsync(token).ConfigureAwait(false)).Claims.Audiences.Intersect(wanted)];

    private static UserInfo UserOf(ServiceAccountClaims claims)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>();
        if (claims.Id.Length > 0) { extra["authentication.kubernetes.io/credential-id"] = [$"JTI={claims.Id}"]; }
        if (claims.Pod is { } pod)
        {
            extra["authentication.kubernetes.io/pod-name"] = [pod.Name];
            extra["authentication.kubernetes.io/pod-uid"] = [pod.Uid];
        }

        if (claims.Node is { } node)
        {
            extra["authentication.kubernetes.io/node-name"] = [node.Name];
            if (node.Uid.Length > 0) { extra["authentication.kubernetes.io/node-uid"] = [node.Uid]; }
        }

        return new UserInfo($"system:serviceaccount:{claims.Namespace}:{claims.ServiceAccount.Name}",
            [UserGroups.ServiceAccounts, $"{UserGroups.ServiceAccounts}:{claims.Namespace}", UserGroups.Authenticated])
        {
            Uid = claims.ServiceAccount.Uid,
            Extra = extra,
        };
    }

    private static AuthenticationFailedException Failed(ServiceAccountClaims claims, string reason, Exception? cause = null)
        => new($"token of service account {claims.Namespace}/{claims.ServiceAccount.Name} does not hold: {reason}", cause);

    private async ValueTask<Verified> VerifyAsync(string token)
    {
        var hash = TokenHash.Of(token);
        if (_verified.TryGet(hash, out var known)) { return known; }
        try
        {
            var claims = await tokens.VerifyAsync(token).ConfigureAwait(false);
            var verified = new Verified(claims, UserOf(claims));
            _verified.Set(hash, verified, Memory);
            return verified;
        }
        catch (SecurityTokenException refused)
        {
            throw new AuthenticationFailedException($"service account token does not hold: {refused.Message}", refused);
        }
    }

    private void RequireHeld(ServiceAccountClaims claims, string name, string token)
    {
        var secret = objects.Find<V1Secret>(new ObjectKey(claims.Namespace, name));
        if (secret?.Data is not { } data || !data.TryGetValue("token", out var held) || !CryptographicOperations.FixedTimeEquals(held, Encoding.ASCII.GetBytes(token)))
        {
            throw Failed(claims, $"secret {name} holds another token");
        }

        // Set on those that nobody used for a year; whoever needs one all the same takes the label off.
        if (secret.Metadata.Labels is { } labels && labels.TryGetValue(InvalidSince, out var since) && !string.IsNullOrEmpty(since)) { throw Failed(claims, $"it is marked invalid by label {InvalidSince} of secret {name}"); }
    }

    private void Require<T>(ServiceAccountClaims claims, string what, ObjectKey key, ObjectIdentity identity, DateTimeOffset now)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (objects.Find<T>(key) is not { } found) { throw Failed(claims, $"{what} {identity.Name} is gone"); }
        // Tokens that secrets hold do not say which secret of that name, and end with it at once.
        if ((identity.Uid.Length > 0 || !claims.IsHeldBySecret) && found.Metadata.Uid != identity.Uid) { throw Failed(claims, $"{what} {identity.Name} has been made anew since"); }
        if (found.Metadata.DeletionTimestamp is { } deleted && (claims.IsHeldBySecret || new DateTimeOffset(DateTime.SpecifyKind(deleted, DateTimeKind.Utc)) + Leeway < now)) { throw Failed(claims, $"{what} {identity.Name} has been deleted"); }
    }

    private sealed record Verified(ServiceAccountClaims Claims, UserInfo User);
}
