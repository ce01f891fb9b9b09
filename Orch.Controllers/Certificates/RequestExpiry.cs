using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Models;

namespace Orch.Controllers.Certificates;

/// <summary>Which signing requests are of no use any more.</summary>
internal static class RequestExpiry
{
    private static readonly TimeSpan Finished = TimeSpan.FromHours(1);
    private static readonly TimeSpan Waiting = TimeSpan.FromHours(24);

    /// <summary>Issued, denied or failed for an hour, waiting for a day, or with a certificate that has expired.</summary>
    public static bool IsOver(V1CertificateSigningRequest request, DateTimeOffset now)
    {
        if (request.Status?.Conditions is not { Count: > 0 } conditions) { return IsOlder(request.Metadata.CreationTimestamp, Waiting, now); }
        return conditions.Any(condition => condition.Type switch
        {
            RequestState.Denied or RequestState.Failed => IsOlder(condition.LastUpdateTime, Finished, now),
            RequestState.Approved when request.IsIssued() => IsOlder(condition.LastUpdateTime, Finished, now) || HasExpired(request.Status.Certificate, now),
            RequestState.Approved => IsOlder(condition.LastUpdateTime, Waiting, now),
            _ => false,
        });
    }

    private static bool IsOlder(DateTime? time, TimeSpan age, DateTimeOffset now)
        => time is { } at && now - new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) > age;

    private static bool HasExpired(byte[] pem, DateTimeOffset now)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(Encoding.Latin1.GetString(pem));
            return certificate.NotAfter.ToUniversalTime() < now.UtcDateTime;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
