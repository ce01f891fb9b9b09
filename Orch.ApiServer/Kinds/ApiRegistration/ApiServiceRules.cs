using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.ApiRegistration;

/// <summary>The rules for API services.</summary>
/// <remarks>Wording of kube-aggregator's validation.</remarks>
internal static class ApiServiceRules
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");

    /// <summary>Adds what is wrong.</summary>
    public static void Validate(V1APIService value, FieldErrors errors)
    {
        var spec = value.Spec ?? new V1APIServiceSpec();
        var (group, version) = (spec.Group ?? string.Empty, spec.Version ?? string.Empty);
        var name = $"{version}.{group}";
        if (value.Metadata.Name != name && !IsUnusable(value.Metadata.Name)) { errors.Invalid(FieldPath.Of("metadata").Child("name"), value.Metadata.Name ?? string.Empty, $"must be `spec.version+\".\"+spec.group`: {GoText.Quote(name)}"); }
        if (group.Length == 0 && version != "v1") { errors.Required(Spec.Child("group"), "only v1 may have an empty group and it better be legacy kube"); }
        if (group.Length > 0 && !TextRules.IsSubdomain(group)) { NameRules.DnsSubdomain(group, isPrefix: false, Spec.Child("group"), errors); }
        NameRules.Dns1035Label(version, isPrefix: false, Spec.Child("version"), errors);
        if (spec.GroupPriorityMinimum is <= 0 or > 20_000) { errors.Invalid(Spec.Child("groupPriorityMinimum"), spec.GroupPriorityMinimum, "must be positive and less than 20000"); }
        if (spec.VersionPriority is <= 0 or > 1_000) { errors.Invalid(Spec.Child("versionPriority"), spec.VersionPriority, "must be positive and less than 1000"); }
        if (spec.Service is { } service) { Service(service, spec, errors); return; }
        if (spec.CaBundle is { Length: > 0 } bundle)
        {
            errors.Invalid(Spec.Child("caBundle"), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bundle.Length} bytes"), "local APIServices may not have a caBundle");
        }

        if (spec.InsecureSkipTLSVerify == true) { errors.Invalid(Spec.Child("insecureSkipTLSVerify"), true, "local APIServices may not have insecureSkipTLSVerify"); }
    }

    /// <summary>Adds what is wrong with the conditions.</summary>
    public static void ValidateStatus(V1APIServiceStatus? status, FieldErrors errors)
    {
        var conditions = status?.Conditions ?? [];
        for (var index = 0; index < conditions.Count; index++)
        {
            if (conditions[index].Status is not ("True" or "False" or "Unknown"))
            {
                errors.NotSupported(FieldPath.Of("status").Child("conditions").Index(index).Child("status"), conditions[index].Status ?? string.Empty, "True", "False", "Unknown");
            }
        }
    }

    // Such a name is told of as one that no path can have.
    private static bool IsUnusable(string? name) => name is "." or ".." || name?.AsSpan().ContainsAny('/', '%') == true;

    private static void Service(Apiregistrationv1ServiceReference service, V1APIServiceSpec spec, FieldErrors errors)
    {
        var path = Spec.Child("service");
        if (string.IsNullOrEmpty(service.NamespaceProperty)) { errors.Required(path.Child("namespace")); }
        if (string.IsNullOrEmpty(service.Name)) { errors.Required(path.Child("name")); }
        if (service.Port is < 1 or > 65535) { errors.Invalid(path.Child("port"), service.Port, "port is not valid: must be between 1 and 65535, inclusive"); }
        if (spec.InsecureSkipTLSVerify == true && spec.CaBundle is { Length: > 0 }) { errors.Invalid(Spec.Child("insecureSkipTLSVerify"), true, "may not be true if caBundle is present"); }
    }
}
