namespace Orch.Security;

/// <summary>Who makes a request.</summary>
/// <param name="Name">For example <c>jane</c> or <c>system:serviceaccount:default:web</c>.</param>
/// <param name="Groups">All groups, <c>system:authenticated</c> or <c>system:unauthenticated</c> included.</param>
public sealed record UserInfo(string Name, IReadOnlyList<string> Groups)
{
    /// <summary>A unique id where the authenticator knows one.</summary>
    public string Uid { get; init; } = string.Empty;

    /// <summary>More that the authenticator knows, such as a token's pod.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The user of requests without credentials.</summary>
    public static UserInfo Anonymous { get; } = new("system:anonymous", ["system:unauthenticated"]);

    /// <summary>Whether the user is in a group.</summary>
    public bool IsInGroup(string group) => Groups.Contains(group);
}
