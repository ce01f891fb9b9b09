using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Security;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>Finds the one node that a claim is allocated on, and whether a request comes from there.</summary>
internal static class ClaimNode
{
    private const string AccountPrefix = "system:serviceaccount:";
    private const string NodeName = "authentication.kubernetes.io/node-name";

    /// <summary>Whether the user is the account of a pod on the node of the allocation.</summary>
    public static bool IsThatOf(UserInfo user, V1AllocationResult? allocation)
        => Of(allocation) is { Length: > 0 } node && IsAccount(user.Name)
            && user.Extra.TryGetValue(NodeName, out var names) && names is [var name] && name == node && IsNodeName(name);

    /// <summary>The node by name, where the allocation is for no other; else null.</summary>
    public static string? Of(V1AllocationResult? allocation)
        => allocation?.NodeSelector?.NodeSelectorTerms is
            [{ MatchExpressions: null or { Count: 0 }, MatchFields: [{ Key: "metadata.name", OperatorProperty: "In", Values: [var name] }] }] ? name : null;

    private static bool IsAccount(string name)
        => name.StartsWith(AccountPrefix, StringComparison.Ordinal) && name[AccountPrefix.Length..].Split(':') is [{ Length: > 0 }, { Length: > 0 }];

    private static bool IsNodeName(string name)
    {
        var errors = new FieldErrors();
        NameRules.DnsSubdomain(name, false, FieldPath.Of(string.Empty), errors);
        return errors.Count == 0;
    }
}
