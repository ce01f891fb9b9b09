using k8s;
using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.Client;
using Orch.Security;

namespace Orch.ApiServer.Admission;

/// <summary>How plugins refuse, in upstream's words.</summary>
internal static class AdmissionRefusal
{
    /// <summary><c>pods "x" is forbidden: detail</c>, 403; an object that has no name yet goes by its prefix.</summary>
    public static ApiException Forbidden(AdmissionRequest request, string detail) => ApiErrors.Forbidden(request.Resource, NameOf(request), detail);

    /// <summary>The name for messages.</summary>
    public static string NameOf(AdmissionRequest request)
    {
        if (request.Name.Length > 0) { return request.Name; }
        if ((request.Object as IMetadata<V1ObjectMeta>)?.Metadata is not { } metadata) { return "Unknown"; }
        return !string.IsNullOrEmpty(metadata.Name) ? metadata.Name : !string.IsNullOrEmpty(metadata.GenerateName) ? metadata.GenerateName : "Unknown";
    }

    /// <summary>Several faults as one text: a single one as it is, more as <c>[a, b]</c>.</summary>
    public static string Join(IReadOnlyList<string> faults)
        => faults.Count == 1 ? faults[0] : $"[{string.Join(", ", faults.Distinct(StringComparer.Ordinal))}]";
}
