using k8s.Models;
using Orch.Security;

namespace Orch.ApiServer.Security.Reviews;

/// <summary>Users as reviews show them.</summary>
internal static class UserInfos
{
    public static V1UserInfo ToModel(UserInfo user) => new()
    {
        Username = user.Name,
        Uid = user.Uid.Length == 0 ? null : user.Uid,
        Groups = [.. user.Groups],
        Extra = user.Extra.Count == 0 ? null : user.Extra.ToDictionary(entry => entry.Key, entry => (IList<string>)[.. entry.Value]),
    };
}
