using System.Globalization;
using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Kinds.Rbac;

/// <summary>How roles and bindings are printed.</summary>
internal static class RbacColumns
{
    /// <summary>Roles show when they were made, not how old they are.</summary>
    public static IReadOnlyList<PrinterColumn> Roles { get; } =
    [
        new("Created At", "date", static (item, _) => ((IKubernetesObject<V1ObjectMeta>)item).Metadata.CreationTimestamp?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
        {
            Description = MetadataTexts.CreationTimestamp,
        },
    ];

    /// <summary>The columns of a binding whose parts <paramref name="role"/> and <paramref name="subjects"/> read.</summary>
    /// <param name="binding">What it is called in texts.</param>
    public static IReadOnlyList<PrinterColumn> Bindings(Func<object, V1RoleRef?> role, Func<object, IList<Rbacv1Subject>?> subjects, string binding) =>
    [
        new("Role", "string", (item, _) => $"{role(item)?.Kind}/{role(item)?.Name}") { Description = "RoleRef can only reference a ClusterRole in the global namespace, or a Role in the current one." },
        PrinterColumns.Age,
        new("Users", "string", (item, _) => Names(subjects(item), "User")) { Priority = 1, Description = $"Users in the {binding}" },
        new("Groups", "string", (item, _) => Names(subjects(item), "Group")) { Priority = 1, Description = $"Groups in the {binding}" },
        new("ServiceAccounts", "string", (item, _) => Names(subjects(item), "ServiceAccount")) { Priority = 1, Description = $"ServiceAccounts in the {binding}" },
    ];

    private static string Names(IList<Rbacv1Subject>? subjects, string kind)
        => string.Join(", ", (subjects ?? []).Where(subject => subject.Kind == kind)
            .Select(static subject => subject.Kind == "ServiceAccount" ? $"{subject.NamespaceProperty}/{subject.Name}" : subject.Name));
}
