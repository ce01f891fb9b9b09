using k8s.Models;
using Orch.ApiServer.Kinds.Certificates;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for volumes that gather several sources.</summary>
internal static class ProjectedVolumeRules
{
    internal const string Conflict = "conflicting duplicate paths";
    private const long MinTokenSeconds = 600;
    private const long MaxTokenSeconds = 1L << 32;
    private static readonly string[] Fields = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

    /// <summary>All sources, and that no two write one file.</summary>
    public static void Validate(V1ProjectedVolumeSource projected, FieldPath path, FieldErrors errors)
    {
        PathRules.Mode(projected.DefaultMode, path, "defaultMode", errors);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < (projected.Sources?.Count ?? 0); index++) { Source(projected.Sources![index], paths, path, path.Child("sources").Index(index), errors); }
    }

    /// <summary>Files that tell a container of its pod.</summary>
    public static void Downward(V1DownwardAPIVolumeSource downward, FieldPath path, FieldErrors errors)
    {
        PathRules.Mode(downward.DefaultMode, path, "defaultMode", errors);

        // Upstream's paths do not say which item it is.
        foreach (var file in downward.Items ?? []) { File(file, path, errors); }
    }

    private static void Source(V1VolumeProjection source, HashSet<string> paths, FieldPath volume, FieldPath path, FieldErrors errors)
    {
        var count = 0;
        if (source.Secret is { } secret)
        {
            count++;
            Keys(secret.Name, secret.Items, paths, volume, path.Child("secret"), errors);
        }

        if (source.ConfigMap is { } map)
        {
            count++;
            Keys(map.Name, map.Items, paths, volume, path.Child("configMap"), errors);
        }

        if (source.DownwardAPI is { } downward)
        {
            count++;
            foreach (var file in downward.Items ?? [])
            {
                File(file, path.Child("downwardAPI"), errors);
                if (!string.IsNullOrEmpty(file.Path) && !paths.Add(file.Path)) { errors.Invalid(volume, file.Path, Conflict); }
            }
        }

        if (source.ServiceAccountToken is { } token)
        {
            count++;
            Token(token, volume, path.Child("serviceAccountToken"), errors);
        }

        if (source.ClusterTrustBundle is { } bundle)
        {
            count++;
            Bundle(bundle, path.Child("clusterTrustBundle"), errors);
            if (!paths.Add(bundle.Path ?? string.Empty)) { errors.Invalid(volume, bundle.Path ?? string.Empty, Conflict); }
        }

        if (source.PodCertificate is { } certificate)
        {
            count++;
            PodCertificateRules.Validate(certificate, paths, volume, path.Child("podCertificate"), errors);
        }

        if (count > 1) { errors.Forbidden(path, "may not specify more than 1 volume type per source"); }
    }

    private static void Keys(string? name, IList<V1KeyToPath>? items, HashSet<string> paths, FieldPath volume, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name)) { errors.Required(path.Child("name")); }
        for (var index = 0; index < (items?.Count ?? 0); index++)
        {
            VolumeRules.Item(items![index], path.Child("items").Index(index), errors);
            if (!string.IsNullOrEmpty(items[index].Path) && !paths.Add(items[index].Path)) { errors.Invalid(volume, name ?? string.Empty, Conflict); }
        }
    }

    private static void Token(V1ServiceAccountTokenProjection token, FieldPath volume, FieldPath path, FieldErrors errors)
    {
        var seconds = token.ExpirationSeconds ?? 0;
        if (seconds < MinTokenSeconds) { errors.Invalid(path.Child("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes"); }
        if (seconds > MaxTokenSeconds) { errors.Invalid(path.Child("expirationSeconds"), seconds, "may not specify a duration larger than 2^32 seconds"); }
        if (string.IsNullOrEmpty(token.Path)) { errors.Required(volume.Child("path")); }
        else { PathRules.NotReserved(token.Path, volume.Child("path"), errors); }
    }

    private static void Bundle(V1ClusterTrustBundleProjection bundle, FieldPath path, FieldErrors errors)
    {
        if (bundle.Name is not null && bundle.SignerName is not null) { errors.Invalid(path, bundle, "only one of name and signerName may be used"); }
        else if (bundle.Name is null && bundle.SignerName is null) { errors.Required(path, "either name or signerName must be specified"); }
        else if (bundle.Name is { } name)
        {
            if (name.Length == 0) { errors.Required(path.Child("name"), "must be a valid object name"); }
            foreach (var fault in BundleNameFaults(name)) { errors.Invalid(path.Child("name"), name, $"not a valid clustertrustbundlename: {fault}"); }
            if (bundle.LabelSelector is not null) { errors.Invalid(path.Child("labelSelector"), bundle.LabelSelector, "labelSelector must be unset if name is specified"); }
        }
        else
        {
            if (bundle.SignerName!.Length == 0) { errors.Required(path.Child("signerName"), "must be a valid signer name"); }
            SignerNameRules.Validate(bundle.SignerName, path.Child("signerName"), errors);
            SelectorRules.Validate(bundle.LabelSelector, path.Child("labelSelector"), errors);
        }

        if (string.IsNullOrEmpty(bundle.Path)) { errors.Required(path.Child("path")); }
        PathRules.NotReserved(bundle.Path ?? string.Empty, path.Child("path"), errors);
    }

    // A signer's bundles carry its name in front, each slash a colon.
    private static IEnumerable<string> BundleNameFaults(string name)
    {
        var colon = name.LastIndexOf(':');
        if (colon < 0) { return NameRules.SubdomainFaults(name); }
        var signer = name[..colon].Replace(':', '/');
        if (signer.Length == 0) { return ["ClusterTrustBundle without signer name must not have \":\" in its name"]; }
        var prefix = signer.Replace('/', ':') + ":";
        return name.StartsWith(prefix, StringComparison.Ordinal)
            ? NameRules.SubdomainFaults(name[prefix.Length..])
            : [$"ClusterTrustBundle for signerName {signer} must be named with prefix {prefix}"];
    }

    private static void File(V1DownwardAPIVolumeFile file, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(file.Path)) { errors.Required(path.Child("path")); }
        PathRules.NotReserved(file.Path ?? string.Empty, path.Child("path"), errors);
        if (file.FieldRef is { } field)
        {
            DownwardRules.Field(field, Fields, path.Child("fieldRef"), errors);
            if (file.ResourceFieldRef is not null) { errors.Invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"); }
        }
        else if (file.ResourceFieldRef is { } resource)
        {
            DownwardRules.Resource(resource, true, path.Child("resourceFieldRef"), errors);
        }
        else
        {
            errors.Required(path, "one of fieldRef and resourceFieldRef is required");
        }

        PathRules.Mode(file.Mode, path, "mode", errors);
    }
}
