using k8s.Models;
using Orch.Resources;

namespace Orch.Controllers.ServiceAccounts;

internal static class NamespaceFacts
{
    /// <summary>Whether new objects may be made in it.</summary>
    public static bool IsActive(this V1Namespace item) => !item.IsDeleting() && item.Status?.Phase is not "Terminating";
}
