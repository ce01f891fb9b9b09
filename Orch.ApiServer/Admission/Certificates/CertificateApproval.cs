using k8s.Models;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Certificates;

/// <summary>Only those who may <c>approve</c> for a signer approve or deny requests to it.</summary>
internal sealed class CertificateApproval(SignerPermission permission) : IValidatingAdmission
{
    public string Name => "CertificateApproval";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation == AdmissionOperation.Update && subresource == "approval" && resource is { Group: "certificates.k8s.io", Resource: "certificatesigningrequests" };

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.OldObject is not V1CertificateSigningRequest { Spec.SignerName: { } signer }) { return; }
        if (await permission.AllowsAsync(request.User, "approve", signer, cancellationToken).ConfigureAwait(false)) { return; }
        throw AdmissionRefusal.Forbidden(request, $"user not permitted to approve requests with signerName \"{signer}\"");
    }
}
