namespace Orch.Client;

/// <summary>Who a component is to the API server.</summary>
/// <param name="UserName">For example <c>system:kube-scheduler</c>.</param>
/// <param name="Groups">Besides <c>system:authenticated</c>, which every identity has.</param>
public sealed record ClientIdentity(string UserName, IReadOnlyList<string> Groups)
{
    /// <summary>A component of the control plane, such as <c>system:kube-scheduler</c>.</summary>
    public static ClientIdentity Component(string userName) => new(userName, []);

    /// <summary>A node agent: user <c>system:node:NAME</c> in group <c>system:nodes</c>.</summary>
    public static ClientIdentity Node(string nodeName) => new($"system:node:{nodeName}", ["system:nodes"]);

    /// <summary>A service account, as its token would authenticate.</summary>
    public static ClientIdentity ServiceAccount(string namespaceName, string name)
        => new($"system:serviceaccount:{namespaceName}:{name}", ["system:serviceaccounts", $"system:serviceaccounts:{namespaceName}"]);

    /// <summary>Superuser, of group <c>system:masters</c>; for tests and embedders, no component uses it.</summary>
    public static ClientIdentity Admin { get; } = new("kubernetes-admin", ["system:masters"]);
}
