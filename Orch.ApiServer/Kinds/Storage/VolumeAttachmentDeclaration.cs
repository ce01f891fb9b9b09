using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Storage;

/// <summary>storage.k8s.io/v1 VolumeAttachment.</summary>
internal sealed class VolumeAttachmentDeclaration() : ResourceDeclaration<V1VolumeAttachment>("volumeattachments", ResourceScope.Cluster)
{
    public override bool HasStatus => true;

    public override bool AllowsUnconditionalUpdate => false;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Attacher", "string", static item => item.Spec?.Attacher ?? string.Empty, description: "attacher indicates the name of the volume driver that MUST handle this request. This is the name returned by GetPluginName().") with { Format = "name" },
        Column("PV", "string", static item => item.Spec?.Source?.PersistentVolumeName ?? string.Empty, description: "persistentVolumeName represents the name of the persistent volume to attach."),
        Column("Node", "string", static item => item.Spec?.NodeName ?? string.Empty, description: "nodeName represents the node that the volume should be attached to."),
        Column("Attached", "boolean", static item => item.Status?.Attached ?? false, description: "attached indicates the volume is successfully attached. This field must only be set by the entity completing the attach operation, i.e. the external-attacher."),
        PrinterColumns.Age,
    ];

    protected override void Default(V1VolumeAttachment value)
    {
        value.Spec ??= new V1VolumeAttachmentSpec();
        value.Spec.Source ??= new V1VolumeAttachmentSource();
        if (value.Spec.Source.InlineVolumeSpec is { } spec) { Core.Volumes.PersistentVolumeSourceDefaults.Apply(spec); }
    }

    protected override void PrepareForCreate(V1VolumeAttachment value) => value.Status = new V1VolumeAttachmentStatus();

    protected override void PrepareForUpdate(V1VolumeAttachment value, V1VolumeAttachment old) => value.Status = old.Status;

    // What else upstream would let through here are its metadata, which stay.
    protected override void PrepareForStatusUpdate(V1VolumeAttachment value, V1VolumeAttachment old)
    {
        value.Spec = old.Spec;
        value.Metadata = old.Metadata with { ResourceVersion = value.Metadata.ResourceVersion };
    }

    protected override void Validate(V1VolumeAttachment value, FieldErrors errors) => VolumeAttachmentRules.ValidateCreate(value, errors);

    protected override void ValidateUpdate(V1VolumeAttachment value, V1VolumeAttachment old, FieldErrors errors)
    {
        VolumeAttachmentRules.Validate(value, errors);
        ImmutableRule.Check(value.Spec, old.Spec, FieldPath.Of("spec"), errors);
    }

    protected override void ValidateStatusUpdate(V1VolumeAttachment value, V1VolumeAttachment old, FieldErrors errors) => VolumeAttachmentRules.Validate(value, errors);
}
