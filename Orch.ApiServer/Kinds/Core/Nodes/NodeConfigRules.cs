using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Nodes;

/// <summary>The rules for where a node's agent once took its settings from. Nobody reads them any more, but they may be stored.</summary>
internal static class NodeConfigRules
{
    /// <summary>The wanted source and the reported ones.</summary>
    public static void Validate(V1NodeConfigSource? wanted, V1NodeConfigStatus? reported, FieldErrors errors)
    {
        if (wanted is not null) { Source(wanted, isReported: false, FieldPath.Of("spec").Child("configSource"), errors); }
        if (reported is null) { return; }
        var path = FieldPath.Of("status").Child("config");
        if (reported.Assigned is { } assigned) { Source(assigned, isReported: true, path.Child("assigned"), errors); }
        if (reported.Active is { } active) { Source(active, isReported: true, path.Child("active"), errors); }
        if (reported.LastKnownGood is { } good) { Source(good, isReported: true, path.Child("lastKnownGood"), errors); }
    }

    private static void Source(V1NodeConfigSource source, bool isReported, FieldPath path, FieldErrors errors)
    {
        if (source.ConfigMap is { } map) { Map(map, isReported, path.Child("configMap"), errors); }
        else { errors.Invalid(path, source, "exactly one reference subfield must be non-nil"); }
    }

    private static void Map(V1ConfigMapNodeConfigSource map, bool isReported, FieldPath path, FieldErrors errors)
    {
        if (isReported)
        {
            if (string.IsNullOrEmpty(map.Uid)) { errors.Required(path.Child("uid")); }
            if (string.IsNullOrEmpty(map.ResourceVersion)) { errors.Required(path.Child("resourceVersion")); }
        }
        else
        {
            if (!string.IsNullOrEmpty(map.Uid)) { errors.Forbidden(path.Child("uid"), "uid must not be set in spec"); }
            if (!string.IsNullOrEmpty(map.ResourceVersion)) { errors.Forbidden(path.Child("resourceVersion"), "resourceVersion must not be set in spec"); }
        }

        if (string.IsNullOrEmpty(map.NamespaceProperty)) { errors.Required(path.Child("namespace")); }
        else { NameRules.DnsLabel(map.NamespaceProperty, false, path.Child("namespace"), errors); }
        if (string.IsNullOrEmpty(map.Name)) { errors.Required(path.Child("name")); }
        else { NameRules.DnsSubdomain(map.Name, false, path.Child("name"), errors); }
        if (string.IsNullOrEmpty(map.KubeletConfigKey)) { errors.Required(path.Child("kubeletConfigKey")); }
        else { TextRules.ConfigKey(map.KubeletConfigKey, path.Child("kubeletConfigKey"), errors); }
    }
}
