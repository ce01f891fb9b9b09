using k8s;
using k8s.Models;
using Orch.ApiServer.Admission;
using Orch.ApiServer.Admission.Certificates;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Security.Reviews;
using Orch.ApiServer.Validation;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Admission;

/// <summary>Holds node agents to their own node and the pods bound to it.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction</remarks>
internal sealed class NodeRestriction(IObjectLookup objects, AuthorizationDecider? decider = null) : IValidatingAdmission
{
    private readonly NodePodRules _pods = new(objects, decider);

    public string Name => "NodeRestriction";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation != AdmissionOperation.Connect && (resource.Group, resource.Resource) is
            ("", "nodes" or "pods" or "persistentvolumeclaims" or "serviceaccounts") or ("coordination.k8s.io", "leases")
            or ("storage.k8s.io", "csinodes") or ("resource.k8s.io", "resourceslices") or ("certificates.k8s.io", "certificatesigningrequests");

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (NodeAuthorizer.NodeOf(request.User) is not { } node) { return; }
        if (node.Length == 0) { throw AdmissionRefusal.Forbidden(request, $"could not determine node from user \"{request.User.Name}\""); }
        switch (request.Resource.Resource)
        {
            case "pods": await _pods.CheckAsync(request, node, cancellationToken).ConfigureAwait(false); break;
            case "serviceaccounts": await _pods.CheckTokenAsync(request, node, cancellationToken).ConfigureAwait(false); break;
            case "nodes": NodeObjectRules.Check(request, node); break;
            case "persistentvolumeclaims": CheckClaim(request, node); break;
            case "leases": CheckLease(request, node); break;
            case "csinodes" when NameOf(request) != node: throw AdmissionRefusal.Forbidden(request, "can only access CSINode with the same name as the requesting node");
            case "resourceslices": CheckSlice(request, node); break;
            case "certificatesigningrequests": CheckCertificate(request); break;
        }
    }

    private static string NameOf(AdmissionRequest request)
        => request.Name.Length > 0 ? request.Name : (request.Object as IMetadata<V1ObjectMeta>)?.Metadata?.Name ?? string.Empty;

    private static void CheckLease(AdmissionRequest request, string node)
    {
        if (request.Namespace != "kube-node-lease") { throw AdmissionRefusal.Forbidden(request, "can only access leases in the \"kube-node-lease\" system namespace"); }
        if (NameOf(request) != node) { throw AdmissionRefusal.Forbidden(request, "can only access node lease with the same name as the requesting node"); }
    }

    private static void CheckClaim(AdmissionRequest request, string node)
    {
        if (request.Subresource != "status") { throw AdmissionRefusal.Forbidden(request, "may only update PVC status"); }
        if (request is not { Operation: AdmissionOperation.Update, Object: V1PersistentVolumeClaim now, OldObject: V1PersistentVolumeClaim old })
        {
            throw AdmissionRefusal.Forbidden(request, $"unexpected operation \"{request.Operation.ToString().ToUpperInvariant()}\"");
        }

        if (!ContentEquality.Same(Rest(now), Rest(old)))
        {
            throw AdmissionRefusal.Forbidden(request, $"node \"{node}\" is not allowed to update fields other than status.capacity and status.conditions: {ContentDiff.Of(Rest(old), Rest(now))}");
        }

        // What a node may change is left out of the comparison.
        static V1PersistentVolumeClaim Rest(V1PersistentVolumeClaim claim) => claim with
        {
            Metadata = claim.Metadata with { ResourceVersion = null, ManagedFields = null },
            Status = (claim.Status ?? new V1PersistentVolumeClaimStatus()) with { Capacity = null, Conditions = null, AllocatedResources = null, AllocatedResourceStatuses = null },
        };
    }

    private static void CheckSlice(AdmissionRequest request, string node)
    {
        // Of what is there already the authorizer knows whose it is; only of a new one and of those of a collection it does not.
        if (request.Operation is not (AdmissionOperation.Create or AdmissionOperation.Delete)) { return; }
        var shown = (request.Operation == AdmissionOperation.Delete ? request.OldObject : request.Object) as V1ResourceSlice;
        if (shown?.Spec?.NodeName == node) { return; }
        var verb = request.Operation == AdmissionOperation.Create ? "create" : "delete";
        throw AdmissionRefusal.Forbidden(request, $"can only {verb} ResourceSlice with the same NodeName as the requesting node");
    }

    private static void CheckCertificate(AdmissionRequest request)
    {
        if (request is not { Operation: AdmissionOperation.Create, Subresource.Length: 0, Object: V1CertificateSigningRequest { Spec: { } spec } }
            || spec.SignerName is not ("kubernetes.io/kubelet-serving" or "kubernetes.io/kube-apiserver-client-kubelet"))
        {
            return;
        }

        RequestedSubject subject;
        try { subject = RequestedSubject.Read(spec.Request); }
        catch (FormatException exception) { throw AdmissionRefusal.Forbidden(request, $"unable to parse csr: {exception.Message}"); }
        if (subject.CommonName != request.User.Name) { throw AdmissionRefusal.Forbidden(request, $"can only create a node CSR with CN={request.User.Name}"); }
    }
}
