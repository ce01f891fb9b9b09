using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Matching;

/// <summary>What a request is about, in the terms of rules.</summary>
internal static class AdmissionTarget
{
    private const string Group = "admissionregistration.k8s.io";

    /// <summary>The request's namespace; a namespace lies in itself.</summary>
    public static string NamespaceOf(AdmissionRequest request) => request.Namespace.Length == 0 && IsNamespace(request.Resource) ? request.Name : request.Namespace;

    /// <summary>Whether the resource is <c>namespaces</c>.</summary>
    public static bool IsNamespace(GroupVersionResource resource) => resource is { Group.Length: 0, Resource: "namespaces" };

    /// <summary>Whether it configures webhooks or policies: these are never asked about it, so that none can lock itself in.</summary>
    public static bool IsAdmissionConfiguration(GroupVersionResource resource)
        => resource.Group == Group
            && resource.Resource is ("validatingwebhookconfigurations" or "mutatingwebhookconfigurations" or "validatingadmissionpolicies"
                or "validatingadmissionpolicybindings" or "mutatingadmissionpolicies" or "mutatingadmissionpolicybindings");

    /// <summary>Whether it asks who somebody is or what somebody may do, which stores nothing: policies are never asked about it.</summary>
    public static bool IsReview(GroupVersionResource resource) => resource switch
    {
        { Group: "authentication.k8s.io", Resource: "selfsubjectreviews" or "tokenreviews" } => true,
        { Group: "authorization.k8s.io", Resource: "localsubjectaccessreviews" or "selfsubjectaccessreviews" or "selfsubjectrulesreviews" or "subjectaccessreviews" } => true,
        _ => false,
    };
}
