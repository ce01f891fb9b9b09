using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for a container's environment.</summary>
internal static class EnvRules
{
    private static readonly string[] Fields =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ];

    /// <summary>Variables, and sources of many at once.</summary>
    public static void Validate(V1Container container, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (container.Env?.Count ?? 0); index++) { Variable(container.Env![index], path, index, errors); }
        for (var index = 0; index < (container.EnvFrom?.Count ?? 0); index++) { Source(container.EnvFrom![index], path.Child("envFrom"), index, errors); }
    }

    private static void Variable(V1EnvVar variable, FieldPath parent, int index, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(variable.Name)) { errors.Required(parent.Child("env").Index(index).Child("name")); }
        else if (variable.Name.Contains('=', StringComparison.Ordinal) || variable.Name.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            TextRules.EnvName(variable.Name, parent.Child("env").Index(index).Child("name"), errors);
        }

        if (variable.ValueFrom is { } source) { From(variable, source, parent.Child("env").Index(index).Child("valueFrom"), errors); }
    }

    private static void From(V1EnvVar variable, V1EnvVarSource source, FieldPath path, FieldErrors errors)
    {
        var count = 0;
        if (source.FieldRef is { } field)
        {
            count++;
            DownwardRules.Field(field, Fields, path.Child("fieldRef"), errors);
        }

        if (source.ResourceFieldRef is { } resource)
        {
            count++;
            DownwardRules.Resource(resource, false, path.Child("resourceFieldRef"), errors);
        }

        if (source.ConfigMapKeyRef is { } map)
        {
            count++;
            Key(map.Name, map.Key, path.Child("configMapKeyRef"), errors);
        }

        if (source.SecretKeyRef is { } secret)
        {
            count++;
            Key(secret.Name, secret.Key, path.Child("secretKeyRef"), errors);
        }

        if (source.FileKeyRef is { } file)
        {
            count++;
            File(file, path.Child("fileKeyRef"), errors);
        }

        if (count == 0) { errors.Invalid(path, string.Empty, "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"); }
        else if (!string.IsNullOrEmpty(variable.Value)) { errors.Invalid(path, string.Empty, "may not be specified when `value` is not empty"); }
        else if (count > 1) { errors.Invalid(path, string.Empty, "may not have more than one field specified at a time"); }
    }

    private static void Key(string? name, string? key, FieldPath path, FieldErrors errors)
    {
        NameRules.DnsSubdomain(name ?? string.Empty, false, path.Child("name"), errors);
        if (string.IsNullOrEmpty(key)) { errors.Required(path.Child("key")); }
        else { TextRules.ConfigKey(key, path.Child("key"), errors); }
    }

    private static void File(V1FileKeySelector file, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(file.Key)) { errors.Required(path.Child("key")); }
        else { TextRules.EnvName(file.Key, path.Child("key"), errors); }
        if (string.IsNullOrEmpty(file.VolumeName)) { errors.Required(path.Child("volumeName")); }
        else { NameRules.DnsLabel(file.VolumeName, false, path.Child("volumeName"), errors); }
        if (string.IsNullOrEmpty(file.Path)) { errors.Required(path.Child("path")); }
        else { PathRules.NoBacksteps(file.Path, path.Child("path"), errors); }
    }

    private static void Source(V1EnvFromSource source, FieldPath path, int index, FieldErrors errors)
    {
        var at = path.Index(index);
        if (!string.IsNullOrEmpty(source.Prefix)) { TextRules.EnvName(source.Prefix, at.Child("prefix"), errors); }
        if (source.ConfigMapRef is { } map) { Name(map.Name, at.Child("configMapRef"), errors); }
        if (source.SecretRef is { } secret) { Name(secret.Name, at.Child("secretRef"), errors); }

        // The path without the index is upstream's.
        if (source.ConfigMapRef is null && source.SecretRef is null) { errors.Invalid(path, string.Empty, "must specify one of: `configMapRef` or `secretRef`"); }
        if (source.ConfigMapRef is not null && source.SecretRef is not null) { errors.Invalid(path, string.Empty, "may not have more than one field specified at a time"); }
    }

    private static void Name(string? name, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name)) { errors.Required(path.Child("name")); }
        else { NameRules.DnsSubdomain(name, true, path.Child("name"), errors); }
    }
}
