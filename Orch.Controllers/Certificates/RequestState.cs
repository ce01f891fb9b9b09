using k8s.Models;

namespace Orch.Controllers.Certificates;

/// <summary>How far a signing request has come.</summary>
internal static class RequestState
{
    public const string Approved = "Approved";
    public const string Denied = "Denied";
    public const string Failed = "Failed";

    public static bool IsIssued(this V1CertificateSigningRequest request) => request.Status?.Certificate is { Length: > 0 };

    public static bool HasCondition(this V1CertificateSigningRequest request, string type) => request.Status?.Conditions?.Any(item => item.Type == type) == true;

    /// <summary>A copy of the request with one more condition; the rest is shared.</summary>
    public static V1CertificateSigningRequest With(this V1CertificateSigningRequest request, string type, string reason, string message)
    {
        var condition = new V1CertificateSigningRequestCondition { Type = type, Status = "True", Reason = reason, Message = message };
        var status = request.Status ?? new V1CertificateSigningRequestStatus();
        return request with { Status = status with { Conditions = [.. status.Conditions ?? [], condition] } };
    }
}
