using k8s.Models;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Certificates;

/// <summary>No client certificate for <c>system:masters</c> is asked for through the API.</summary>
internal sealed class CertificateSubjectRestriction : IValidatingAdmission
{
    private const string Signer = "kubernetes.io/kube-apiserver-client";
    private const string Masters = "system:masters";

    public string Name => "CertificateSubjectRestriction";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation == AdmissionOperation.Create && subresource.Length == 0 && resource is { Group: "certificates.k8s.io", Resource: "certificatesigningrequests" };

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is not V1CertificateSigningRequest { Spec: { SignerName: Signer } spec }) { return ValueTask.CompletedTask; }
        RequestedSubject subject;
        try { subject = RequestedSubject.Read(spec.Request); }
        catch (FormatException exception) { throw AdmissionRefusal.Forbidden(request, $"failed to parse CSR: {exception.Message}"); }
        return subject.Organizations.Contains(Masters)
            ? throw AdmissionRefusal.Forbidden(request, $"use of {Signer} signer with {Masters} group is not allowed")
            : ValueTask.CompletedTask;
    }
}
