using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Kinds.Certificates;

/// <summary>How signing requests are printed.</summary>
internal static class CertificateSigningRequestColumns
{
    /// <summary>The columns after the name.</summary>
    public static IReadOnlyList<PrinterColumn> All { get; } =
    [
        PrinterColumns.Age,
        Column("SignerName", static item => item.Spec?.SignerName is { Length: > 0 } name ? name : Printing.None, "Requested signer for the request. It is a qualified name in the form: `scope-hostname.io/name`. If empty, it will be defaulted:\n 1. If it's a kubelet client certificate, it is assigned\n    \"kubernetes.io/kube-apiserver-client-kubelet\".\n 2. If it's a kubelet serving certificate, it is assigned\n    \"kubernetes.io/kubelet-serving\".\n 3. Otherwise, it is assigned \"kubernetes.io/legacy-unknown\".\nDistribution of trust for signers happens out of band. You can select on this field using `spec.signerName`."),
        Column("Requestor", static item => item.Spec?.Username ?? string.Empty, "Base64-encoded PKCS#10 CSR data"),
        Column("RequestedDuration", static item => item.Spec?.ExpirationSeconds is { } seconds ? HumanDuration.Format(TimeSpan.FromSeconds(seconds)) : Printing.None, "expirationSeconds is the requested duration of validity of the issued certificate. The certificate signer may issue a certificate with a different validity duration so a client must check the delta between the notBefore and and notAfter fields in the issued certificate to determine the actual duration.\n\nThe v1.22+ in-tree implementations of the well-known Kubernetes signers will honor this field as long as the requested duration is not greater than the maximum duration they will honor per the --cluster-signing-duration CLI flag to the Kubernetes controller manager.\n\nCertificate signers may not honor this field for various reasons:\n\n  1. Old signer that is unaware of the field (such as the in-tree\n     implementations prior to v1.22)\n  2. Signer whose configured maximum is shorter than the requested duration\n  3. Signer whose configured minimum is longer than the requested duration\n\nThe minimum valid value for expirationSeconds is 600, i.e. 10 minutes."),
        Column("Condition", Condition, "Conditions applied to the request, such as approval or denial."),
    ];

    private static PrinterColumn Column(string name, Func<V1CertificateSigningRequest, string> value, string description)
        => new(name, "string", (item, _) => value((V1CertificateSigningRequest)item)) { Description = description };

    private static string Condition(V1CertificateSigningRequest value)
    {
        var types = (value.Status?.Conditions ?? []).Select(static item => item.Type).ToHashSet();
        var verdict = types.Contains("Denied") ? "Denied" : types.Contains("Approved") ? "Approved" : "Pending";
        if (types.Contains("Failed")) { verdict += ",Failed"; }
        return value.Status?.Certificate is { Length: > 0 } ? verdict + ",Issued" : verdict;
    }
}
