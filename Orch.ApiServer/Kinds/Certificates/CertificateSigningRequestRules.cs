using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Certificates;

/// <summary>The rules for requests to sign a certificate.</summary>
internal static class CertificateSigningRequestRules
{
    private const int MinExpirationSeconds = 600;
    private const string LegacySigner = "kubernetes.io/legacy-unknown";
    private static readonly string[] Lasting = ["Approved", "Denied", "Failed"];
    private static readonly string[] Usages =
    [
        "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment", "decipher only", "digital signature", "email protection",
        "encipher only", "ipsec end system", "ipsec tunnel", "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime",
        "server auth", "signing", "timestamping",
    ];

    /// <summary>A request by itself, or beside what is stored, whose old faults it may keep.</summary>
    public static void Validate(V1CertificateSigningRequest value, V1CertificateSigningRequest? old, FieldErrors errors)
    {
        var path = FieldPath.Of("spec");
        var spec = value.Spec ?? new V1CertificateSigningRequestSpec();
        if (SigningRequestContent.RequestFault(spec.Request) is { } fault) { errors.Invalid(path.Child("request"), spec.Request ?? [], fault); }
        UsagesOf(spec.Usages, old?.Spec?.Usages, path.Child("usages"), errors);
        if (spec.SignerName == LegacySigner && old?.Spec?.SignerName != LegacySigner)
        {
            errors.Invalid(path.Child("signerName"), spec.SignerName, "the legacy signerName is not allowed via this API version");
        }
        else
        {
            SignerNameRules.Validate(spec.SignerName, path.Child("signerName"), errors);
        }

        if (spec.ExpirationSeconds < MinExpirationSeconds)
        {
            errors.Invalid(path.Child("expirationSeconds"), spec.ExpirationSeconds, "may not specify a duration less than 600 seconds (10 minutes)");
        }

        Conditions(value.Status?.Conditions ?? [], old?.Status?.Conditions ?? [], FieldPath.Of("status").Child("conditions"), errors);
        var (certificate, before) = (value.Status?.Certificate, old?.Status?.Certificate);
        var isKept = old is not null && (ContentEquality.Same(certificate, before) || SigningRequestContent.CertificateFault(before) is not null);
        if (!isKept && SigningRequestContent.CertificateFault(certificate) is { } broken) { errors.Invalid(FieldPath.Of("status").Child("certificate"), "<certificate data>", broken); }
    }

    /// <summary>A change of a request, through itself or one of its subresources.</summary>
    public static void ValidateUpdate(V1CertificateSigningRequest value, V1CertificateSigningRequest old, bool approves, bool signs, FieldErrors errors)
    {
        Validate(value, old, errors);
        var path = FieldPath.Of("status").Child("conditions");
        foreach (var type in Lasting)
        {
            if (OfType(value, type).Count < OfType(old, type).Count) { errors.Forbidden(path, $"updates may not remove a condition of type \"{type}\""); }
        }

        if (!approves)
        {
            foreach (var type in Lasting[..2]) { Untouched(OfType(value, type), OfType(old, type), type, path, errors); }
        }

        var (certificate, before) = (value.Status?.Certificate, old.Status?.Certificate);
        if (ContentEquality.Same(certificate, before)) { return; }
        if (!signs) { errors.Forbidden(FieldPath.Of("status").Child("certificate"), "updates may not set certificate content"); }
        else if (before is { Length: > 0 }) { errors.Forbidden(FieldPath.Of("status").Child("certificate"), "updates may not modify existing certificate content"); }
    }

    private static void Untouched(List<V1CertificateSigningRequestCondition> now, List<V1CertificateSigningRequestCondition> old, string type, FieldPath path, FieldErrors errors)
    {
        if (now.Count > old.Count) { errors.Forbidden(path, $"updates may not add a condition of type \"{type}\""); }
        else if (now.Count == old.Count && !ContentEquality.Same(now, old)) { errors.Forbidden(path, $"updates may not modify a condition of type \"{type}\"\n{ContentDiff.Of(now, old)}"); }
    }

    private static List<V1CertificateSigningRequestCondition> OfType(V1CertificateSigningRequest value, string type)
        => [.. (value.Status?.Conditions ?? []).Where(condition => condition.Type == type)];

    private static void UsagesOf(IList<string>? usages, IList<string>? old, FieldPath path, FieldErrors errors)
    {
        if (usages is not { Count: > 0 })
        {
            errors.Required(path);
            return;
        }

        if (old?.All(Usages.Contains) != false)
        {
            for (var index = 0; index < usages.Count; index++)
            {
                if (!Usages.Contains(usages[index])) { errors.NotSupported(path.Index(index), usages[index] ?? string.Empty, Usages); }
            }
        }

        if (old is not null && old.Distinct().Count() < old.Count) { return; }
        for (var index = 0; index < usages.Count; index++)
        {
            if (usages.IndexOf(usages[index]) < index) { errors.Duplicate(path.Index(index), usages[index]); }
        }
    }

    private static void Conditions(IList<V1CertificateSigningRequestCondition> conditions, IList<V1CertificateSigningRequestCondition> old, FieldPath path, FieldErrors errors)
    {
        if (conditions.Count == 0) { return; }
        var hadBoth = old.Any(static item => item.Type == "Approved") && old.Any(static item => item.Type == "Denied");
        var hadEmpty = old.Any(static item => string.IsNullOrEmpty(item.Type));
        var hadRepeated = old.Select(static item => item.Type ?? string.Empty).Distinct().Count() < old.Count;
        var seen = new HashSet<string>();
        for (var index = 0; index < conditions.Count; index++)
        {
            var (condition, at) = (conditions[index], path.Index(index));
            var type = condition.Type ?? string.Empty;
            if (!hadEmpty && type.Length == 0) { errors.Required(at.Child("type")); }
            string[] allowed = Lasting.Contains(type) ? ["True"] : ["False", "True", "Unknown"];
            if (string.IsNullOrEmpty(condition.Status)) { errors.Required(at.Child("status")); }
            else if (!allowed.Contains(condition.Status)) { errors.NotSupported(at.Child("status"), condition.Status, allowed); }
            if (!hadBoth && ((type == "Approved" && seen.Contains("Denied")) || (type == "Denied" && seen.Contains("Approved"))))
            {
                errors.Invalid(path, type, "Approved and Denied conditions are mutually exclusive");
            }

            if (!seen.Add(type) && !hadRepeated) { errors.Duplicate(at.Child("type"), type); }
        }
    }
}
