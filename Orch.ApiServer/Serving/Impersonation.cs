using Microsoft.Extensions.Primitives;
using Orch.Security;

namespace Orch.ApiServer.Serving;

/// <summary>Lets a user act as another where the authorizers allow it: <c>kubectl --as</c>.</summary>
internal sealed class Impersonation(AuthorizationChain authorization)
{
    /// <summary>The user to act as.</summary>
    /// <exception cref="Client.ApiException">403, or 400 for groups without a user.</exception>
    public async ValueTask<UserInfo> ApplyAsync(ApiRequest request)
    {
        var headers = request.Http.Request.Headers;
        var name = headers["Impersonate-User"];
        var groups = headers["Impersonate-Group"];
        if (StringValues.IsNullOrEmpty(name))
        {
            return groups.Count == 0 ? request.User : throw ApiErrors.BadRequest("requested impersonation of groups without a user");
        }

        var user = name.ToString();
        const string prefix = "system:serviceaccount:";
        var account = user.StartsWith(prefix, StringComparison.Ordinal) ? user[prefix.Length..].Split(':') : [];
        if (account is [var accountNamespace, var accountName])
        {
            await RequireAsync(request, "serviceaccounts", accountNamespace, accountName).ConfigureAwait(false);
        }
        else
        {
            await RequireAsync(request, "users", string.Empty, user).ConfigureAwait(false);
        }

        foreach (var group in groups) { await RequireAsync(request, "groups", string.Empty, group ?? string.Empty).ConfigureAwait(false); }
        List<string> all = [.. groups.OfType<string>()];
        if (account is [var space, _] && groups.Count == 0) { all.AddRange(["system:serviceaccounts", $"system:serviceaccounts:{space}"]); }
        if (user != UserInfo.Anonymous.Name && !all.Contains("system:authenticated")) { all.Add("system:authenticated"); }
        return new UserInfo(user, all);
    }

    private ValueTask RequireAsync(ApiRequest request, string resource, string namespaceName, string name)
        => authorization.RequireAsync(
            new AuthorizationAttributes(request.User, "impersonate") { Version = "v1", Resource = resource, Namespace = namespaceName, Name = name }, request.Cancellation);
}
