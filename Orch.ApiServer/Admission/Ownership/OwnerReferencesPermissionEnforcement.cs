using k8s;
using k8s.Models;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Security.Reviews;
using Orch.ApiServer.Validation;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Ownership;

/// <summary>Who changes an object's owners must be allowed to delete it, and to block an owner's deletion also to set that owner's finalizers.</summary>
internal sealed class OwnerReferencesPermissionEnforcement(AuthorizationDecider decide, ServedResources resources) : IValidatingAdmission
{
    public string Name => "OwnerReferencesPermissionEnforcement";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation is (AdmissionOperation.Create or AdmissionOperation.Update) && !(subresource == "status" && resource is { Group.Length: 0, Resource: "pods" });

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var (owners, before) = (OwnersOf(request.Object), OwnersOf(request.OldObject));
        if (request.OldObject is null ? owners.Count == 0 : ContentEquality.Same(owners, before)) { return; }
        if (request.Operation != AdmissionOperation.Create)
        {
            var deletion = new AuthorizationAttributes(request.User, "delete")
            {
                Group = request.Resource.Group, Version = request.Resource.Version, Resource = request.Resource.Resource,
                Subresource = request.Subresource, Namespace = request.Namespace, Name = request.Name,
            };
            var decision = await decide(deletion, cancellationToken).ConfigureAwait(false);
            if (decision.Verdict != AuthorizationVerdict.Allow) { throw AdmissionRefusal.Forbidden(request, $"cannot set an ownerRef on a resource you can't delete: {decision.Reason}, <nil>"); }
        }

        foreach (var owner in owners.Where(owner => owner.BlockOwnerDeletion == true && !before.Any(old => old.Uid == owner.Uid && old.BlockOwnerDeletion == true)))
        {
            await RequireFinalizersAsync(request, owner, cancellationToken).ConfigureAwait(false);
        }
    }

    private static IList<V1OwnerReference> OwnersOf(IKubernetesObject? value) => (value as IMetadata<V1ObjectMeta>)?.Metadata?.OwnerReferences ?? [];

    private async ValueTask RequireFinalizersAsync(AdmissionRequest request, V1OwnerReference owner, CancellationToken cancellationToken)
    {
        var kind = resources.All.FirstOrDefault(item => item.Declaration.Kind.ApiVersion == owner.ApiVersion && item.Declaration.Kind.Kind == owner.Kind)
            ?? throw AdmissionRefusal.Forbidden(request,
                $"cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion {owner.ApiVersion} Kind {owner.Kind}: no matches for kind \"{owner.Kind}\" in version \"{owner.ApiVersion}\"");
        var question = new AuthorizationAttributes(request.User, "update")
        {
            Group = kind.Resource.Group, Version = kind.Resource.Version, Resource = kind.Resource.Resource, Subresource = "finalizers",
            Namespace = kind.IsNamespaced ? request.Namespace : string.Empty, Name = owner.Name,
        };
        var decision = await decide(question, cancellationToken).ConfigureAwait(false);
        if (decision.Verdict == AuthorizationVerdict.Allow) { return; }
        throw AdmissionRefusal.Forbidden(request,
            $"cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: {decision.Reason}, <nil>");
    }
}
