using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>The rules for the conversion between versions.</summary>
internal static class ConversionRules
{
    private const string BundleText = "unable to load root certificates: unable to parse bytes as PEM block";

    /// <summary>Adds what is wrong.</summary>
    public static void Validate(V1CustomResourceConversion? conversion, bool preservesUnknown, ConversionLeniency lenient, FieldPath path, FieldErrors errors)
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
        else { Client(client, lenient.Bundle, place, errors); }
        Versions(conversion.Webhook?.ConversionReviewVersions ?? [], lenient.Versions, path.Child("conversionReviewVersions"), errors);
    }

    /// <summary>Whether a bundle holds certificates.</summary>
    public static bool HasCertificate(byte[] bundle)
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

    private static void Client(Apiextensionsv1WebhookClientConfig client, bool anyBundle, FieldPath path, FieldErrors errors)
    {
        if ((client.Url is null) == (client.Service is null)) { errors.Required(path, "exactly one of url or service is required"); }
        else if (client.Url is not null) { WebhookRules.Url(client.Url, path.Child("url"), errors); }
        else
        {
            // Upstream takes one for the other here: the name's fault shows at the namespace.
            WebhookRules.Service(client.Service!.Name, client.Service.NamespaceProperty, client.Service.Path, client.Service.Port, path.Child("service"), errors);
        }

        if (!anyBundle && client.CaBundle is { Length: > 0 } bundle && !HasCertificate(bundle)) { errors.Invalid(path.Child("caBundle"), bundle, BundleText); }
    }

    private static void Versions(IList<string> versions, bool anyVersion, FieldPath path, FieldErrors errors)
    {
        if (versions.Count == 0) { errors.Required(path); return; }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < versions.Count; index++)
        {
            if (!seen.Add(versions[index])) { errors.Invalid(path.Index(index), versions[index], "duplicate version"); continue; }
            NameRules.Dns1035Label(versions[index] ?? string.Empty, isPrefix: false, path.Index(index), errors);
        }

        if (!anyVersion && !seen.Contains("v1") && !seen.Contains("v1beta1")) { errors.Invalid(path, versions, "must include at least one of v1, v1beta1"); }
    }
}
