using static Orch.ApiServer.Tests.Validation.PodCases;

namespace Orch.ApiServer.Tests.Validation;

/// <summary>The rules for every kind of volume a pod can name.</summary>
public sealed class PodVolumeRulesTests
{
    private const string LongName = "a123456789a123456789a123456789a123456789a123456789a123456789abcd";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["no name"] = (Spec("volumes: [{emptyDir: {}}]"), "spec.volumes[0].name: Required value"),
        ["bad name"] = (Spec("volumes: [{name: A, emptyDir: {}}]"), "spec.volumes[0].name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        ["empty directory of less than nothing"] = (Volume("emptyDir: {sizeLimit: '-1'}"), "spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"),
        ["host path upwards"] = (Volume("hostPath: {path: /a/../b}"), "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'"),
        ["second source"] = (Volume("hostPath: {path: /a}, emptyDir: {}, gitRepo: {repository: r}, gcePersistentDisk: {pdName: p}, awsElasticBlockStore: {volumeID: i}, nfs: {server: s, path: /p}, iscsi: {targetPortal: t, iqn: 'iqn.2000-01.a:b'}, glusterfs: {endpoints: e, path: p}, flocker: {datasetName: d}, secret: {secretName: s}, persistentVolumeClaim: {claimName: c}, downwardAPI: {}, configMap: {name: m}, projected: {}, rbd: {image: i, monitors: [m]}, cinder: {volumeID: v}, cephfs: {monitors: [m]}, quobyte: {registry: 'a:1', volume: v}, fc: {wwids: [w]}, flexVolume: {driver: d}, azureFile: {secretName: s, shareName: s}, vsphereVolume: {volumePath: p}, photonPersistentDisk: {pdID: p}, portworxVolume: {volumeID: v}, azureDisk: {diskName: d, diskURI: 'https://a'}, storageos: {volumeName: v}, scaleIO: {gateway: g, system: s, volumeName: v}, csi: {driver: d}, ephemeral: {}, image: {reference: r}"),
            "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].gitRepo: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].gcePersistentDisk: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].awsElasticBlockStore: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].secret: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].nfs: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].iscsi: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].glusterfs: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].flocker: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].persistentVolumeClaim: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].rbd: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].cinder: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].cephFS: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].quobyte: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].downwarAPI: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].fc: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].flexVolume: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].azureFile: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].vsphereVolume: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].photonPersistentDisk: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].portworxVolume: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].azureDisk: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].storageos: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].projected: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].scaleIO: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].csi: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].ephemeral: Forbidden: may not specify more than 1 volume type\n"
            + "spec.volumes[0].image: Forbidden: may not specify more than 1 volume type"),
        ["git without repository"] = (Volume("gitRepo: {directory: /a}"), "spec.volumes[0].gitRepo.repository: Required value\nspec.volumes[0].gitRepo.directory: Invalid value: \"/a\": must be a relative path"),
        ["git into a directory upwards"] = (Volume("gitRepo: {repository: r, directory: a/../b}"), "spec.volumes[0].gitRepo.directory: Invalid value: \"a/../b\": must not contain '..'"),
        ["disk of Google's"] = (Volume("gcePersistentDisk: {partition: 256}"), "spec.volumes[0].persistentDisk.pdName: Required value\nspec.volumes[0].persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive"),
        ["disk of Google's at the bound"] = (Volume("gcePersistentDisk: {pdName: p, partition: 255}"), ""),
        ["disk of Google's below the bound"] = (Volume("gcePersistentDisk: {pdName: p, partition: -1}"), "spec.volumes[0].persistentDisk.partition: Invalid value: -1: must be between 1 and 255, inclusive"),
        ["disk of Amazon's"] = (Volume("awsElasticBlockStore: {partition: -1}"), "spec.volumes[0].awsElasticBlockStore.volumeID: Required value\nspec.volumes[0].awsElasticBlockStore.partition: Invalid value: -1: must be between 1 and 255, inclusive"),
        ["disk of Amazon's above the bound"] = (Volume("awsElasticBlockStore: {volumeID: v, partition: 256}"), "spec.volumes[0].awsElasticBlockStore.partition: Invalid value: 256: must be between 1 and 255, inclusive"),
        ["nfs"] = (Volume("nfs: {}"), 
            "spec.volumes[0].nfs.server: Required value\n"
            + "spec.volumes[0].nfs.path: Required value\n"
            + "spec.volumes[0].nfs.path: Invalid value: \"\": must be an absolute path"),
        ["nfs of a relative path"] = (Volume("nfs: {server: s, path: p}"), "spec.volumes[0].nfs.path: Invalid value: \"p\": must be an absolute path"),
        ["iscsi"] = (Volume("iscsi: {lun: 256}"), 
            "spec.volumes[0].iscsi.targetPortal: Required value\n"
            + "spec.volumes[0].iscsi.iqn: Required value\n"
            + "spec.volumes[0].iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive"),
        ["iscsi below the bound"] = (Volume("iscsi: {targetPortal: t, iqn: 'iqn.2000-01.a:b', lun: -1}"), "spec.volumes[0].iscsi.lun: Invalid value: -1: must be between 0 and 255, inclusive"),
        ["iscsi of all forms of names"] = (Volume("iscsi: {targetPortal: t, iqn: 'iqn.2000-01.a:b', lun: 0, initiatorName: eui.0123456789abcdef}"), ""),
        ["iscsi of a name of no form"] = (Volume("iscsi: {targetPortal: t, iqn: x, lun: 0, initiatorName: zzzz}"), "spec.volumes[0].iscsi.iqn: Invalid value: \"x\": must be valid format starting with iqn, eui, or naa\nspec.volumes[0].iscsi.initiatorname: Invalid value: \"zzzz\": must be valid format starting with iqn, eui, or naa"),
        ["iscsi of names almost right"] = (Volume("iscsi: {targetPortal: t, iqn: iqn.2000, lun: 0, initiatorName: eui.0}"), "spec.volumes[0].iscsi.iqn: Invalid value: \"iqn.2000\": must be valid format\nspec.volumes[0].iscsi.initiatorname: Invalid value: \"eui.0\": must be valid format"),
        ["iscsi of a naa name"] = (Volume("iscsi: {targetPortal: t, iqn: naa.0123456789abcdef0123456789abcdef, lun: 0, initiatorName: naa.0}"), "spec.volumes[0].iscsi.initiatorname: Invalid value: \"naa.0\": must be valid format"),
        ["iscsi without its secret"] = (Volume("iscsi: {targetPortal: t, iqn: 'iqn.2000-01.a:b', lun: 0, chapAuthDiscovery: true}"), "spec.volumes[0].iscsi.secretRef: Required value"),
        ["iscsi without its session's secret"] = (Volume("iscsi: {targetPortal: t, iqn: 'iqn.2000-01.a:b', lun: 0, chapAuthSession: true}"), "spec.volumes[0].iscsi.secretRef: Required value"),
        ["iscsi of a long portal"] = (Volume($"iscsi: {{targetPortal: {LongName[..63]}, iqn: 'iqn.2000-01.a:b', lun: 0, initiatorName: 'iqn.2000-01.b:c'}}"), "spec.volumes[0].name: Invalid value: \"v\": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified."),
        ["iscsi of the longest portal"] = (Volume($"iscsi: {{targetPortal: {LongName[..62]}, iqn: 'iqn.2000-01.a:b', lun: 0, initiatorName: 'iqn.2000-01.b:c'}}"), ""),
        ["gluster"] = (Volume("glusterfs: {}"), "spec.volumes[0].glusterfs.endpoints: Required value\nspec.volumes[0].glusterfs.path: Required value"),
        ["flocker of nothing"] = (Volume("flocker: {}"), "spec.volumes[0].flocker: Required value: one of datasetName and datasetUUID is required"),
        ["flocker of both"] = (Volume("flocker: {datasetName: a/b, datasetUUID: u}"), "spec.volumes[0].flocker: Invalid value: \"resource\": datasetName and datasetUUID can not be specified simultaneously\nspec.volumes[0].flocker.datasetName: Invalid value: \"a/b\": must not contain '/'"),
        ["secret's items"] = (Volume("secret: {secretName: s, defaultMode: 512, items: [{}, {key: a, path: ../b, mode: -1}, {key: a, path: ..b}]}"), 
            "spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive\n"
            + "spec.volumes[0].secret.items[0].key: Required value\n"
            + "spec.volumes[0].secret.items[0].path: Required value\n"
            + "spec.volumes[0].secret.items[1].path: Invalid value: \"../b\": must not contain '..'\n"
            + "spec.volumes[0].secret.items[1].mode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive\n"
            + "spec.volumes[0].secret.items[2].path: Invalid value: \"..b\": must not start with '..'"),
        ["claim without name"] = (Volume("persistentVolumeClaim: {}"), "spec.volumes[0].persistentVolumeClaim.claimName: Required value"),
        ["config map without name"] = (Volume("configMap: {}"), "spec.volumes[0].configMap.name: Required value"),
        ["rbd"] = (Volume("rbd: {}"), "spec.volumes[0].rbd.monitors: Required value\nspec.volumes[0].rbd.image: Required value"),
        ["cinder"] = (Volume("cinder: {secretRef: {}}"), "spec.volumes[0].cinder.volumeID: Required value\nspec.volumes[0].cinder.secretRef.name: Required value"),
        ["ceph"] = (Volume("cephfs: {}"), "spec.volumes[0].cephfs.monitors: Required value"),
        ["quobyte"] = (Volume("quobyte: {}"), "spec.volumes[0].quobyte.registry: Required value: must be a host:port pair or multiple pairs separated by commas\nspec.volumes[0].quobyte.volume: Required value"),
        ["quobyte's registry"] = (Volume("quobyte: {registry: 'a:1,b', volume: v}"), "spec.volumes[0].quobyte.registry: Invalid value: \"a:1,b\": must be a host:port pair or multiple pairs separated by commas"),
        ["quobyte's tenant"] = (Volume($"quobyte: {{registry: 'a:1', volume: v, tenant: {LongName}x}}"), "spec.volumes[0].quobyte.tenant: Required value: must be a UUID and may not exceed a length of 64 characters"),
        ["quobyte's longest tenant"] = (Volume($"quobyte: {{registry: 'a:1', volume: v, tenant: {LongName}}}"), ""),
        ["fibre channel of nothing"] = (Volume("fc: {}"), "spec.volumes[0].fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both"),
        ["fibre channel of both"] = (Volume("fc: {targetWWNs: [a], wwids: [b], lun: 256}"), "spec.volumes[0].fc.targetWWNs: Invalid value: [\"a\"]: targetWWNs and wwids can not be specified simultaneously\nspec.volumes[0].fc.lun: Invalid value: 256: must be between 0 and 255, inclusive"),
        ["fibre channel without a unit"] = (Volume("fc: {targetWWNs: [a]}"), "spec.volumes[0].fc.lun: Required value: lun is required if targetWWNs is specified"),
        ["fibre channel of an id"] = (Volume("fc: {wwids: [a]}"), ""),
        ["flex"] = (Volume("flexVolume: {options: {Kubernetes.io/a: b, k8s.io: c, x.k8s.io/y: d, xk8s.io/a: e}}"), 
            "spec.volumes[0].flexVolume.driver: Required value\n"
            + "spec.volumes[0].flexVolume.options[Kubernetes.io/a]: Invalid value: \"Kubernetes.io/a\": kubernetes.io and k8s.io namespaces are reserved\n"
            + "spec.volumes[0].flexVolume.options[k8s.io]: Invalid value: \"k8s.io\": kubernetes.io and k8s.io namespaces are reserved\n"
            + "spec.volumes[0].flexVolume.options[x.k8s.io/y]: Invalid value: \"x.k8s.io/y\": kubernetes.io and k8s.io namespaces are reserved"),
        ["azure file"] = (Volume("azureFile: {}"), "spec.volumes[0].azureFile.secretName: Required value\nspec.volumes[0].azureFile.shareName: Required value"),
        ["vsphere, photon, portworx"] = (Spec("volumes: [{name: a, vsphereVolume: {}}, {name: b, photonPersistentDisk: {}}, {name: c, portworxVolume: {}}]"), 
            "spec.volumes[0].vsphereVolume.volumePath: Required value\n"
            + "spec.volumes[1].photonPersistentDisk.pdID: Required value\n"
            + "spec.volumes[2].portworxVolume.volumeID: Required value"),
        ["azure disk"] = (Volume("azureDisk: {cachingMode: x, kind: y}"), 
            "spec.volumes[0].azureDisk.diskName: Required value\n"
            + "spec.volumes[0].azureDisk.diskURI: Required value\n"
            + "spec.volumes[0].azureDisk.cachingMode: Unsupported value: \"x\": supported values: \"None\", \"ReadOnly\", \"ReadWrite\"\n"
            + "spec.volumes[0].azureDisk.kind: Unsupported value: \"y\": supported values: \"Dedicated\", \"Managed\", \"Shared\"\n"
            + "spec.volumes[0].azureDisk.diskURI: Unsupported value: \"\": supported values: \"https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd\""),
        ["azure disk managed elsewhere"] = (Volume("azureDisk: {diskName: d, diskURI: 'https://a', kind: Managed}"), "spec.volumes[0].azureDisk.diskURI: Unsupported value: \"https://a\": supported values: \"/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}\""),
        ["azure disk managed"] = (Volume("azureDisk: {diskName: d, diskURI: /subscriptions/a, kind: Managed, cachingMode: None}"), ""),
        ["azure disk shared elsewhere"] = (Volume("azureDisk: {diskName: d, diskURI: /subscriptions/a, kind: Shared, cachingMode: ReadOnly}"), "spec.volumes[0].azureDisk.diskURI: Unsupported value: \"/subscriptions/a\": supported values: \"https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd\""),
        ["azure disk dedicated"] = (Volume("azureDisk: {diskName: d, diskURI: 'https://a', kind: Dedicated, cachingMode: ReadWrite}"), ""),
        ["storage os"] = (Volume("storageos: {secretRef: {}}"), "spec.volumes[0].storageos.volumeName: Required value\nspec.volumes[0].storageos.secretRef.name: Required value"),
        ["storage os of bad names"] = (Volume("storageos: {volumeName: A, volumeNamespace: B, secretRef: {name: c}}"), "spec.volumes[0].storageos.volumeName: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\nspec.volumes[0].storageos.volumeNamespace: Invalid value: \"B\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        ["scale io"] = (Volume("scaleIO: {}"), 
            "spec.volumes[0].scaleIO.gateway: Required value\n"
            + "spec.volumes[0].scaleIO.system: Required value\n"
            + "spec.volumes[0].scaleIO.volumeName: Required value"),
        ["csi without driver"] = (Volume("csi: {nodePublishSecretRef: {}}"),
            "spec.volumes[0].csi.driver: Required value\n"
            + "spec.volumes[0].csi.nodePublishSecretRef.name: Required value"),
        ["csi of a long driver"] = (Volume($"csi: {{driver: {LongName}, nodePublishSecretRef: {{name: A}}}}"), "spec.volumes[0].csi.driver: Too long: may not be more than 63 bytes\nspec.volumes[0].csi.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["csi of a driver in capitals"] = (Volume($"csi: {{driver: A.b, nodePublishSecretRef: {{name: a}}}}"), ""),
        ["csi of a driver of no form"] = (Volume($"csi: {{driver: a_b}}"), "spec.volumes[0].csi.driver: Invalid value: \"a_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["image without reference"] = (Volume("image: {pullPolicy: Now}"), "spec.volumes[0].image.reference: Required value\nspec.volumes[0].image.pullPolicy: Unsupported value: \"Now\": supported values: \"Always\", \"IfNotPresent\", \"Never\""),
        ["image of a template"] = (Kinds.Cases.Create<k8s.Models.V1PodTemplate>("{metadata: {name: t}, template: {spec: {containers: [{name: c, image: i}], volumes: [{name: v, image: {}}]}}}"), "template.spec.volumes[0].image.reference: Required value"),
        ["ephemeral without template"] = (Volume("ephemeral: {}"), "spec.volumes[0].ephemeral.volumeClaimTemplate: Required value"),
        ["ephemeral template"] = (Volume("ephemeral: {volumeClaimTemplate: {metadata: {labels: {a b: c}, annotations: {d e: f}}, spec: {}}}"), 
            "spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.annotations: Invalid value: \"d e\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required\n"
            + "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value"),
        ["ephemeral claim that has no name"] = (Spec("volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}]", "name: A"), "spec.volumes[0].name: Invalid value: \"v\": PVC name \"A-v\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["claim that an ephemeral volume makes"] = (Spec("volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}, {name: w, persistentVolumeClaim: {claimName: web-0-v}}]"), "spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: \"web-0-v\": must not reference a PVC that gets created for an ephemeral volume"),

        ["downward file of nothing"] = (Volume("downwardAPI: {defaultMode: 512, items: [{path: a}]}"), "spec.volumes[0].downwardAPI.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive\nspec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required"),
        ["downward file without path"] = (Volume("downwardAPI: {items: [{fieldRef: {fieldPath: metadata.name}, mode: 512}]}"), "spec.volumes[0].downwardAPI.path: Required value\nspec.volumes[0].downwardAPI.mode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive"),
        ["downward file upwards"] = (Volume("downwardAPI: {items: [{path: ../a, fieldRef: {fieldPath: metadata.name}}]}"), "spec.volumes[0].downwardAPI.path: Invalid value: \"../a\": must not contain '..'"),
        ["downward file of two"] = (Volume("downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.name}, resourceFieldRef: {containerName: web, resource: limits.cpu}}]}"), "spec.volumes[0].downwardAPI: Invalid value: \"resource\": fieldRef and resourceFieldRef can not be specified simultaneously"),
        ["downward file of a field of variables"] = (Volume("downwardAPI: {items: [{path: a, fieldRef: {fieldPath: status.podIP}}]}"), "spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: \"status.podIP\": supported values: \"metadata.annotations\", \"metadata.labels\", \"metadata.name\", \"metadata.namespace\", \"metadata.uid\""),
        ["downward file of a resource without container"] = (Volume("downwardAPI: {items: [{path: a, resourceFieldRef: {resource: limits.cpu}}]}"), "spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value"),
        ["projected secret and map"] = (Projection("secret: {items: [{key: a, path: p}]}", "configMap: {items: [{key: b, path: p}]}"), 
            "spec.volumes[0].projected.sources[0].secret.name: Required value\n"
            + "spec.volumes[0].projected.sources[1].configMap.name: Required value\n"
            + "spec.volumes[0].projected: Invalid value: \"\": conflicting duplicate paths"),
        ["projected two in one"] = (Projection("secret: {name: s}, configMap: {name: m}"), "spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source"),
        ["projected mode"] = (Volume("projected: {defaultMode: -1, sources: []}"), "spec.volumes[0].projected.defaultMode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive"),
        ["projected downward files twice"] = (Projection("downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.name}}, {path: a, fieldRef: {fieldPath: metadata.uid}}]}"), "spec.volumes[0].projected: Invalid value: \"a\": conflicting duplicate paths"),
        ["projected token without path"] = (Projection("serviceAccountToken: {}"), "spec.volumes[0].projected.path: Required value"),
        ["projected token for ever"] = (Projection("serviceAccountToken: {path: ..t, expirationSeconds: 4294967297}"), "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds\nspec.volumes[0].projected.path: Invalid value: \"..t\": must not start with '..'"),
        ["projected token of the longest time"] = (Projection("serviceAccountToken: {path: t, expirationSeconds: 4294967296}"), ""),
        ["projected token of the shortest time"] = (Projection("serviceAccountToken: {path: t, expirationSeconds: 600}"), ""),
        ["bundle of nothing"] = (Projection("clusterTrustBundle: {}"),
            "spec.volumes[0].projected.sources[0].clusterTrustBundle: Required value: either name or signerName must be specified\n"
            + "spec.volumes[0].projected.sources[0].clusterTrustBundle.path: Required value"),
        ["bundle of both"] = (Projection("clusterTrustBundle: {name: a, signerName: b, path: p}"), "spec.volumes[0].projected.sources[0].clusterTrustBundle: Invalid value: {\"Name\":\"a\",\"SignerName\":\"b\",\"LabelSelector\":null,\"Path\":\"p\",\"Optional\":null}: only one of name and signerName may be used"),
        ["bundle of an empty name"] = (Projection("clusterTrustBundle: {name: '', labelSelector: {}, path: /p}"),
            "spec.volumes[0].projected.sources[0].clusterTrustBundle.name: Required value: must be a valid object name\n"
            + "spec.volumes[0].projected.sources[0].clusterTrustBundle.name: Invalid value: \"\": not a valid clustertrustbundlename: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.volumes[0].projected.sources[0].clusterTrustBundle.labelSelector: Invalid value: {}: labelSelector must be unset if name is specified\n"
            + "spec.volumes[0].projected.sources[0].clusterTrustBundle.path: Invalid value: \"/p\": must be a relative path"),
        ["bundle of a bad name"] = (Projection("clusterTrustBundle: {name: 'A', path: p}"), "spec.volumes[0].projected.sources[0].clusterTrustBundle.name: Invalid value: \"A\": not a valid clustertrustbundlename: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["bundle of no signer"] = (Projection("clusterTrustBundle: {name: ':a', path: p}"), "spec.volumes[0].projected.sources[0].clusterTrustBundle.name: Invalid value: \":a\": not a valid clustertrustbundlename: ClusterTrustBundle without signer name must not have \":\" in its name"),
        ["bundle of a signer in the wrong form"] = (Projection("clusterTrustBundle: {name: 'a/b:c', path: p}"), "spec.volumes[0].projected.sources[0].clusterTrustBundle.name: Invalid value: \"a/b:c\": not a valid clustertrustbundlename: ClusterTrustBundle for signerName a/b must be named with prefix a:b:"),
        ["bundle of a signer and a bad name"] = (Projection("clusterTrustBundle: {name: 'a.b:c:D', path: p}"), "spec.volumes[0].projected.sources[0].clusterTrustBundle.name: Invalid value: \"a.b:c:D\": not a valid clustertrustbundlename: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["bundle of an empty signer"] = (Projection("clusterTrustBundle: {signerName: '', labelSelector: {matchExpressions: [{key: a, operator: Near}]}, path: p}"),
            "spec.volumes[0].projected.sources[0].clusterTrustBundle.signerName: Required value: must be a valid signer name\n"
            + "spec.volumes[0].projected.sources[0].clusterTrustBundle.signerName: Required value\n"
            + "spec.volumes[0].projected.sources[0].clusterTrustBundle.labelSelector.matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator"),
        ["bundle of a bad signer"] = (Projection("clusterTrustBundle: {signerName: x, path: p}"), "spec.volumes[0].projected.sources[0].clusterTrustBundle.signerName: Invalid value: \"x\": must be a fully qualified domain and path of the form 'example.com/signer-name'"),
        ["bundles in one place"] = (Projection("clusterTrustBundle: {signerName: a.b/c, path: p}", "clusterTrustBundle: {name: 'a.b:c:d', path: p}"), "spec.volumes[0].projected: Invalid value: \"p\": conflicting duplicate paths"),
        ["certificate's signer"] = (Projection("podCertificate: {signerName: A/b.C, keyType: Odd, keyPath: p}"),
            "spec.volumes[0].projected.sources[0].podCertificate.signerName: Invalid value: \"A\": validating label \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "spec.volumes[0].projected.sources[0].podCertificate.signerName: Invalid value: \"A\": should be a domain with at least two segments separated by dots\n"
            + "spec.volumes[0].projected.sources[0].podCertificate.signerName: Invalid value: \"b.C\": validating label \"C\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.volumes[0].projected.sources[0].podCertificate.keyType: Unsupported value: \"Odd\": supported values: \"RSA3072\", \"RSA4096\", \"ECDSAP256\", \"ECDSAP384\", \"ECDSAP521\", \"ED25519\""),
        ["certificate of nothing"] = (Projection("podCertificate: {maxExpirationSeconds: 7862401}"),
            "spec.volumes[0].projected.sources[0].podCertificate.signerName: Required value\n"
            + "spec.volumes[0].projected.sources[0].podCertificate.keyType: Unsupported value: \"\": supported values: \"RSA3072\", \"RSA4096\", \"ECDSAP256\", \"ECDSAP384\", \"ECDSAP521\", \"ED25519\"\n"
            + "spec.volumes[0].projected.sources[0].podCertificate.maxExpirationSeconds: Invalid value: 7862401: if provided, maxExpirationSeconds must be <= 7862400\n"
            + "spec.volumes[0].projected.sources[0].podCertificate: Required value: specify at least one of credentialBundlePath, keyPath, and certificateChainPath"),
        ["certificate of a built-in signer"] = (Projection("podCertificate: {signerName: kubernetes.io/a, keyType: ED25519, maxExpirationSeconds: 86401, credentialBundlePath: ..a}"), "spec.volumes[0].projected.sources[0].podCertificate.maxExpirationSeconds: Invalid value: 86401: if provided, maxExpirationSeconds must be <= 86400\nspec.volumes[0].projected.sources[0].podCertificate.credentialBundlePath: Invalid value: \"..a\": must not start with '..'"),
        ["certificate of the longest time"] = (Projection("podCertificate: {signerName: a.b/c, keyType: ED25519, maxExpirationSeconds: 7862400, credentialBundlePath: a}"), ""),
        ["certificates in one place"] = (Projection("podCertificate: {signerName: a.b/c, keyType: RSA3072, keyPath: p, certificateChainPath: p}"), "spec.volumes[0].projected: Invalid value: \"p\": conflicting duplicate paths"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_VolumeOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());
}
