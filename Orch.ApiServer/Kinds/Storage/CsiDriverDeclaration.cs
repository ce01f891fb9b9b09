using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Storage;

/// <summary>storage.k8s.io/v1 CSIDriver.</summary>
internal sealed class CsiDriverDeclaration() : ResourceDeclaration<V1CSIDriver>("csidrivers", ResourceScope.Cluster)
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");

    public override bool AllowsUnconditionalUpdate => false;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("AttachRequired", "boolean", static item => item.Spec?.AttachRequired ?? true, description: "attachRequired indicates this CSI volume driver requires an attach operation (because it implements the CSI ControllerPublishVolume() method), and that the Kubernetes attach detach controller should call the attach volume interface which checks the volumeattachment status and waits until the volume is attached before proceeding to mounting. The CSI external-attacher coordinates with CSI volume driver and updates the volumeattachment status when the attach operation is complete. If the value is specified to false, the attach operation will be skipped. Otherwise the attach operation will be called.\n\nThis field is immutable."),
        Column("PodInfoOnMount", "boolean", static item => item.Spec?.PodInfoOnMount ?? false, description: "podInfoOnMount indicates this CSI volume driver requires additional pod information (like podName, podUID, etc.) during mount operations, if set to true. If set to false, pod information will not be passed on mount. Default is false."),
        Column("StorageCapacity", "boolean", static item => item.Spec?.StorageCapacity ?? false, description: "storageCapacity indicates that the CSI volume driver wants pod scheduling to consider the storage capacity that the driver deployment will report by creating CSIStorageCapacity objects with capacity information, if set to true."),
        Column("TokenRequests", "string", static item => item.Spec?.TokenRequests is { } requests ? string.Join(',', requests.Select(static request => request.Audience)) : Printing.Unset, description: "tokenRequests indicates the CSI driver needs pods' service account tokens it is mounting volume for to do necessary authentication. Kubelet will pass the tokens in VolumeContext in the CSI NodePublishVolume calls."),
        Column("RequiresRepublish", "boolean", static item => item.Spec?.RequiresRepublish ?? false, description: "requiresRepublish indicates the CSI driver wants `NodePublishVolume` being periodically called to reflect any possible change in the mounted volume. This field defaults to false."),
        Column("Modes", "string", static item => item.Spec?.VolumeLifecycleModes is { Count: > 0 } modes ? string.Join(',', modes) : Printing.None, description: "volumeLifecycleModes defines what kind of volumes this CSI volume driver supports. The default if the list is empty is \"Persistent\", which is the usage defined by the CSI specification and implemented in Kubernetes via the usual PV/PVC mechanism."),
        PrinterColumns.Age,
    ];

    protected override void Default(V1CSIDriver value)
    {
        var spec = value.Spec ??= new V1CSIDriverSpec();
        spec.AttachRequired ??= true;
        spec.PodInfoOnMount ??= false;
        spec.StorageCapacity ??= false;
        spec.FsGroupPolicy ??= "ReadWriteOnceWithFSType";
        if (spec.VolumeLifecycleModes is not { Count: > 0 }) { spec.VolumeLifecycleModes = ["Persistent"]; }
        spec.RequiresRepublish ??= false;
        spec.SeLinuxMount ??= false;
    }

    protected override void PrepareForUpdate(V1CSIDriver value, V1CSIDriver old) => value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);

    protected override void Validate(V1CSIDriver value, FieldErrors errors)
    {
        var spec = value.Spec;
        if (spec.FsGroupPolicy is not ("ReadWriteOnceWithFSType" or "File" or "None")) { errors.NotSupported(Spec.Child("fsGroupPolicy"), spec.FsGroupPolicy, "File", "None", "ReadWriteOnceWithFSType"); }
        Tokens(spec.TokenRequests, Spec.Child("tokenRequests"), errors);
        foreach (var mode in spec.VolumeLifecycleModes ?? [])
        {
            if (mode is not ("Persistent" or "Ephemeral")) { errors.NotSupported(Spec.Child("volumeLifecycleModes"), mode, "Persistent", "Ephemeral"); }
        }

        if (spec.NodeAllocatableUpdatePeriodSeconds < 10) { errors.Invalid(Spec.Child("nodeAllocatableUpdatePeriodSeconds"), spec.NodeAllocatableUpdatePeriodSeconds, "must be greater than or equal to 10 seconds"); }
        if (spec.ServiceAccountTokenInSecrets is not null && spec.TokenRequests is not { Count: > 0 })
        {
            errors.Invalid(Spec.Child("serviceAccountTokenInSecrets"), spec.ServiceAccountTokenInSecrets, "serviceAccountTokenInSecrets is not allowed when tokenRequests is empty");
        }
    }

    protected override void ValidateUpdate(V1CSIDriver value, V1CSIDriver old, FieldErrors errors)
    {
        Validate(value, errors);

        // The name of the first path is upstream's.
        ImmutableRule.Check(value.Spec.AttachRequired, old.Spec.AttachRequired, Spec.Child("attachedRequired"), errors);
        ImmutableRule.Check(value.Spec.VolumeLifecycleModes, old.Spec.VolumeLifecycleModes, Spec.Child("volumeLifecycleModes"), errors);
    }

    private static void Tokens(IList<Storagev1TokenRequest>? requests, FieldPath path, FieldErrors errors)
    {
        var audiences = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < (requests?.Count ?? 0); index++)
        {
            var (request, at) = (requests![index], path.Index(index));
            if (!audiences.Add(request.Audience ?? string.Empty)) { errors.Duplicate(at.Child("audience"), request.Audience ?? string.Empty); }
            else if (request.ExpirationSeconds < 600) { errors.Invalid(at.Child("expirationSeconds"), request.ExpirationSeconds, "may not specify a duration less than 10 minutes"); }
            else if (request.ExpirationSeconds > 1L << 32) { errors.Invalid(at.Child("expirationSeconds"), request.ExpirationSeconds, "may not specify a duration larger than 2^32 seconds"); }
        }
    }
}
