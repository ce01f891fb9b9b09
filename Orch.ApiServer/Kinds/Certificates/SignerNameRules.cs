using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Certificates;

/// <summary>The rules for names of signers: a domain, a slash and a path of dotted parts.</summary>
internal static class SignerNameRules
{
    private const int MaxPathLength = 253 + 63 + 1;
    private const int MaxLength = 253 + MaxPathLength + 1;

    /// <summary>One name.</summary>
    public static void Validate(string? name, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name))
        {
            errors.Required(path);
            return;
        }

        if (name.Split('/') is not [var domain, var rest])
        {
            errors.Invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
            return;
        }

        if (domain.Length > 253) { errors.TooLong(path, 253); }
        var labels = domain.Split('.');
        Parts(labels, domain, NameRules.LabelFaults, path, errors);
        if (labels.Length < 2) { errors.Invalid(path, domain, "should be a domain with at least two segments separated by dots"); }
        Parts(rest.Split('.'), rest, NameRules.SubdomainFaults, path, errors);
        if (name.Length > MaxLength) { errors.TooLong(path, MaxLength); }
    }

    // Only the first bad part is told of: the others would have the same faults.
    private static void Parts(string[] parts, string whole, Func<string, IEnumerable<string>> faults, FieldPath path, FieldErrors errors)
    {
        foreach (var part in parts)
        {
            var found = faults(part).ToList();
            if (found.Count == 0) { continue; }
            foreach (var fault in found) { errors.Invalid(path, whole, $"validating label {GoText.Quote(part)}: {fault}"); }
            return;
        }
    }
}
