using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.Cases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules for where persistent volumes keep their data, for claims, and for the storage group.</summary>
public sealed class VolumeSourceRulesTests
{
    private const string LongName = "a123456789a123456789a123456789a123456789a123456789a123456789abcd";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["second source"] = (Volume("hostPath: {path: /a}, gcePersistentDisk: {pdName: p}, awsElasticBlockStore: {volumeID: v}, glusterfs: {endpoints: e, path: p}, flocker: {datasetName: d}, nfs: {server: s, path: /p}, rbd: {image: i, monitors: [m]}, quobyte: {registry: 'a:1', volume: v}, cephfs: {monitors: [m]}, iscsi: {targetPortal: t, iqn: 'iqn.2000-01.a:b'}, cinder: {volumeID: v}, fc: {wwids: [a]}, flexVolume: {driver: d}, azureFile: {secretName: s, shareName: s}, vsphereVolume: {volumePath: p}, photonPersistentDisk: {pdID: p}, portworxVolume: {volumeID: v}, azureDisk: {diskName: d, diskURI: 'https://a'}, scaleIO: {gateway: g, system: s, volumeName: v}, local: {path: /a}, storageos: {volumeName: v}, csi: {driver: d, volumeHandle: h}"), 
            "spec.gcePersistentDisk: Forbidden: may not specify more than 1 volume type\n"
            + "spec.awsElasticBlockStore: Forbidden: may not specify more than 1 volume type\n"
            + "spec.glusterfs: Forbidden: may not specify more than 1 volume type\n"
            + "spec.flocker: Forbidden: may not specify more than 1 volume type\n"
            + "spec.nfs: Forbidden: may not specify more than 1 volume type\n"
            + "spec.rbd: Forbidden: may not specify more than 1 volume type\n"
            + "spec.quobyte: Forbidden: may not specify more than 1 volume type\n"
            + "spec.cephFS: Forbidden: may not specify more than 1 volume type\n"
            + "spec.iscsi: Forbidden: may not specify more than 1 volume type\n"
            + "spec.cinder: Forbidden: may not specify more than 1 volume type\n"
            + "spec.fc: Forbidden: may not specify more than 1 volume type\n"
            + "spec.azureFile: Forbidden: may not specify more than 1 volume type\n"
            + "spec.vsphereVolume: Forbidden: may not specify more than 1 volume type\n"
            + "spec.photonPersistentDisk: Forbidden: may not specify more than 1 volume type\n"
            + "spec.portworxVolume: Forbidden: may not specify more than 1 volume type\n"
            + "spec.azureDisk: Forbidden: may not specify more than 1 volume type\n"
            + "spec.scaleIO: Forbidden: may not specify more than 1 volume type\n"
            + "spec.local: Forbidden: may not specify more than 1 volume type\n"
            + "spec.storageos: Forbidden: may not specify more than 1 volume type\n"
            + "spec.csi: Forbidden: may not specify more than 1 volume type"),
        ["no source"] = (Volume("persistentVolumeReclaimPolicy: Odd, volumeMode: Odd"), 
            "spec.persistentVolumeReclaimPolicy: Unsupported value: \"Odd\": supported values: \"Delete\", \"Recycle\", \"Retain\"\n"
            + "spec: Required value: must specify a volume type\n"
            + "spec.volumeMode: Unsupported value: \"Odd\": supported values: \"Block\", \"Filesystem\""),
        ["google"] = (Volume("gcePersistentDisk: {partition: 256}"), "spec.persistentDisk.pdName: Required value\nspec.persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive"),
        ["amazon"] = (Volume("awsElasticBlockStore: {partition: -1}"), "spec.awsElasticBlockStore.volumeID: Required value\nspec.awsElasticBlockStore.partition: Invalid value: -1: must be between 1 and 255, inclusive"),
        ["gluster"] = (Volume("glusterfs: {endpointsNamespace: ''}"), 
            "spec.glusterfs.endpoints: Required value\n"
            + "spec.glusterfs.path: Required value\n"
            + "spec.glusterfs.endpointsNamespace: Invalid value: \"\": if the endpointnamespace is set, it must be a valid namespace name"),
        ["gluster's namespace"] = (Volume("glusterfs: {endpoints: e, path: p, endpointsNamespace: A}"), "spec.glusterfs.endpointsNamespace: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        ["flocker"] = (Volume("flocker: {}"), "spec.flocker: Required value: one of datasetName and datasetUUID is required"),
        ["nfs"] = (Volume("nfs: {}"), 
            "spec.nfs.server: Required value\n"
            + "spec.nfs.path: Required value\n"
            + "spec.nfs.path: Invalid value: \"\": must be an absolute path"),
        ["rbd"] = (Volume("rbd: {}"), "spec.rbd.monitors: Required value\nspec.rbd.image: Required value"),
        ["quobyte"] = (Volume("quobyte: {}"), "spec.quobyte.registry: Required value: must be a host:port pair or multiple pairs separated by commas\nspec.quobyte.volume: Required value"),
        ["ceph"] = (Volume("cephfs: {}"), "spec.cephfs.monitors: Required value"),
        ["iscsi"] = (Volume("iscsi: {lun: 256, chapAuthDiscovery: true}"), 
            "spec.iscsi.targetPortal: Required value\n"
            + "spec.iscsi.iqn: Required value\n"
            + "spec.iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive\n"
            + "spec.iscsi.secretRef: Required value"),
        ["iscsi's session"] = (Volume("iscsi: {targetPortal: t, iqn: x, lun: -1, chapAuthSession: true}"),
            "spec.iscsi.iqn: Invalid value: \"x\": must be valid format\n"
            + "spec.iscsi.lun: Invalid value: -1: must be between 0 and 255, inclusive\n"
            + "spec.iscsi.secretRef: Required value"),
        ["iscsi's secret and initiator"] = (Volume("iscsi: {targetPortal: t, iqn: 'iqn.2000-01.a:b', lun: 0, secretRef: {}, initiatorName: x}"),
            "spec.iscsi.secretRef.name: Required value\n"
            + "spec.iscsi.initiatorname: Invalid value: \"x\": must be valid format"),
        ["iscsi of a long portal"] = (Volume($"iscsi: {{targetPortal: {LongName[..63]}, iqn: 'iqn.2000-01.a:b', lun: 0, initiatorName: 'iqn.2000-01.b:c'}}"), "spec.iscsi.targetportal: Invalid value: \"a123456789a123456789a123456789a123456789a123456789a123456789abc\": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified."),
        ["iscsi of the longest portal"] = (Volume($"iscsi: {{targetPortal: {LongName[..62]}, iqn: 'iqn.2000-01.a:b', lun: 0, initiatorName: 'iqn.2000-01.b:c'}}"), ""),
        ["cinder"] = (Volume("cinder: {secretRef: {}}"), 
            "spec.cinder.volumeID: Required value\n"
            + "spec.cinder.secretRef.name: Required value\n"
            + "spec.cinder.secretRef.namespace: Required value"),
        ["fibre channel"] = (Volume("fc: {}"), "spec.fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both"),
        ["flex"] = (Volume("flexVolume: {options: {k8s.io/a: b}}"), "spec.flexVolume.driver: Required value\nspec.flexVolume.options[k8s.io/a]: Invalid value: \"k8s.io/a\": kubernetes.io and k8s.io namespaces are reserved"),
        ["azure file"] = (Volume("azureFile: {secretNamespace: ''}"), 
            "spec.azureFile.secretName: Required value\n"
            + "spec.azureFile.shareName: Required value\n"
            + "spec.azureFile.secretNamespace: Required value"),
        ["vsphere"] = (Volume("vsphereVolume: {}"), "spec.vsphereVolume.volumePath: Required value"),
        ["photon"] = (Volume("photonPersistentDisk: {}"), "spec.photonPersistentDisk.pdID: Required value"),
        ["portworx"] = (Volume("portworxVolume: {}"), "spec.portworxVolume.volumeID: Required value"),
        ["azure disk"] = (Volume("azureDisk: {}"), 
            "spec.azureDisk.diskName: Required value\n"
            + "spec.azureDisk.diskURI: Required value\n"
            + "spec.azureDisk.diskURI: Unsupported value: \"\": supported values: \"https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd\""),
        ["scale io"] = (Volume("scaleIO: {}"), 
            "spec.scaleIO.gateway: Required value\n"
            + "spec.scaleIO.system: Required value\n"
            + "spec.scaleIO.volumeName: Required value"),
        ["local"] = (Volume("local: {}"), "spec.local.path: Required value\nspec.nodeAffinity: Required value: Local volume requires node affinity"),
        ["local upwards"] = (Volume("local: {path: ../a}, nodeAffinity: {}"), "spec.nodeAffinity.required: Required value: must specify required node constraints\nspec.local.path: Invalid value: \"../a\": must not contain '..'"),
        ["local to nodes"] = (Volume("local: {path: /a}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: ['-']}]}]}}"), "spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values[0]: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["storage os"] = (Volume("storageos: {secretRef: {}}"), 
            "spec.storageos.volumeName: Required value\n"
            + "spec.storageos.secretRef.name: Required value\n"
            + "spec.storageos.secretRef.namespace: Required value"),
        ["storage os's names"] = (Volume("storageos: {volumeName: A, volumeNamespace: B}"), "spec.storageos.volumeName: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\nspec.storageos.volumeNamespace: Invalid value: \"B\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        ["csi"] = (Volume("csi: {controllerPublishSecretRef: {}, controllerExpandSecretRef: {name: A, namespace: B}, nodePublishSecretRef: {name: a}, nodeExpandSecretRef: {namespace: b}, nodeStageSecretRef: {}}"),
            "spec.csi.driver: Required value\n"
            + "spec.csi.volumeHandle: Required value\n"
            + "spec.csi.controllerPublishSecretRef.name: Required value\n"
            + "spec.csi.controllerPublishSecretRef.namespace: Required value\n"
            + "spec.csi.controllerExpandSecretRef.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.csi.controllerExpandSecretRef.namespace: Invalid value: \"B\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "spec.csi.nodePublishSecretRef.namespace: Required value\n"
            + "spec.csi.nodeExpandSecretRef.name: Required value"),
        ["host's root recycled"] = (Volume("hostPath: {path: /}, persistentVolumeReclaimPolicy: Recycle"), "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"),
        ["host's directory recycled"] = (Volume("hostPath: {path: /a}, persistentVolumeReclaimPolicy: Recycle"), ""),
        ["class"] = (Volume("hostPath: {path: /a}, storageClassName: A"), "spec.storageClassName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["attributes' class"] = (Volume("hostPath: {path: /a}, volumeAttributesClassName: A"), "spec.volumeAttributesClassName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\nspec.csi: Required value: has to be specified when using volumeAttributesClassName"),
        ["attributes' class of no name"] = (Volume("csi: {driver: d, volumeHandle: h}, volumeAttributesClassName: ''"), "spec.volumeAttributesClassName: Required value: an empty string is disallowed"),
        ["capacity of nothing"] = (Create<V1PersistentVolume>("{metadata: {name: v}, spec: {hostPath: {path: /a}}}"), 
            "spec.accessModes: Required value\n"
            + "spec.capacity: Required value\n"
            + "spec.capacity: Unsupported value: null: supported values: \"storage\""),
        ["capacity of other things"] = (Create<V1PersistentVolume>("{metadata: {name: v}, spec: {accessModes: [ReadWriteOnce, ReadWriteOncePod, Odd], capacity: {cpu: 1, storage: 0}, hostPath: {path: /a}}}"), 
            "spec.accessModes: Unsupported value: \"Odd\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"\n"
            + "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes\n"
            + "spec.capacity: Unsupported value: {\"cpu\":\"1\",\"storage\":\"0\"}: supported values: \"storage\"\n"
            + "spec.capacity[storage]: Invalid value: \"0\": must be greater than zero"),
        ["capacity negative"] = (Create<V1PersistentVolume>("{metadata: {name: v}, spec: {accessModes: [ReadWriteOnce], capacity: {storage: -1}, hostPath: {path: /a}}}"), "spec.capacity[storage]: Invalid value: -1: must be a valid resource quantity\nspec.capacity[storage]: Invalid value: \"-1\": must be greater than zero"),
        ["source changed"] = (Update<V1PersistentVolume>(Whole("hostPath: {path: /a}"), item => item.Spec.HostPath.Path = "/b"), 
            "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n"
            + "- hostPath.path: \"/a\"\n"
            + "+ hostPath.path: \"/b\"\n"),
        ["source's expanding secret added"] = (Update<V1PersistentVolume>(Whole("csi: {driver: d, volumeHandle: h}"), item => item.Spec.Csi.ControllerExpandSecretRef = new V1SecretReference { Name = "a", NamespaceProperty = "b" }), ""),
        ["source's expanding secret changed"] = (Update<V1PersistentVolume>(Whole("csi: {driver: d, volumeHandle: h, controllerExpandSecretRef: {name: a, namespace: b}}"), item => item.Spec.Csi.ControllerExpandSecretRef.Name = "c"), 
            "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n"
            + "- csi.controllerExpandSecretRef.name: \"a\"\n"
            + "+ csi.controllerExpandSecretRef.name: \"c\"\n"),
        ["mode changed"] = (Update<V1PersistentVolume>(Whole("hostPath: {path: /a}"), item => item.Spec.VolumeMode = "Block"), "volumeMode: Invalid value: \"Block\": field is immutable"),
        ["affinity changed"] = (Update<V1PersistentVolume>(Whole("hostPath: {path: /a}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}]}]}}"), item => item.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Key = "b"), "nodeAffinity: Invalid value: {\"Required\":{\"NodeSelectorTerms\":[{\"MatchExpressions\":[{\"Key\":\"b\",\"Operator\":\"Exists\",\"Values\":null}],\"MatchFields\":null}]}}: field is immutable, except for updating from beta label to GA"),
        ["affinity given"] = (Update<V1PersistentVolume>(Whole("hostPath: {path: /a}"), item => item.Spec.NodeAffinity = new V1VolumeNodeAffinity { Required = new V1NodeSelector { NodeSelectorTerms = [new V1NodeSelectorTerm()] } }), ""),
        ["affinity renamed"] = (Update<V1PersistentVolume>(Whole("hostPath: {path: /a}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: beta.kubernetes.io/os, operator: Exists}]}]}}"), item => item.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Key = "kubernetes.io/os"), ""),
        ["affinity renamed wrongly"] = (Update<V1PersistentVolume>(Whole("hostPath: {path: /a}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: beta.kubernetes.io/os, operator: Exists}]}]}}"), item => item.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Key = "kubernetes.io/arch"), "nodeAffinity: Invalid value: {\"Required\":{\"NodeSelectorTerms\":[{\"MatchExpressions\":[{\"Key\":\"kubernetes.io/arch\",\"Operator\":\"Exists\",\"Values\":null}],\"MatchFields\":null}]}}: field is immutable, except for updating from beta label to GA"),
        ["attributes' class dropped"] = (Update<V1PersistentVolume>(Whole("csi: {driver: d, volumeHandle: h}, volumeAttributesClassName: a"), item => item.Spec.VolumeAttributesClassName = null), "spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden"),

        ["claim of nothing"] = (Create<V1PersistentVolumeClaim>("{metadata: {name: c}, spec: {}}"), "spec.accessModes: Required value: at least 1 access mode is required\nspec.resources[storage]: Required value"),
        ["claim without a specification"] = (Create<V1PersistentVolumeClaim>("{metadata: {name: c}}"), "spec.accessModes: Required value: at least 1 access mode is required\nspec.resources[storage]: Required value"),
        ["claim of every fault"] = (Create<V1PersistentVolumeClaim>("{metadata: {name: c}, spec: {accessModes: [Odd], selector: {matchLabels: {a: '-'}}, resources: {requests: {storage: 0}}, storageClassName: A, volumeMode: Odd, volumeAttributesClassName: B, dataSource: {}, dataSourceRef: {apiGroup: A, namespace: B}}}"), 
            "spec.selector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "spec.accessModes: Unsupported value: \"Odd\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"\n"
            + "spec.resources[storage]: Invalid value: \"0\": must be greater than zero\n"
            + "spec.storageClassName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.volumeMode: Unsupported value: \"Odd\": supported values: \"Block\", \"Filesystem\"\n"
            + "spec.dataSource.name: Required value\n"
            + "spec.dataSource.kind: Required value\n"
            + "spec.dataSource.apiGroup: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.dataSourceRef.name: Required value\n"
            + "spec.dataSourceRef.kind: Required value\n"
            + "spec.dataSourceRef.apiGroup: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.volumeAttributesClassName: Invalid value: \"B\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["claim's two sources"] = (Create<V1PersistentVolumeClaim>("{metadata: {name: c}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}, dataSource: {kind: PersistentVolumeClaim, name: a}, dataSourceRef: {kind: PersistentVolumeClaim, name: b}}}"), "spec: Invalid value: {}: must match dataSourceRef"),
        ["claim grown while unbound"] = (Update<V1PersistentVolumeClaim>(Claim, item => item.Spec.Resources.Requests["storage"] = new ResourceQuantity("2Gi")), 
            "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
            + "- resources.requests: {\"storage\":\"1Gi\"}\n"
            + "+ resources.requests: {\"storage\":\"2Gi\"}\n"),
        ["claim grown"] = (UpdateWith<V1PersistentVolumeClaim>(Claim, item => item.Status = new V1PersistentVolumeClaimStatus { Phase = "Bound" }, item => item.Spec.Resources.Requests["storage"] = new ResourceQuantity("2Gi")), ""),
        ["claim shrunk"] = (UpdateWith<V1PersistentVolumeClaim>(Claim, item => item.Status = new V1PersistentVolumeClaimStatus { Phase = "Bound" }, item => item.Spec.Resources.Requests["storage"] = new ResourceQuantity("1Mi")), ""),
        ["claim's mode changed"] = (Update<V1PersistentVolumeClaim>(Claim, item => item.Spec.VolumeMode = "Block"), 
            "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
            + "- volumeMode: \"Filesystem\"\n"
            + "+ volumeMode: \"Block\"\n"
            + "\n"
            + "volumeMode: Invalid value: \"Block\": field is immutable"),
        ["claim's class given"] = (Update<V1PersistentVolumeClaim>(Claim, item => item.Spec.StorageClassName = "a"), ""),
        ["claim's class changed"] = (Update<V1PersistentVolumeClaim>(Claim.Replace("spec: {", "spec: {storageClassName: a, ", StringComparison.Ordinal), item => item.Spec.StorageClassName = "b"), 
            "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
            + "- storageClassName: \"a\"\n"
            + "+ storageClassName: \"b\"\n"),
        ["claim's class moved from the annotation"] = (Update<V1PersistentVolumeClaim>(Claim.Replace("name: c", "name: c, annotations: {volume.beta.kubernetes.io/storage-class: a}", StringComparison.Ordinal), item => (item.Spec.StorageClassName, item.Metadata.Annotations) = ("a", null)), ""),
        ["claim's annotated class changed"] = (Update<V1PersistentVolumeClaim>(Claim.Replace("name: c", "name: c, annotations: {volume.beta.kubernetes.io/storage-class: a}", StringComparison.Ordinal), item => item.Metadata.Annotations["volume.beta.kubernetes.io/storage-class"] = "b"), "metadata.annotations.volume.beta.kubernetes.io/storage-class: Invalid value: \"b\": field is immutable"),
        ["claim's attributes' class emptied"] = (Update<V1PersistentVolumeClaim>(Claim.Replace("spec: {", "spec: {volumeAttributesClassName: a, ", StringComparison.Ordinal), item => item.Spec.VolumeAttributesClassName = ""),
            "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
            + "- volumeAttributesClassName: \"a\"\n"
            + "+ volumeAttributesClassName: \"\"\n"),
        ["claim's attributes' class dropped"] = (Update<V1PersistentVolumeClaim>(Claim.Replace("spec: {", "spec: {volumeAttributesClassName: a, ", StringComparison.Ordinal), item => item.Spec.VolumeAttributesClassName = null),
            "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
            + "- volumeAttributesClassName: \"a\"\n"
            + "+ volumeAttributesClassName: <nil>\n"),
        ["claim's status"] = (Status<V1PersistentVolumeClaim>(Claim, item => item.Status = new V1PersistentVolumeClaimStatus
        {
            Capacity = Amounts(("storage", "-1")),
            AllocatedResources = Amounts(("storage", "-1"), ("cpu", "1"), ("a b", "1"), ("x.y/z", "-2")),
            AllocatedResourceStatuses = new Dictionary<string, string> { ["storage"] = "Odd", ["cpu"] = "NodeResizePending" },
        }),
            "status.capacity[storage]: Invalid value: -1: must be a valid resource quantity\n"
            + "status.allocatedResourceStatuses: Unsupported value: \"storage\": supported values: \"ControllerResizeInProgress\", \"ControllerResizeInfeasible\", \"NodeResizeInProgress\", \"NodeResizeInfeasible\", \"NodeResizePending\"\n"
            + "status.allocatedResourceStatuses: Unsupported value: \"cpu\": supported values: \"storage\"\n"
            + "status.allocatedResources[storage]: Invalid value: -1: must be a valid resource quantity\n"
            + "status.allocatedResources: Unsupported value: \"cpu\": supported values: \"storage\"\n"
            + "status.allocatedResources: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "status.allocatedResources[x.y/z]: Invalid value: -2: must be a valid resource quantity"),

        ["attachment of nothing"] = (Create<V1VolumeAttachment>("{metadata: {name: a}}"),
            "spec.attacher: Required value\n"
            + "spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName\n"
            + "spec.nodeName: Invalid value: \"\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.attacher: Required value"),
        ["attachment of both"] = (Create<V1VolumeAttachment>("{metadata: {name: a}, spec: {attacher: A_b, nodeName: n, source: {persistentVolumeName: v, inlineVolumeSpec: {}}}}"), "spec.source: Forbidden: must specify exactly one of inlineVolumeSpec and persistentVolumeName\nspec.attacher: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["attachment of an empty name"] = (Create<V1VolumeAttachment>("{metadata: {name: a}, spec: {attacher: a, nodeName: n, source: {persistentVolumeName: ''}}}"), "spec.source.persistentVolumeName: Required value: must specify non empty persistentVolumeName\nspec.source.persistentVolumeName: Invalid value: \"\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["attachment inline"] = (Create<V1VolumeAttachment>("{metadata: {name: a}, spec: {attacher: a, nodeName: n, source: {inlineVolumeSpec: {claimRef: {}, capacity: {storage: 1}, persistentVolumeReclaimPolicy: Delete, nodeAffinity: {}, storageClassName: a, volumeMode: Block, volumeAttributesClassName: b}}}}"), 
            "spec.source.inlineVolumeSpec.claimRef: Forbidden: may not be specified in the context of inline volumes\n"
            + "spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes\n"
            + "spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes\n"
            + "spec.source.inlineVolumeSpec.accessModes: Required value\n"
            + "spec.source.inlineVolumeSpec.persistentVolumeReclaimPolicy: Forbidden: may only be Retain in the context of inline volumes\n"
            + "spec.source.inlineVolumeSpec.nodeAffinity: Forbidden: may not be specified in the context of inline volumes\n"
            + "spec.source.inlineVolumeSpec: Required value: must specify a volume type\n"
            + "spec.source.inlineVolumeSpec.storageClassName: Forbidden: may not be specified in the context of inline volumes\n"
            + "spec.source.inlineVolumeSpec.volumeMode: Forbidden: may not specify volumeMode other than Filesystem in the context of inline volumes"),
        ["attachment changed"] = (Update<V1VolumeAttachment>("{metadata: {name: a}, spec: {attacher: a, nodeName: n, source: {persistentVolumeName: v}}}", item => item.Spec.NodeName = "m"), "spec: Invalid value: {\"Attacher\":\"a\",\"Source\":{\"PersistentVolumeName\":\"v\",\"InlineVolumeSpec\":null},\"NodeName\":\"m\"}: field is immutable"),
        ["attachment's status"] = (Status<V1VolumeAttachment>("{metadata: {name: a}, spec: {attacher: a, nodeName: n, source: {persistentVolumeName: v}}}", item => item.Status = new V1VolumeAttachmentStatus { Attached = true, AttachError = new V1VolumeError { Message = new string('x', 1025), ErrorCode = -1 }, DetachError = new V1VolumeError { Message = new string('x', 1025) }, AttachmentMetadata = new Dictionary<string, string> { ["a"] = new('x', 256 * 1024), [""] = "b" } }), 
            "status.attachmentMetadata: Too long: may not be more than 262144 bytes\n"
            + "status.attachError.message: Too long: may not be more than 262144 bytes\n"
            + "status.attachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive\n"
            + "status.detachError.message: Too long: may not be more than 262144 bytes"),

        ["driver's tokens"] = (Create<V1CSIDriver>("{metadata: {name: d}, spec: {fsGroupPolicy: Odd, volumeLifecycleModes: [Odd], tokenRequests: [{audience: a, expirationSeconds: 1}, {audience: a}, {audience: d, expirationSeconds: 4294967297}, {audience: b, expirationSeconds: 4294967296}, {audience: c, expirationSeconds: 600}]}}"), 
            "spec.fsGroupPolicy: Unsupported value: \"Odd\": supported values: \"File\", \"None\", \"ReadWriteOnceWithFSType\"\n"
            + "spec.tokenRequests[0].expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes\n"
            + "spec.tokenRequests[1].audience: Duplicate value: \"a\"\n"
            + "spec.tokenRequests[2].expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds\n"
            + "spec.volumeLifecycleModes: Unsupported value: \"Odd\": supported values: \"Persistent\", \"Ephemeral\""),
        ["driver's tokens in secrets without any"] = (Create<V1CSIDriver>("{metadata: {name: d}, spec: {serviceAccountTokenInSecrets: true}}"), "spec.serviceAccountTokenInSecrets: Invalid value: true: serviceAccountTokenInSecrets is not allowed when tokenRequests is empty"),
        ["driver's time between updates"] = (Create<V1CSIDriver>("{metadata: {name: d}, spec: {nodeAllocatableUpdatePeriodSeconds: 9}}"), "spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds"),
        ["driver changed"] = (Update<V1CSIDriver>("{metadata: {name: d}, spec: {}}", item => (item.Spec.AttachRequired, item.Spec.FsGroupPolicy, item.Spec.VolumeLifecycleModes) = (false, "None", ["Ephemeral"])), "spec.attachedRequired: Invalid value: false: field is immutable\nspec.volumeLifecycleModes: Invalid value: [\"Ephemeral\"]: field is immutable"),
        ["node's drivers"] = (Create<V1CSINode>("{metadata: {name: n}, spec: {drivers: [{name: a, nodeID: ''}, {name: a, nodeID: x, topologyKeys: ['', b, b, 'c d']}, {name: '', nodeID: x, allocatable: {count: -1}}]}}"),
            "spec.drivers[0].nodeID: Required value\n"
            + "spec.drivers[1].name: Duplicate value: \"a\"\n"
            + "spec.drivers[1]: Required value\n"
            + "spec.drivers[1]: Invalid value: \"\": name part must be non-empty\n"
            + "spec.drivers[1]: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.drivers[1]: Duplicate value: \"b\"\n"
            + "spec.drivers[1]: Invalid value: \"c d\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.drivers[2].name: Required value\n"
            + "spec.drivers[2].allocatable.count: Invalid value: -1: must be greater than or equal to 0"),
        ["node's driver changed"] = (Update<V1CSINode>("{metadata: {name: n}, spec: {drivers: [{name: a, nodeID: x}]}}", item => item.Spec.Drivers[0].NodeID = "y"), "spec.drivers: Invalid value: {\"Name\":\"a\",\"NodeID\":\"y\",\"TopologyKeys\":null,\"Allocatable\":null}: field is immutable"),
        ["class of nothing"] = (Create<V1StorageClass>("{metadata: {name: c}, provisioner: '', volumeBindingMode: Odd, reclaimPolicy: Odd}"), 
            "provisioner: Required value\n"
            + "reclaimPolicy: Unsupported value: \"Odd\": supported values: \"Delete\", \"Retain\"\n"
            + "volumeBindingMode: Unsupported value: \"Odd\": supported values: \"Immediate\", \"WaitForFirstConsumer\""),
        ["class's parameters"] = (Create<V1StorageClass>("{metadata: {name: c}, provisioner: 'a b', parameters: {'': x}}"), "provisioner: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\nparameters: Invalid value: \"\": field can not be empty."),
        ["class's parameters too large"] = (() => Declared.CreateFaults(new V1StorageClass { Metadata = new V1ObjectMeta { Name = "c" }, Provisioner = "a", Parameters = new Dictionary<string, string> { ["a"] = new('x', 256 * 1024) } }), "parameters: Too long: may not be more than 262144 bytes"),
        ["class's parameters too many"] = (() => Declared.CreateFaults(new V1StorageClass { Metadata = new V1ObjectMeta { Name = "c" }, Provisioner = "a", Parameters = Enumerable.Range(0, 513).ToDictionary(item => $"a{item}", item => "x") }), "parameters: Too long: may not be more than 512 bytes"),
        ["class's topologies"] = (Create<V1StorageClass>("{metadata: {name: c}, provisioner: a, allowedTopologies: [{}, {matchLabelExpressions: [{key: 'a b', values: []}, {key: a, values: [b, b]}, {key: a, values: [c]}]}, {matchLabelExpressions: [{key: z, values: [x]}]}, {matchLabelExpressions: [{key: z, values: [x]}]}]}"),
            "allowedTopologies[0].matchLabelExpressions: Duplicate value: \"\"\n"
            + "allowedTopologies[0].matchLabelExpressions: Duplicate value: \"\"\n"
            + "allowedTopologies[0].matchLabelExpressions: Duplicate value: \"\"\n"
            + "allowedTopologies[0].matchLabelExpressions: Duplicate value: \"\"\n"
            + "allowedTopologies[1].matchLabelExpressions[0].values: Required value\n"
            + "allowedTopologies[1].matchLabelExpressions[0].key: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "allowedTopologies[1].matchLabelExpressions[1].values[1]: Duplicate value: \"b\"\n"
            + "allowedTopologies[1].matchLabelExpressions[2].key: Duplicate value: \"a\"\n"
            + "allowedTopologies[3].matchLabelExpressions: Duplicate value: \"\""),
        ["class changed"] = (Update<V1StorageClass>("{metadata: {name: c}, provisioner: a, parameters: {x: y}}", item => (item.Provisioner, item.Parameters, item.ReclaimPolicy, item.VolumeBindingMode) = ("b", null, "Retain", "WaitForFirstConsumer")), 
            "parameters: Forbidden: updates to parameters are forbidden.\n"
            + "provisioner: Forbidden: updates to provisioner are forbidden.\n"
            + "reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.\n"
            + "volumeBindingMode: Invalid value: \"WaitForFirstConsumer\": field is immutable"),
        ["attributes' class of nothing"] = (Create<V1VolumeAttributesClass>("{metadata: {name: c}, driverName: ''}"), "driverName: Required value\nparameters: Required value: must contain at least one key/value pair"),
        ["attributes' class changed"] = (Update<V1VolumeAttributesClass>("{metadata: {name: c}, driverName: a, parameters: {x: y}}", item => (item.DriverName, item.Parameters) = ("b", new Dictionary<string, string> { ["x"] = "z" })), "driverName: Forbidden: updates to driverName are forbidden.\nparameters: Forbidden: updates to parameters are forbidden."),
        ["capacity of a class"] = (Create<V1CSIStorageCapacity>("{metadata: {name: c}, storageClassName: '', capacity: -1, maximumVolumeSize: -2, nodeTopology: {matchLabels: {a: '-'}}}"), 
            "nodeTopology.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "storageClassName: Invalid value: \"\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "capacity: Invalid value: \"-1\": must be greater than or equal to 0"),
        ["capacity of a class changed"] = (Update<V1CSIStorageCapacity>("{metadata: {name: c}, storageClassName: a}", item => (item.StorageClassName, item.NodeTopology) = ("b", new V1LabelSelector())), "nodeTopology: Invalid value: {}: field is immutable\nstorageClassName: Invalid value: \"b\": field is immutable"),
    };

    private static string Claim => "{metadata: {name: c}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}";

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    private static string Whole(string spec) => $"{{metadata: {{name: v}}, spec: {{accessModes: [ReadWriteOnce], capacity: {{storage: 1Gi}}, {spec}}}}}";

    private static Func<string> Volume(string spec) => Create<V1PersistentVolume>(Whole(spec));

    private static Dictionary<string, ResourceQuantity> Amounts(params (string Name, string Amount)[] amounts) => amounts.ToDictionary(item => item.Name, item => Orch.Resources.Quantities.Parse(item.Amount));
}
