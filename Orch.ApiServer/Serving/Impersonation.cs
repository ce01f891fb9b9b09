using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Validation;
using Orch.Security;

namespace Orch.ApiServer.Serving;

/// <summary>Lets a user act as another where the authorizers allow each part of it: <c>kubectl --as</c>.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/</remarks>
internal sealed class Impersonation(AuthorizationChain authorization)
{
    private const string UserHeader = "Impersonate-User";
    private const string GroupHeader = "Impersonate-Group";
    private const string UidHeader = "Impersonate-Uid";
    private const string ExtraPrefix = "Impersonate-Extra-";
    private const string AccountPrefix = "system:serviceaccount:";
    private const string AuthenticationGroup = "authentication.k8s.io";

    /// <summary>The user to act as.</summary>
    /// <exception cref="Client.ApiException">403, or 500 for parts of a user without the user.</exception>
    public ValueTask<UserInfo> ApplyAsync(ApiRequest request)
    {
        var headers = request.Http.Request.Headers;
        foreach (var header in headers)
        {
            if (header.Key.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase)) { return ApplyAsync(request, headers); }
        }

        return new ValueTask<UserInfo>(request.User);
    }

    private async ValueTask<UserInfo> ApplyAsync(ApiRequest request, IHeaderDictionary headers)
    {
        var user = headers[UserHeader].ToString();
        List<string> groups = [.. headers[GroupHeader].OfType<string>()];
        var uid = headers[UidHeader].ToString();
        var extra = ExtraOf(headers);
        if (user.Length == 0)
        {
            if (groups.Count == 0 && uid.Length == 0 && extra.Count == 0) { return request.User; }
            throw ApiErrors.Internal($"requested [{string.Join(" ", Parts(groups, uid, extra))}] without impersonating a user");
        }

        string[] account = user.StartsWith(AccountPrefix, StringComparison.Ordinal) ? user[AccountPrefix.Length..].Split(':') : [];
        // Other names that begin so are those of people, as far as anybody may be called that.
        var isAccount = account is [var home, var name] && NameRules.IsLabel(home) && !NameRules.SubdomainFaults(name).Any();
        if (isAccount) { await RequireAsync(request, new("", "serviceaccounts") { Namespace = account[0], Name = account[1] }).ConfigureAwait(false); }
        else { await RequireAsync(request, new("", "users") { Name = user }).ConfigureAwait(false); }
        foreach (var group in groups) { await RequireAsync(request, new("", "groups") { Name = group }).ConfigureAwait(false); }
        foreach (var (key, values) in extra)
        {
            foreach (var value in values) { await RequireAsync(request, new(AuthenticationGroup, "userextras") { Subresource = key, Name = value }).ConfigureAwait(false); }
        }

        if (uid.Length > 0) { await RequireAsync(request, new(AuthenticationGroup, "uids") { Name = uid }).ConfigureAwait(false); }
        if (isAccount && groups.Count == 0) { groups.AddRange([UserGroups.ServiceAccounts, $"{UserGroups.ServiceAccounts}:{account[0]}"]); }
        if (user != UserInfo.Anonymous.Name) { groups = [.. UserGroups.Of(user, groups)]; }
        else if (!groups.Contains(UserGroups.Unauthenticated)) { groups.Add(UserGroups.Unauthenticated); }
        // Whoever is behind this server is told the result, and must not do it once more.
        foreach (var header in headers.Keys.Where(static header => header.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase)).ToList()) { headers.Remove(header); }
        return new UserInfo(user, groups) { Uid = uid, Extra = extra };
    }

    private static Dictionary<string, IReadOnlyList<string>> ExtraOf(IHeaderDictionary headers)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (header, values) in headers)
        {
            if (header.Length <= ExtraPrefix.Length || !header.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase)) { continue; }
            extra[ExtraKeys.Read(header[ExtraPrefix.Length..])] = [.. values.OfType<string>()];
        }

        return extra;
    }

    private static IEnumerable<string> Parts(List<string> groups, string uid, Dictionary<string, IReadOnlyList<string>> extra)
    {
        foreach (var group in groups) { yield return $"Group {group}"; }
        foreach (var key in extra.Keys) { yield return $"UserExtra {key}"; }
        if (uid.Length > 0) { yield return $"UID {uid}"; }
    }

    private ValueTask RequireAsync(ApiRequest request, Part part)
        => authorization.RequireAsync(
            new AuthorizationAttributes(request.User, "impersonate")
            {
                Group = part.Group, Version = "v1", Resource = part.Resource, Subresource = part.Subresource, Namespace = part.Namespace, Name = part.Name,
            },
            request.Cancellation);

    private readonly record struct Part(string Group, string Resource)
    {
        public string Subresource { get; init; } = string.Empty;

        public string Namespace { get; init; } = string.Empty;

        public string Name { get; init; } = string.Empty;
    }
}
