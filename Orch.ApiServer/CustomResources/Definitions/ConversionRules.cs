using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>The rules for the conversion between versions.</summary>
internal static class ConversionRules
{
    /// <summary>Adds what is wrong.</summary>
    public static void Validate(V1CustomResourceConversion? conversion, bool preservesUnknown, FieldPath path, FieldErrors errors)
    {
        if (conversion is null) { return; }
        if (conversion.Strategy != "None" && preservesUnknown) { errors.Invalid(path.Child("strategy"), conversion.Strategy ?? string.Empty, "must be None if spec.preserveUnknownFields is true"); }
        DefinitionRules.OneOf(conversion.Strategy, ["None", "Webhook"], path.Child("strategy"), errors);
        var place = path.Child("webhookClientConfig");
        var client = conversion.Webhook?.ClientConfig;
        if (conversion.Strategy != "Webhook")
        {
            if (client is not null) { errors.Forbidden(place, "should not be set when strategy is not set to Webhook"); }
            if (conversion.Webhook?.ConversionReviewVersions is { Count: > 0 }) { errors.Forbidden(path.Child("conversionReviewVersions"), "should not be set when strategy is not set to Webhook"); }
            return;
        }

        if (client is null) { errors.Required(place, "required when strategy is set to Webhook"); }
        else { Client(client, place, errors); }
        Versions(conversion.Webhook?.ConversionReviewVersions ?? [], path.Child("conversionReviewVersions"), errors);
    }

    private static void Client(Apiextensionsv1WebhookClientConfig client, FieldPath path, FieldErrors errors)
    {
        if ((client.Url is null) == (client.Service is null)) { errors.Required(path, "exactly one of url or service is required"); }
        else if (client.Url is not null) { Url(client.Url, path.Child("url"), errors); }
        else { Service(client.Service!, path.Child("service"), errors); }
        if (client.CaBundle is { Length: > 0 } bundle && !HasCertificate(bundle)) { errors.Invalid(path.Child("caBundle"), bundle, "unable to load root certificates: unable to parse bytes as PEM block"); }
    }

    private static void Url(string text, FieldPath path, FieldErrors errors)
    {
        const string Form = "; desired format: https://host[/path]";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)) { errors.Required(path, "url must be a valid URL: " + text + Form); return; }
        if (url.Scheme != "https") { errors.Invalid(path, url.Scheme, "'https' is the only allowed URL scheme" + Form); }
        if (url.Host.Length == 0) { errors.Invalid(path, url.Host, "host must be specified" + Form); }
        if (url.UserInfo.Length > 0) { errors.Invalid(path, url.UserInfo, "user information is not permitted in the URL"); }
        if (url.Fragment.Length > 0) { errors.Invalid(path, url.Fragment.TrimStart('#'), "fragments are not permitted in the URL"); }
        if (url.Query.Length > 0) { errors.Invalid(path, url.Query.TrimStart('?'), "query parameters are not permitted in the URL"); }
    }

    private static void Service(Apiextensionsv1ServiceReference service, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(service.Name)) { errors.Required(path.Child("name"), "service name is required"); }
        if (string.IsNullOrEmpty(service.NamespaceProperty)) { errors.Required(path.Child("namespace"), "service namespace is required"); }
        if (service.Port is < 1 or > 65535) { errors.Invalid(path.Child("port"), service.Port, "port is not valid: must be between 1 and 65535, inclusive"); }
        if (service.Path is { } text && !text.StartsWith('/')) { errors.Invalid(path.Child("path"), text, "must start with a '/'"); }
        if (service.Path is { } where && where.Contains("//", StringComparison.Ordinal)) { errors.Invalid(path.Child("path"), where, "segment[0] may not be empty"); }
    }

    private static void Versions(IList<string> versions, FieldPath path, FieldErrors errors)
    {
        if (versions.Count == 0) { errors.Required(path); return; }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < versions.Count; index++)
        {
            if (!seen.Add(versions[index])) { errors.Invalid(path.Index(index), versions[index], "duplicate version"); continue; }
            NameRules.Dns1035Label(versions[index] ?? string.Empty, isPrefix: false, path.Index(index), errors);
        }

        if (!seen.Contains("v1") && !seen.Contains("v1beta1")) { errors.Invalid(path, versions, "must include at least one of v1, v1beta1"); }
    }

    private static bool HasCertificate(byte[] bundle)
    {
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPem(Encoding.UTF8.GetString(bundle));
            var any = found.Count > 0;
            foreach (var certificate in found) { certificate.Dispose(); }
            return any;
        }
        catch (CryptographicException) { return false; }
    }
}
