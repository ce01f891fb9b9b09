using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Certificates;

/// <summary>Only those who may <c>sign</c> for a signer issue its certificates.</summary>
internal sealed class CertificateSigning(SignerPermission permission) : IValidatingAdmission
{
    public string Name => "CertificateSigning";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation == AdmissionOperation.Update && subresource == "status" && resource is { Group: "certificates.k8s.io", Resource: "certificatesigningrequests" };

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Object: V1CertificateSigningRequest now, OldObject: V1CertificateSigningRequest { Spec.SignerName: { } signer } old }) { return; }
        if (ContentEquality.Same(now.Status?.Certificate, old.Status?.Certificate) && ContentEquality.Same(now.Status?.Conditions, old.Status?.Conditions)) { return; }
        if (await permission.AllowsAsync(request.User, "sign", signer, cancellationToken).ConfigureAwait(false)) { return; }
        throw AdmissionRefusal.Forbidden(request, $"user not permitted to sign requests with signerName \"{signer}\"");
    }
}
