using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.Cases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of volumes and claims, each case with exactly the faults that upstream finds.</summary>
public sealed class VolumeRulesTests
{
    private const string Volume = "{metadata: {name: v}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], ";
    private const string Claim = "{metadata: {name: c}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, ";
    private const string Affinity = "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: failure-domain.beta.kubernetes.io/zone, operator: In, values: [a]}]}]}}";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["volume"] = (Create<V1PersistentVolume>(Volume + "hostPath: {path: /data}}}"), ""),
        ["volume of nothing"] = (Create<V1PersistentVolume>("{metadata: {name: v}, spec: {}}"), "spec.accessModes: Required value\nspec.capacity: Required value\nspec.capacity: Unsupported value: null: supported values: \"storage\"\nspec: Required value: must specify a volume type"),
        ["volume modes"] = (Create<V1PersistentVolume>("{metadata: {name: v}, spec: {capacity: {storage: 1}, accessModes: [Sometimes, ReadWriteOncePod, ReadOnlyMany], hostPath: {path: /d}}}"),
            "spec.accessModes: Unsupported value: \"Sometimes\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"\nspec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"),
        ["volume of no size"] = (Create<V1PersistentVolume>("{metadata: {name: v}, spec: {capacity: {storage: 0}, accessModes: [ReadWriteOnce], hostPath: {path: /d}}}"), "spec.capacity[storage]: Invalid value: \"0\": must be greater than zero"),
        ["volume in two places"] = (Create<V1PersistentVolume>(Volume + "hostPath: {path: /d}, nfs: {server: s, path: /p}}}"), "spec.nfs: Forbidden: may not specify more than 1 volume type"),
        ["volume above"] = (Create<V1PersistentVolume>(Volume + "hostPath: {path: /a/../b}}}"), "spec.hostPath.path: Invalid value: \"/a/../b\": must not contain '..'"),
        ["volume recycled"] = (Create<V1PersistentVolume>(Volume + "persistentVolumeReclaimPolicy: Recycle, hostPath: {path: /}}}"), "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"),
        ["volume reclaimed"] = (Create<V1PersistentVolume>(Volume + "persistentVolumeReclaimPolicy: Sell, hostPath: {path: /d}}}"), "spec.persistentVolumeReclaimPolicy: Unsupported value: \"Sell\": supported values: \"Delete\", \"Recycle\", \"Retain\""),
        ["local volume anywhere"] = (Create<V1PersistentVolume>(Volume + "local: {path: /d}}}"), "spec.nodeAffinity: Required value: Local volume requires node affinity"),
        ["local volume"] = (Create<V1PersistentVolume>(Volume + Affinity + ", local: {path: /d}}}"), ""),
        ["volume on no node"] = (Create<V1PersistentVolume>(Volume + "nodeAffinity: {}, hostPath: {path: /d}}}"), "spec.nodeAffinity.required: Required value: must specify required node constraints"),
        ["csi volume"] = (Create<V1PersistentVolume>(Volume + "csi: {controllerExpandSecretRef: {name: s}}}}"),
            "spec.csi.driver: Required value\n"
            + "spec.csi.volumeHandle: Required value\n"
            + "spec.csi.controllerExpandSecretRef.namespace: Required value"),
        ["volume with attributes"] = (Create<V1PersistentVolume>(Volume + "volumeAttributesClassName: '', hostPath: {path: /d}}}"), "spec.volumeAttributesClassName: Required value: an empty string is disallowed\nspec.csi: Required value: has to be specified when using volumeAttributesClassName"),
        ["volume mode"] = (Create<V1PersistentVolume>(Volume + "volumeMode: Sponge, hostPath: {path: /d}}}"), "spec.volumeMode: Unsupported value: \"Sponge\": supported values: \"Block\", \"Filesystem\""),
        ["volume of gluster"] = (Create<V1PersistentVolume>(Volume + "glusterfs: {endpoints: e, path: p, endpointsNamespace: ''}}}"), "spec.glusterfs.endpointsNamespace: Invalid value: \"\": if the endpointnamespace is set, it must be a valid namespace name"),
        ["volume moved"] = (Update<V1PersistentVolume>(Volume + "hostPath: {path: /d}}}", volume => volume.Spec.HostPath.Path = "/e"), "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n- hostPath.path: \"/d\"\n+ hostPath.path: \"/e\"\n"),
        ["volume grows"] = (Update<V1PersistentVolume>(Volume + "hostPath: {path: /d}}}", volume => volume.Spec.Capacity["storage"] = new ResourceQuantity("2Gi")), ""),
        ["volume's mode changed"] = (Update<V1PersistentVolume>(Volume + "hostPath: {path: /d}}}", volume => volume.Spec.VolumeMode = "Block"), "volumeMode: Invalid value: \"Block\": field is immutable"),
        ["volume's node renamed"] = (Update<V1PersistentVolume>(Volume + Affinity + ", hostPath: {path: /d}}}", volume => volume.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Key = "topology.kubernetes.io/zone"), ""),
        ["volume's node changed"] = (() => Update<V1PersistentVolume>(Volume + Affinity + ", hostPath: {path: /d}}}", volume => volume.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Key = "other")()[..24], "nodeAffinity: Invalid va"),
        ["csi volume gets a secret"] = (Update<V1PersistentVolume>(Volume + "csi: {driver: d, volumeHandle: h}}}", volume => volume.Spec.Csi.ControllerExpandSecretRef = new V1SecretReference { Name = "s", NamespaceProperty = "n" }), ""),

        ["claim"] = (Create<V1PersistentVolumeClaim>(Claim + "}}"), ""),
        ["claim of nothing"] = (Create<V1PersistentVolumeClaim>("{metadata: {name: c}, spec: {}}"), "spec.accessModes: Required value: at least 1 access mode is required\nspec.resources[storage]: Required value"),
        ["claim of no size"] = (Create<V1PersistentVolumeClaim>("{metadata: {name: c}, spec: {accessModes: [ReadOnlyMany], resources: {requests: {storage: 0}}}}"), "spec.resources[storage]: Invalid value: \"0\": must be greater than zero"),
        ["claim class"] = (() => Create<V1PersistentVolumeClaim>(Claim + "storageClassName: A_b}}")()[..44], "spec.storageClassName: Invalid value: \"A_b\":"),
        ["claim from something"] = (Create<V1PersistentVolumeClaim>(Claim + "dataSourceRef: {kind: Thing, name: t}}}"), "spec.dataSource: Invalid value: \"Thing\": must be 'PersistentVolumeClaim' when referencing the default apiGroup\nspec.dataSourceRef: Invalid value: \"Thing\": must be 'PersistentVolumeClaim' when referencing the default apiGroup"),
        ["claim from two"] = (Create<V1PersistentVolumeClaim>(Claim + "dataSource: {kind: PersistentVolumeClaim, name: a}, dataSourceRef: {kind: PersistentVolumeClaim, name: b}}}"), "spec: Invalid value: {}: must match dataSourceRef"),
        ["claim bound"] = (Update<V1PersistentVolumeClaim>(Claim + "}}", claim => claim.Spec.VolumeName = "v"), ""),
        ["claim bound anew"] = (Update<V1PersistentVolumeClaim>(Claim + "volumeName: v}}", claim => claim.Spec.VolumeName = "w"), "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n- volumeName: \"v\"\n+ volumeName: \"w\"\n"),
        ["claim grows unbound"] = (Update<V1PersistentVolumeClaim>(Claim + "}}", claim => claim.Spec.Resources.Requests["storage"] = new ResourceQuantity("2Gi")), "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n- resources.requests: {\"storage\":\"1Gi\"}\n+ resources.requests: {\"storage\":\"2Gi\"}\n"),
        ["claim grows"] = (Bound(claim => claim.Spec.Resources.Requests["storage"] = new ResourceQuantity("2Gi")), ""),
        ["claim shrinks below what there is"] = (Bound(claim => claim.Spec.Resources.Requests["storage"] = new ResourceQuantity("512Mi")), "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"),
        ["claim's class given late"] = (Update<V1PersistentVolumeClaim>(Claim + "}}", claim => claim.Spec.StorageClassName = "fast"), ""),
        ["claim's class changed"] = (Update<V1PersistentVolumeClaim>(Claim + "storageClassName: slow}}", claim => claim.Spec.StorageClassName = "fast"), "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n- storageClassName: \"slow\"\n+ storageClassName: \"fast\"\n"),
        ["claim's attributes changed"] = (Update<V1PersistentVolumeClaim>(Claim + "volumeAttributesClassName: silver}}", claim => claim.Spec.VolumeAttributesClassName = "gold"),
            "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
            + "- volumeAttributesClassName: \"silver\"\n"
            + "+ volumeAttributesClassName: \"gold\"\n"),
        ["claim's attributes dropped"] = (Update<V1PersistentVolumeClaim>(Claim + "volumeAttributesClassName: silver}}", claim => claim.Spec.VolumeAttributesClassName = null),
            "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
            + "- volumeAttributesClassName: \"silver\"\n"
            + "+ volumeAttributesClassName: <nil>\n"),
        ["claim reports a resize"] = (Status<V1PersistentVolumeClaim>(Claim + "}}", claim => claim.Status = new V1PersistentVolumeClaimStatus { AllocatedResourceStatuses = new Dictionary<string, string> { ["storage"] = "Done", ["cpu"] = "NodeResizePending" } }),
            "status.allocatedResourceStatuses: Unsupported value: \"storage\": supported values: \"ControllerResizeInProgress\", \"ControllerResizeInfeasible\", \"NodeResizeInProgress\", \"NodeResizeInfeasible\", \"NodeResizePending\"\n"
            + "status.allocatedResourceStatuses: Unsupported value: \"cpu\": supported values: \"storage\""),

        ["class"] = (Create<V1StorageClass>("{metadata: {name: s}, provisioner: a.io/b}"), ""),
        ["class without provisioner"] = (Create<V1StorageClass>("{metadata: {name: s}, reclaimPolicy: Recycle, volumeBindingMode: Never}"), "provisioner: Required value\nreclaimPolicy: Unsupported value: \"Recycle\": supported values: \"Delete\", \"Retain\"\nvolumeBindingMode: Unsupported value: \"Never\": supported values: \"Immediate\", \"WaitForFirstConsumer\""),
        ["class topology"] = (Create<V1StorageClass>("{metadata: {name: s}, provisioner: p, allowedTopologies: [{matchLabelExpressions: [{key: z, values: [a, a]}, {key: z, values: [b]}]}, {matchLabelExpressions: [{key: y}]}, {matchLabelExpressions: [{key: y}]}]}"),
            "allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: \"a\"\nallowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: \"z\"\nallowedTopologies[1].matchLabelExpressions[0].values: Required value\nallowedTopologies[2].matchLabelExpressions[0].values: Required value\nallowedTopologies[2].matchLabelExpressions: Duplicate value: \"\""),
        ["class changed"] = (Update<V1StorageClass>("{metadata: {name: s}, provisioner: p, parameters: {a: b}}", item => { item.Provisioner = "q"; item.Parameters = null; item.ReclaimPolicy = "Retain"; item.VolumeBindingMode = "WaitForFirstConsumer"; }),
            "parameters: Forbidden: updates to parameters are forbidden.\nprovisioner: Forbidden: updates to provisioner are forbidden.\nreclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.\nvolumeBindingMode: Invalid value: \"WaitForFirstConsumer\": field is immutable"),
        ["class expands"] = (Update<V1StorageClass>("{metadata: {name: s}, provisioner: p}", item => item.AllowVolumeExpansion = true), ""),
        ["attributes of nothing"] = (Create<V1VolumeAttributesClass>("{metadata: {name: s}, driverName: d}"), "parameters: Required value: must contain at least one key/value pair"),
        ["attributes changed"] = (Update<V1VolumeAttributesClass>("{metadata: {name: s}, driverName: d, parameters: {a: b}}", item => { item.DriverName = "e"; item.Parameters["a"] = "c"; }), "driverName: Forbidden: updates to driverName are forbidden.\nparameters: Forbidden: updates to parameters are forbidden."),
        ["driver"] = (Create<V1CSIDriver>("{metadata: {name: d}, spec: {fsGroupPolicy: Some, volumeLifecycleModes: [Eternal], tokenRequests: [{audience: a, expirationSeconds: 1}, {audience: a}], nodeAllocatableUpdatePeriodSeconds: 5}}"),
            "spec.fsGroupPolicy: Unsupported value: \"Some\": supported values: \"File\", \"None\", \"ReadWriteOnceWithFSType\"\nspec.tokenRequests[0].expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes\nspec.tokenRequests[1].audience: Duplicate value: \"a\"\nspec.volumeLifecycleModes: Unsupported value: \"Eternal\": supported values: \"Persistent\", \"Ephemeral\"\nspec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 5: must be greater than or equal to 10 seconds"),
        ["driver changed"] = (Update<V1CSIDriver>("{metadata: {name: d}}", item => { item.Spec.AttachRequired = false; item.Spec.PodInfoOnMount = true; }), "spec.attachedRequired: Invalid value: false: field is immutable"),
        ["node's drivers"] = (Create<V1CSINode>("{metadata: {name: n}, spec: {drivers: [{name: d, nodeID: i, allocatable: {count: -1}, topologyKeys: [a, a]}, {name: d, nodeID: ''}]}}"),
            "spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0\nspec.drivers[0]: Duplicate value: \"a\"\nspec.drivers[1].nodeID: Required value\nspec.drivers[1].name: Duplicate value: \"d\""),
        ["node's driver counts anew"] = (Update<V1CSINode>("{metadata: {name: n}, spec: {drivers: [{name: d, nodeID: i}]}}", node => node.Spec.Drivers[0].Allocatable = new V1VolumeNodeResources { Count = 3 }), ""),
        ["node's driver changed"] = (Update<V1CSINode>("{metadata: {name: n}, spec: {drivers: [{name: d, nodeID: i}]}}", node => node.Spec.Drivers[0].NodeID = "j"), "spec.drivers: Invalid value: {\"Name\":\"d\",\"NodeID\":\"j\",\"TopologyKeys\":null,\"Allocatable\":null}: field is immutable"),
        ["capacity"] = (() => Create<V1CSIStorageCapacity>("{metadata: {name: c}, storageClassName: s, capacity: -1Gi}")(), "capacity: Invalid value: \"-1Gi\": must be greater than or equal to 0"),
        ["capacity moved"] = (Update<V1CSIStorageCapacity>("{metadata: {name: c}, storageClassName: s, capacity: 1Gi}", item => { item.StorageClassName = "t"; item.Capacity = null; }), "storageClassName: Invalid value: \"t\": field is immutable"),
        ["attachment of nothing"] = (Create<V1VolumeAttachment>("{metadata: {name: a}, spec: {attacher: d, nodeName: n, source: {}}}"), "spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName"),
        ["attachment of both"] = (Create<V1VolumeAttachment>("{metadata: {name: a}, spec: {attacher: d, nodeName: n, source: {persistentVolumeName: v, inlineVolumeSpec: {}}}}"), "spec.source: Forbidden: must specify exactly one of inlineVolumeSpec and persistentVolumeName"),
        ["attachment inline"] = (Create<V1VolumeAttachment>("{metadata: {name: a}, spec: {attacher: d, nodeName: n, source: {inlineVolumeSpec: {accessModes: [ReadWriteOnce], storageClassName: s, csi: {driver: d, volumeHandle: h}}}}}"), "spec.source.inlineVolumeSpec.storageClassName: Forbidden: may not be specified in the context of inline volumes"),
        ["attachment moved"] = (Update<V1VolumeAttachment>("{metadata: {name: a}, spec: {attacher: d, nodeName: n, source: {persistentVolumeName: v}}}", item => item.Spec.NodeName = "m"), "spec: Invalid value: {\"Attacher\":\"d\",\"Source\":{\"PersistentVolumeName\":\"v\",\"InlineVolumeSpec\":null},\"NodeName\":\"m\"}: field is immutable"),
        ["attachment failed"] = (Status<V1VolumeAttachment>("{metadata: {name: a}, spec: {attacher: d, nodeName: n, source: {persistentVolumeName: v}}}", item => item.Status = new V1VolumeAttachmentStatus { AttachError = new V1VolumeError { ErrorCode = -1, Message = new string('a', 1025) } }),
            "status.attachError.message: Too long: may not be more than 262144 bytes\nstatus.attachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive"),
        ["runtime"] = (Create<V1RuntimeClass>("{metadata: {name: r}, handler: a.b, overhead: {podFixed: {wishes: 1}}}"),
            "handler: Invalid value: \"a.b\": must not contain dots\n"
            + "overhead.limits[wishes]: Invalid value: \"wishes\": must be a standard resource type or fully qualified\n"
            + "overhead.limits[wishes]: Invalid value: \"wishes\": must be a standard resource for containers"),
        ["runtime changed"] = (Update<V1RuntimeClass>("{metadata: {name: r}, handler: a}", item => item.Handler = "b"), "handler: Invalid value: \"b\": field is immutable"),
        ["runtime for tolerant nodes"] = (Create<V1RuntimeClass>("{metadata: {name: r}, handler: a, scheduling: {tolerations: [{key: a, operator: Exists}, {key: a, operator: Exists}]}}"), "scheduling.tolerations[1]: Duplicate value: {\"Key\":\"a\",\"Operator\":\"Exists\",\"Value\":\"\",\"Effect\":\"\",\"TolerationSeconds\":null}"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults().ReplaceLineEndings("\n"));

    [Fact]
    public void Claim_OldSource_IsShownInTheNewFieldToo()
    {
        var claim = Declared.Created<V1PersistentVolumeClaim>(Claim + "dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: s}}}");
        Assert.Equal(("VolumeSnapshot", "s"), (claim.Spec.DataSourceRef.Kind, claim.Spec.DataSourceRef.Name));
    }

    [Fact]
    public void Claim_SourceThatTheOldFieldNeverTook_IsDropped()
    {
        var claim = Declared.Created<V1PersistentVolumeClaim>(Claim + "dataSource: {apiGroup: a.io, kind: Thing, name: t}}}");
        Assert.Null(claim.Spec.DataSource);
        Assert.Null(claim.Spec.DataSourceRef);
    }

    [Fact]
    public void Volume_PhaseChanges_IsStampedWithTheTime()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Resources.ResourceDeclaration declaration = new ApiServer.Kinds.Core.Volumes.PersistentVolumeDeclaration(time);
        var old = Declared.FromYaml<V1PersistentVolume>(Volume + "hostPath: {path: /d}}}");
        declaration.Default(old);
        declaration.PrepareForCreate(old);
        Assert.Equal(("Pending", time.GetUtcNow().UtcDateTime), (old.Status.Phase, old.Status.LastPhaseTransitionTime));

        time.Advance(TimeSpan.FromMinutes(1));
        var value = Serialization.ApiJson.DeepCopy(old);
        value.Status.Phase = "Bound";
        declaration.PrepareForStatusUpdate(value, old);
        Assert.Equal(time.GetUtcNow().UtcDateTime, value.Status.LastPhaseTransitionTime);
    }

    private static Func<string> Bound(Action<V1PersistentVolumeClaim> change) => UpdateWith<V1PersistentVolumeClaim>(
        Claim + "volumeName: v}}", claim => claim.Status = new V1PersistentVolumeClaimStatus { Phase = "Bound", Capacity = new Dictionary<string, ResourceQuantity> { ["storage"] = new("1Gi") } }, change);
}
