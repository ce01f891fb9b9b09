using k8s.Models;
using Orch.ApiServer.Kinds.Core.Volumes;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Storage;

/// <summary>The rules for attachments of volumes to nodes.</summary>
internal static class VolumeAttachmentRules
{
    private const int MaxMetadataBytes = 256 * 1024;
    private const int MaxMessageLength = 1024;
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>A new one; stricter, as upstream became with its version 1.</summary>
    public static void ValidateCreate(V1VolumeAttachment value, FieldErrors errors)
    {
        Validate(value, errors);
        RemoteVolumeRules.CsiDriver(value.Spec.Attacher, FieldPath.Of("spec.attacher"), errors);
        if (value.Spec.Source.PersistentVolumeName is { } name) { NameRules.DnsSubdomain(name, false, FieldPath.Of("spec.source.persistentVolumeName"), errors); }
    }

    /// <summary>What is wanted and what is reported.</summary>
    public static void Validate(V1VolumeAttachment value, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(value.Spec.Attacher)) { errors.Required(Spec.Child("attacher")); }
        Source(value.Spec.Source, Spec.Child("source"), errors);
        NameRules.DnsSubdomain(value.Spec.NodeName ?? string.Empty, false, Spec.Child("nodeName"), errors);
        if (value.Status is not { } status) { return; }
        var size = 0L;
        foreach (var (key, text) in status.AttachmentMetadata ?? new Dictionary<string, string>()) { size += TextRules.ByteLength(key) + TextRules.ByteLength(text ?? string.Empty); }
        if (size > MaxMetadataBytes) { errors.TooLong(Status.Child("attachmentMetadata"), MaxMetadataBytes); }
        Error(status.AttachError, Status.Child("attachError"), errors);
        Error(status.DetachError, Status.Child("detachError"), errors);
    }

    private static void Source(V1VolumeAttachmentSource? source, FieldPath path, FieldErrors errors)
    {
        const string One = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
        switch (source)
        {
            case null or { InlineVolumeSpec: null, PersistentVolumeName: null }: errors.Required(path, One); break;
            case { InlineVolumeSpec: not null, PersistentVolumeName: not null }: errors.Forbidden(path, One); break;
            case { PersistentVolumeName: { } name }:
                if (name.Length == 0) { errors.Required(path.Child("persistentVolumeName"), "must specify non empty persistentVolumeName"); }
                break;
            default: PersistentVolumeRules.ValidateSpec(source.InlineVolumeSpec, string.Empty, true, path.Child("inlineVolumeSpec"), errors); break;
        }
    }

    // The limit that is named is upstream's, which is not the one that is kept.
    private static void Error(V1VolumeError? error, FieldPath path, FieldErrors errors)
    {
        if (error is null) { return; }
        if (TextRules.ByteLength(error.Message ?? string.Empty) > MaxMessageLength) { errors.TooLong(path.Child("message"), MaxMetadataBytes); }
        if (error.ErrorCode < 0) { errors.Invalid(path.Child("errorCode"), error.ErrorCode, TextRules.Between(0, int.MaxValue)); }
    }
}
