using Orch.Security;

namespace Orch.ApiServer.Security.Authentication;

/// <summary>Groups that the server itself puts users into.</summary>
internal static class UserGroups
{
    public const string Authenticated = "system:authenticated";
    public const string Unauthenticated = "system:unauthenticated";
    public const string Masters = "system:masters";
    public const string Nodes = "system:nodes";
    public const string ServiceAccounts = "system:serviceaccounts";

    /// <summary>The groups of somebody whom an authenticator knows: those that it says, and who is authenticated. Whom it knows as nobody stays that.</summary>
    public static IReadOnlyList<string> Of(string user, IReadOnlyList<string> groups)
        => user == UserInfo.Anonymous.Name || groups.Contains(Authenticated) || groups.Contains(Unauthenticated) ? groups : [.. groups, Authenticated];
}
