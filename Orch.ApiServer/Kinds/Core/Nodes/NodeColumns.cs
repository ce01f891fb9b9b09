using k8s.Models;

namespace Orch.ApiServer.Kinds.Core.Nodes;

/// <summary>How nodes are printed.</summary>
internal static class NodeColumns
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    /// <summary><c>Ready</c>, <c>NotReady</c> or <c>Unknown</c>, and whether new pods are kept off.</summary>
    public static string Status(V1Node node)
    {
        var status = "Unknown";
        foreach (var condition in node.Status?.Conditions ?? [])
        {
            if (condition.Type == "Ready") { status = condition.Status == "True" ? "Ready" : "NotReady"; }
        }

        return node.Spec?.Unschedulable == true ? $"{status},SchedulingDisabled" : status;
    }

    /// <summary>From the role labels, in order.</summary>
    public static string Roles(V1Node node)
    {
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in node.Metadata?.Labels ?? new Dictionary<string, string>())
        {
            if (key.StartsWith(RolePrefix, StringComparison.Ordinal) && key.Length > RolePrefix.Length) { roles.Add(key[RolePrefix.Length..]); }
            else if (key == "kubernetes.io/role" && !string.IsNullOrEmpty(value)) { roles.Add(value); }
        }

        return roles.Count == 0 ? Printing.None : string.Join(',', roles);
    }

    /// <summary>The first address of a type.</summary>
    public static string Address(V1Node node, string type)
    {
        foreach (var address in node.Status?.Addresses ?? [])
        {
            if (address.Type == type) { return address.Address; }
        }

        return Printing.None;
    }

    /// <summary>The text, or that it is not known.</summary>
    public static string OrUnknown(string? text) => string.IsNullOrEmpty(text) ? Printing.Unknown : text;
}
