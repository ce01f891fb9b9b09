using Orch.Resources;

namespace Orch.ApiServer.Registry;

/// <summary>How a delete is answered: with what was deleted for some resources, with a status for the others.</summary>
/// <remarks>Which is which is history of upstream's registries.</remarks>
internal static class DeletedAnswers
{
    /// <summary>Whether the answer is the object.</summary>
    public static bool AreObjects(GroupVersionResource resource) => resource.Group switch
    {
        "" => resource.Resource is "pods" or "services" or "serviceaccounts" or "podtemplates" or "resourcequotas" or "persistentvolumes" or "persistentvolumeclaims",
        "resource.k8s.io" => true,
        "storage.k8s.io" => resource.Resource is "csidrivers" or "csinodes" or "storageclasses" or "volumeattachments" or "volumeattributesclasses",
        _ => false,
    };
}
