using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Admission;

/// <summary>Objects are made only in namespaces that exist and do not end; the system's own namespaces cannot be deleted.</summary>
internal sealed class NamespaceLifecycle(IObjectLookup objects) : IMutatingAdmission
{
    private static readonly HashSet<string> Immortal = ["default", "kube-system", "kube-public"];

    public string Name => "NamespaceLifecycle";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation is AdmissionOperation.Create or AdmissionOperation.Update or AdmissionOperation.Delete;

    public async ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var isNamespace = request.Resource is { Group: "", Resource: "namespaces" };
        if (isNamespace)
        {
            if (request.Operation == AdmissionOperation.Delete && Immortal.Contains(request.Name))
            {
                throw ApiErrors.Forbidden(request.Resource, request.Name, "this namespace may not be deleted");
            }

            return;
        }

        if (request.Namespace.Length == 0 || request.Operation != AdmissionOperation.Create || IsReview(request.Resource)) { return; }
        var home = await FindAsync(request.Namespace, cancellationToken).ConfigureAwait(false);
        if (home is null)
        {
            throw ApiErrors.NotFound(new GroupVersionResource(string.Empty, "v1", "namespaces"), request.Namespace);
        }

        if (home.Status?.Phase == "Terminating" || home.Metadata.DeletionTimestamp is not null)
        {
            var refusal = ApiErrors.Forbidden(request.Resource, request.Name,
                $"unable to create new content in namespace {request.Namespace} because it is being terminated");
            (refusal.Status.Details ??= new V1StatusDetails()).Causes =
                [new V1StatusCause { Reason = "NamespaceTerminating", Message = $"namespace {request.Namespace} is being terminated", Field = "metadata.namespace" }];
            throw refusal;
        }
    }

    // A namespace made a moment ago may not have reached the cache yet.
    private async ValueTask<V1Namespace?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (objects.Find<V1Namespace>(ObjectKey.Cluster(name)) is { } known) { return known; }
        await objects.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return objects.Find<V1Namespace>(ObjectKey.Cluster(name));
    }

    private static bool IsReview(GroupVersionResource resource) => resource is { Group: "authorization.k8s.io", Resource: "localsubjectaccessreviews" };
}
