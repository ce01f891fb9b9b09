namespace Orch.ApiServer.Security.Authentication;

/// <summary>Groups that the server itself puts users into.</summary>
internal static class UserGroups
{
    public const string Authenticated = "system:authenticated";
    public const string Unauthenticated = "system:unauthenticated";
    public const string Masters = "system:masters";
    public const string Nodes = "system:nodes";
    public const string ServiceAccounts = "system:serviceaccounts";
}
