using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Authentication;

/// <summary>Tokens by which new nodes join: secrets of type <c>bootstrap.kubernetes.io/token</c> in <c>kube-system</c>.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/</remarks>
internal sealed partial class BootstrapTokenAuthenticator(IObjectLookup objects, TimeProvider time) : IAuthenticator
{
    private const string SecretType = "bootstrap.kubernetes.io/token";
    private const string DefaultGroup = "system:bootstrappers";
    private const int TokenLength = 23;

    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    public string Name => "BootstrapToken";

    public ValueTask<UserInfo?> AuthenticateAsync(RequestCredentials credentials, CancellationToken cancellationToken)
        => ValueTask.FromResult(credentials.BearerToken is { Length: TokenLength } token && TokenForm().IsMatch(token) ? Find(token[..6], token[7..]) : null);

    private UserInfo? Find(string id, string key)
    {
        if (objects.Find<V1Secret>(new ObjectKey("kube-system", "bootstrap-token-" + id)) is not { } secret) { return null; }
        if (secret.Metadata.DeletionTimestamp is not null || secret.Type != SecretType || secret.Data is null) { return null; }
        if (!CryptographicOperations.FixedTimeEquals(Bytes(secret, "token-secret"), Encoding.ASCII.GetBytes(key)) || Text(secret, "token-id") != id) { return null; }
        if (IsOver(Text(secret, "expiration")) || Text(secret, "usage-bootstrap-authentication") != "true") { return null; }
        return GroupsOf(Text(secret, "auth-extra-groups")) is { } groups ? new UserInfo("system:bootstrap:" + id, groups) : null;
    }

    // One that cannot be read is taken for over; without a zone there is no telling.
    private bool IsOver(string expiration)
        => expiration.Length > 0
            && (!DateTimeOffset.TryParseExact(expiration, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) || time.GetUtcNow() > end);

    private static List<string>? GroupsOf(string extra)
    {
        var groups = new SortedSet<string>(StringComparer.Ordinal) { DefaultGroup };
        foreach (var group in extra.Length == 0 ? [] : extra.Split(','))
        {
            if (!GroupForm().IsMatch(group)) { return null; }
            groups.Add(group);
        }

        return [.. groups, UserGroups.Authenticated];
    }

    private static byte[] Bytes(V1Secret secret, string key) => secret.Data.TryGetValue(key, out var value) && value is not null ? value : [];

    private static string Text(V1Secret secret, string key) => Encoding.UTF8.GetString(Bytes(secret, key));

    [GeneratedRegex("^[a-z0-9]{6}\\.[a-z0-9]{16}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex TokenForm();

    [GeneratedRegex("^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]\\z", RegexOptions.CultureInvariant)]
    private static partial Regex GroupForm();
}
