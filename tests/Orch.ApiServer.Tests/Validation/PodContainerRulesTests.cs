using static Orch.ApiServer.Tests.Validation.PodCases;

namespace Orch.ApiServer.Tests.Validation;

/// <summary>The rules for what stands in one container: environment, mounts, ports, resources, rights.</summary>
public sealed class PodContainerRulesTests
{
    private const string Block = "volumes: [{name: d, persistentVolumeClaim: {claimName: c}}, {name: e, emptyDir: {}}, {name: i, image: {reference: r}}]";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["termination message"] = (Container("terminationMessagePolicy: Loud"), "spec.containers[0].terminationMessagePolicy: Unsupported value: \"Loud\": supported values: \"File\", \"FallbackToLogsOnError\""),
        ["port names twice"] = (Container("ports: [{containerPort: 1, name: a}, {containerPort: 2, name: a}]"), "spec.containers[0].ports[1].name: Duplicate value: \"a\""),
        ["port name of every fault"] = (Container("ports: [{containerPort: 1, name: '-A--123456789012-'}]"), 
            "spec.containers[0].ports[0].name: Invalid value: \"-A--123456789012-\": must be no more than 15 characters\n"
            + "spec.containers[0].ports[0].name: Invalid value: \"-A--123456789012-\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)\n"
            + "spec.containers[0].ports[0].name: Invalid value: \"-A--123456789012-\": must contain at least one letter (a-z)\n"
            + "spec.containers[0].ports[0].name: Invalid value: \"-A--123456789012-\": must not contain consecutive hyphens\n"
            + "spec.containers[0].ports[0].name: Invalid value: \"-A--123456789012-\": must not begin or end with a hyphen"),
        ["host port too large"] = (Container("ports: [{containerPort: 1, hostPort: 65536}]"), "spec.containers[0].ports[0].hostPort: Invalid value: 65536: must be between 1 and 65535, inclusive"),
        ["host port negative"] = (Container("ports: [{containerPort: 65535, hostPort: -1}]"), "spec.containers[0].ports[0].hostPort: Invalid value: -1: must be between 1 and 65535, inclusive"),
        ["resize policies"] = (Container("resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}, {resourceName: cpu, restartPolicy: Maybe}, {restartPolicy: RestartContainer}, {resourceName: disk}]"), 
            "spec.containers[0].resizePolicy[1]: Duplicate value: \"cpu\"\n"
            + "spec.containers[0].resizePolicy: Unsupported value: \"Maybe\": supported values: \"NotRequired\", \"RestartContainer\"\n"
            + "spec.containers[0].resizePolicy: Required value\n"
            + "spec.containers[0].resizePolicy: Unsupported value: \"disk\": supported values: \"cpu\", \"memory\"\n"
            + "spec.containers[0].resizePolicy: Required value"),
        ["resize policy of a pod that never restarts"] = (Container("resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]", "restartPolicy: Never"), "spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when pod `restartPolicy` is 'Never'"),
        ["long name"] = (Spec("initContainers: [{name: a123456789a123456789a123456789a123456789a123456789a123456789abcd, image: i}]"), "spec.initContainers[0].name: Invalid value: \"a123456789a123456789a123456789a123456789a123456789a123456789abcd\": must be no more than 63 characters"),

        ["variable of a resource"] = (Container("env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 2}}}]"), "spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: \"limits.cpu\": only divisor's values 1m and 1 are supported with the cpu resource"),
        ["variable of a resource in millis"] = (Container("env: [{name: A, valueFrom: {resourceFieldRef: {resource: requests.cpu, divisor: 1m}}}, {name: B, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1}}}]"), ""),
        ["variable of a resource in odd units"] = (Container("env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 2Mi}}}, {name: B, valueFrom: {resourceFieldRef: {resource: requests.ephemeral-storage, divisor: 1m}}}, {name: C, valueFrom: {resourceFieldRef: {resource: limits.hugepages-2Mi, divisor: 3}}}]"), 
            "spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: \"limits.memory\": only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource\n"
            + "spec.containers[0].env[1].valueFrom.resourceFieldRef.divisor: Invalid value: \"requests.ephemeral-storage\": only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the local ephemeral storage resource\n"
            + "spec.containers[0].env[2].valueFrom.resourceFieldRef.divisor: Invalid value: \"limits.hugepages-2Mi\": only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the hugepages resource"),
        ["variable of a resource in units"] = (Container("env: [{name: A, valueFrom: {resourceFieldRef: {resource: requests.memory, divisor: 1Mi}}}, {name: B, valueFrom: {resourceFieldRef: {resource: limits.ephemeral-storage, divisor: 1k}}}, {name: C, valueFrom: {resourceFieldRef: {resource: requests.hugepages-2Mi, divisor: 1Gi}}}]"), ""),
        ["variable of no resource"] = (Container("env: [{name: A, valueFrom: {resourceFieldRef: {}}}]"), "spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Required value"),
        ["variable of an unknown resource"] = (Container("env: [{name: A, valueFrom: {resourceFieldRef: {resource: cpu, divisor: 3}}}]"), "spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Unsupported value: \"cpu\": supported values: \"limits.cpu\", \"limits.ephemeral-storage\", \"limits.memory\", \"requests.cpu\", \"requests.ephemeral-storage\", \"requests.memory\""),
        ["variable of a key"] = (Container("env: [{name: A, valueFrom: {configMapKeyRef: {}}}, {name: B, valueFrom: {secretKeyRef: {name: B, key: '..a'}}}, {name: C, valueFrom: {configMapKeyRef: {name: c, key: '.'}}}, {name: D, valueFrom: {configMapKeyRef: {name: c, key: 'a b'}}}]"), 
            "spec.containers[0].env[0].valueFrom.configMapKeyRef.name: Invalid value: \"\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Required value\n"
            + "spec.containers[0].env[1].valueFrom.secretKeyRef.name: Invalid value: \"B\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.containers[0].env[1].valueFrom.secretKeyRef.key: Invalid value: \"..a\": must not start with '..'\n"
            + "spec.containers[0].env[2].valueFrom.configMapKeyRef.key: Invalid value: \".\": must not be '.'\n"
            + "spec.containers[0].env[3].valueFrom.configMapKeyRef.key: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"),
        ["variable of two"] = (Container("env: [{name: A, valueFrom: {configMapKeyRef: {name: a, key: b}, secretKeyRef: {name: a, key: b}}}]"), "spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not have more than one field specified at a time"),
        ["variable of a file of nothing"] = (Container("env: [{name: A, valueFrom: {fileKeyRef: {}}}]"),
            "spec.containers[0].env[0].valueFrom.fileKeyRef.key: Required value\n"
            + "spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Required value\n"
            + "spec.containers[0].env[0].valueFrom.fileKeyRef.path: Required value\n"
            + "spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found: \"\""),
        ["variable of a file"] = (Container("env: [{name: A, valueFrom: {fileKeyRef: {volumeName: e, path: ../a, key: 'b=c'}}}]", Block),
            "spec.containers[0].env[0].valueFrom.fileKeyRef.key: Invalid value: \"b=c\": a valid environment variable name must consist only of printable ASCII characters other than '='\n"
            + "spec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: \"../a\": must not contain '..'"),
        ["variable of no field"] = (Container("env: [{name: A, valueFrom: {fieldRef: {}}}]"), "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Required value"),
        ["variable of another version"] = (Container("env: [{name: A, valueFrom: {fieldRef: {apiVersion: v2, fieldPath: metadata.name}}}]"), "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"metadata.name\": error converting fieldPath: unsupported pod version: v2"),
        ["variable of a subscript"] = (Container("env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.name['a']\"}}}]"), "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"metadata.name['a']\": error converting fieldPath: field label does not support subscript: metadata.name['a']"),
        ["variable of a bad label"] = (Container("env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['a b']\"}}}, {name: B, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['A/b']\"}}}]"), "spec.containers[0].env[0].valueFrom.fieldRef: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["variable of the old name of the node"] = (Container("env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.host}}}]"), ""),
        ["variables from a map"] = (Container("envFrom: [{prefix: 'a=', configMapRef: {}}, {secretRef: {name: B}}]"), 
            "spec.containers[0].envFrom[0].prefix: Invalid value: \"a=\": a valid environment variable name must consist only of printable ASCII characters other than '='\n"
            + "spec.containers[0].envFrom[0].configMapRef.name: Required value\n"
            + "spec.containers[0].envFrom[1].secretRef.name: Invalid value: \"B\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["variables from two"] = (Container("envFrom: [{configMapRef: {name: a}, secretRef: {name: b}}]"), "spec.containers[0].envFrom: Invalid value: \"\": may not have more than one field specified at a time"),

        ["mount of nothing"] = (Container("volumeMounts: [{}]"), 
            "spec.containers[0].volumeMounts[0].name: Required value\n"
            + "spec.containers[0].volumeMounts[0].name: Not found: \"\"\n"
            + "spec.containers[0].volumeMounts[0].mountPath: Required value"),
        ["mount of a device"] = (Container("volumeMounts: [{name: d, mountPath: /x}], volumeDevices: [{name: d, devicePath: /x}]", Block), 
            "spec.containers[0].volumeMounts[0].name: Invalid value: \"d\": must not already exist in volumeDevices\n"
            + "spec.containers[0].volumeMounts[0].mountPath: Invalid value: \"/x\": must not already exist as a path in volumeDevices\n"
            + "spec.containers[0].volumeDevices[0].name: Invalid value: \"d\": must not already exist in volumeMounts\n"
            + "spec.containers[0].volumeDevices[0].devicePath: Invalid value: \"/x\": must not already exist as a path in volumeMounts"),
        ["mount of a part of an image"] = (Container("volumeMounts: [{name: i, mountPath: /x, subPath: a}, {name: i, mountPath: /y, subPathExpr: b}]", Block), ""),
        ["mount of two parts"] = (Container("volumeMounts: [{name: e, mountPath: /x, subPath: a, subPathExpr: /b}]", Block), "spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: \"/b\": subPathExpr and subPath are mutually exclusive\nspec.containers[0].volumeMounts.subPathExpr: Invalid value: \"/b\": must be a relative path"),
        ["mount's propagation"] = (Container("volumeMounts: [{name: e, mountPath: /x, mountPropagation: Sideways}]", Block), "spec.containers[0].volumeMounts.mountPropagation: Unsupported value: \"Sideways\": supported values: \"Bidirectional\", \"HostToContainer\", \"None\""),
        ["mount by a privileged container"] = (Container("securityContext: {privileged: true}, volumeMounts: [{name: e, mountPath: /x, mountPropagation: Bidirectional}]", Block), ""),
        ["mount read only below"] = (Container("volumeMounts: [{name: e, mountPath: /x, recursiveReadOnly: Enabled, mountPropagation: HostToContainer}, {name: e, mountPath: /y, recursiveReadOnly: Often}, {name: e, mountPath: /z, readOnly: true, recursiveReadOnly: IfPossible, mountPropagation: None}]", Block), 
            "spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true\n"
            + "spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified\n"
            + "spec.containers[0].volumeMounts.recursiveReadOnly: Unsupported value: \"Often\": supported values: \"Disabled\", \"Enabled\", \"IfPossible\""),
        ["device of nothing"] = (Container("volumeDevices: [{}]"), 
            "spec.containers[0].volumeDevices[0].name: Required value\n"
            + "spec.containers[0].volumeDevices[0].name: Not found: \"\"\n"
            + "spec.containers[0].volumeDevices[0].devicePath: Required value"),
        ["device twice"] = (Container("volumeDevices: [{name: d, devicePath: /a}, {name: d, devicePath: /a}]", Block), "spec.containers[0].volumeDevices[1].name: Invalid value: \"d\": must be unique\nspec.containers[0].volumeDevices[1].devicePath: Invalid value: \"/a\": must be unique"),
        ["device of a directory"] = (Container("volumeDevices: [{name: e, devicePath: /a/../b}]", Block), "spec.containers[0].volumeDevices[0].name: Invalid value: \"e\": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode\nspec.containers[0].volumeDevices[0].devicePath: Invalid value: \"/a/../b\": can not contain backsteps ('..')"),

        ["resource of an odd domain"] = (Container("resources: {limits: {requests.a.b/c: 1}}"), "spec.containers[0].resources.limits[requests.a.b/c]: Invalid value: \"requests.a.b/c\": doesn't follow extended resource name standard\nspec.containers[0].resources.requests[requests.a.b/c]: Invalid value: \"requests.a.b/c\": doesn't follow extended resource name standard"),
        ["resource of a long domain"] = (Container("resources: {limits: {'a.b/': 1}}"),
            "spec.containers[0].resources.limits[a.b/]: Invalid value: \"a.b/\": name part must be non-empty\n"
            + "spec.containers[0].resources.limits[a.b/]: Invalid value: \"a.b/\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.containers[0].resources.limits[a.b/]: Invalid value: \"a.b/\": doesn't follow extended resource name standard\n"
            + "spec.containers[0].resources.requests[a.b/]: Invalid value: \"a.b/\": name part must be non-empty\n"
            + "spec.containers[0].resources.requests[a.b/]: Invalid value: \"a.b/\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.containers[0].resources.requests[a.b/]: Invalid value: \"a.b/\": doesn't follow extended resource name standard"),
        ["device without limit"] = (Container("resources: {requests: {a.b/c: 1}}"), "spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources"),
        ["device of two minds"] = (Container("resources: {requests: {a.b/c: 1}, limits: {a.b/c: 2}}"), "spec.containers[0].resources.requests: Invalid value: \"1\": must be equal to a.b/c limit of 2"),
        ["huge pages in part"] = (Container("resources: {limits: {hugepages-2Mi: 3Mi, cpu: 1}}"), "spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive integer multiple of hugepages-2Mi\nspec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive integer multiple of hugepages-2Mi"),
        ["huge pages of none"] = (Container("resources: {limits: {hugepages-2Mi: 0, memory: 1}}"), "spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: \"0\": 0 is not positive integer multiple of hugepages-2Mi\nspec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: \"0\": 0 is not positive integer multiple of hugepages-2Mi"),
        ["resource claims"] = (Container("resources: {claims: [{}, {name: a, request: B}, {name: a, request: c}, {name: a, request: c}, {name: a}, {name: z}, {name: z}]}", "resourceClaims: [{name: a, resourceClaimName: c}, {name: b, resourceClaimName: c}]"), 
            "spec.containers[0].resources.claims[0]: Required value\n"
            + "spec.containers[0].resources.claims[1].request: Invalid value: \"B\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "spec.containers[0].resources.claims[3]: Duplicate value: \"a/c\"\n"
            + "spec.containers[0].resources.claims[4]: Duplicate value: \"a\"\n"
            + "spec.containers[0].resources.claims[5]: Not found: \"z\": must be one of the names in pod.spec.resourceClaims: a, b\n"
            + "spec.containers[0].resources.claims[6]: Duplicate value: \"z\"\n"
            + "spec.containers[0].resources.claims[6]: Not found: \"z\": must be one of the names in pod.spec.resourceClaims: a, b"),
        ["resource claims where there are none"] = (Container("resources: {claims: [{name: a}]}"), "spec.containers[0].resources.claims[0]: Not found: \"a\": must be one of the names in pod.spec.resourceClaims which is empty"),

        ["process mount"] = (Container("securityContext: {procMount: Half}"), "spec.containers[0].securityContext.procMount: Unsupported value: \"Half\": supported values: \"Default\", \"Unmasked\""),
        ["process mount on the host's users"] = (Container("securityContext: {procMount: Unmasked}"), "spec.containers[0].securityContext.procMount: Invalid value: \"Unmasked\": `hostUsers` must be false to use `Unmasked`"),
        ["process mount of own users"] = (Container("securityContext: {procMount: Unmasked}", "hostUsers: false"), ""),
        ["administrator without escalation"] = (Container("securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}"), "spec.containers[0].securityContext: Invalid value: {\"Capabilities\":{\"Add\":[\"CAP_SYS_ADMIN\"],\"Drop\":null},\"Privileged\":null,\"SELinuxOptions\":null,\"WindowsOptions\":null,\"RunAsUser\":null,\"RunAsGroup\":null,\"RunAsNonRoot\":null,\"ReadOnlyRootFilesystem\":null,\"AllowPrivilegeEscalation\":false,\"ProcMount\":null,\"SeccompProfile\":null,\"AppArmorProfile\":null}: cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"),
        ["ids"] = (Container("securityContext: {runAsUser: 2147483648, runAsGroup: -1}"), "spec.containers[0].securityContext.runAsUser: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive\nspec.containers[0].securityContext.runAsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive"),
        ["seccomp of no type"] = (Container("securityContext: {seccompProfile: {}}"), "spec.containers[0].securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set"),
        ["seccomp of an unknown type"] = (Container("securityContext: {seccompProfile: {type: Odd, localhostProfile: a}}"),
            "spec.containers[0].securityContext.seccompProfile.type: Unsupported value: \"Odd\": supported values: \"Localhost\", \"RuntimeDefault\", \"Unconfined\"\n"
            + "spec.containers[0].securityContext.seccompProfile.localhostProfile: Invalid value: {\"Type\":\"Odd\",\"LocalhostProfile\":\"a\"}: can only be set when seccomp type is Localhost"),
        ["seccomp of a file"] = (Container("securityContext: {seccompProfile: {type: Localhost, localhostProfile: /a/../b}}"), "spec.containers[0].securityContext.seccompProfile.localhostProfile: Invalid value: \"/a/../b\": must be a relative path\nspec.containers[0].securityContext.seccompProfile.localhostProfile: Invalid value: \"/a/../b\": must not contain '..'"),
        ["armor of no type"] = (Container("securityContext: {appArmorProfile: {}}"), "spec.containers[0].securityContext.appArmorProfile.type: Required value: type is required when appArmorProfile is set"),
        ["armor of an unknown type"] = (Container("securityContext: {appArmorProfile: {type: Odd}}"), "spec.containers[0].securityContext.appArmorProfile.type: Unsupported value: \"Odd\": supported values: \"Localhost\", \"RuntimeDefault\", \"Unconfined\""),
        ["armor of no name"] = (Container("securityContext: {appArmorProfile: {type: Localhost, localhostProfile: ' '}}"), "spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: \" \": must not be padded with whitespace"),
        ["armor of a padded name"] = (Container("securityContext: {appArmorProfile: {type: Localhost, localhostProfile: ' a'}}"), "spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: \" a\": must not be padded with whitespace"),
        ["armor of a name where none goes"] = (Container("securityContext: {appArmorProfile: {type: Unconfined, localhostProfile: a}}"), "spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: \"a\": can only be set when AppArmor type is Localhost"),
        ["armor"] = (Container("securityContext: {appArmorProfile: {type: Localhost, localhostProfile: a}}"), ""),
        ["windows credentials"] = (Container("securityContext: {windowsOptions: {gmsaCredentialSpecName: A, gmsaCredentialSpec: ''}}"), "spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpecName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\nspec.containers[0].securityContext.windowsOptions.gmsaCredentialSpec: Invalid value: \"\": gmsaCredentialSpec cannot be an empty string"),
        ["windows user of none"] = (Container("securityContext: {windowsOptions: {runAsUserName: ''}}"), "spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: \"\": runAsUserName cannot be an empty string"),
        ["windows user with a bell"] = (Container("securityContext: {windowsOptions: {runAsUserName: \"a\\a\"}}"), "spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: \"a\\a\": runAsUserName cannot contain control characters"),
        ["windows user of two domains"] = (Container("securityContext: {windowsOptions: {runAsUserName: 'a\\b\\c'}}"), "spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: \"a\\\\b\\\\c\": runAsUserName cannot contain more than one backslash"),
        ["windows user of no domain"] = (Container("securityContext: {windowsOptions: {runAsUserName: '\\'}}"), "spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: \"\\\\\": runAsUserName's Domain doesn't match the NetBios nor the DNS format\nspec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: \"\\\\\": runAsUserName's User cannot be empty"),
        ["windows user of dots"] = (Container("securityContext: {windowsOptions: {runAsUserName: 'a?b\\. .'}}"), "spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: \"a?b\\\\. .\": runAsUserName's Domain doesn't match the NetBios nor the DNS format\nspec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: \"a?b\\\\. .\": runAsUserName's User cannot contain only periods or spaces"),
        ["windows user of odd characters"] = (Container("securityContext: {windowsOptions: {runAsUserName: 'd.e\\a|b'}}"), "spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: \"d.e\\\\a|b\": runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]"),
        ["windows user"] = (Container("securityContext: {windowsOptions: {runAsUserName: 'NT AUTHORITY\\Local'}}"), ""),

        ["debugger on create"] = (Spec("ephemeralContainers: [{name: d, image: i}]"), "spec.ephemeralContainers: Forbidden: cannot be set on create"),
        ["debugger of everything"] = (Spec(Block + ", ephemeralContainers: [{name: d, image: ' i', restartPolicy: Always, restartPolicyRules: [{action: Restart}], resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}], resources: {limits: {cpu: 1}}, livenessProbe: {}, readinessProbe: {}, startupProbe: {}, lifecycle: {}, volumeMounts: [{name: e, mountPath: /a, subPath: b}, {name: e, mountPath: /b, subPathExpr: c}]}]"), 
            "spec.ephemeralContainers[0].image: Invalid value: \" i\": must not have leading or trailing whitespace\n"
            + "spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container\n"
            + "spec.ephemeralContainers[0].resizePolicy: Forbidden: cannot be set for an Ephemeral Container\n"
            + "spec.ephemeralContainers[0].restartPolicy: Forbidden: cannot be set for an Ephemeral Container\n"
            + "spec.ephemeralContainers[0].restartPolicyRules: Forbidden: cannot be set for an Ephemeral Container\n"
            + "spec.ephemeralContainers[0].livenessProbe: Forbidden: cannot be set for an Ephemeral Container\n"
            + "spec.ephemeralContainers[0].readinessProbe: Forbidden: cannot be set for an Ephemeral Container\n"
            + "spec.ephemeralContainers[0].startupProbe: Forbidden: cannot be set for an Ephemeral Container\n"
            + "spec.ephemeralContainers[0].lifecycle: Forbidden: cannot be set for an Ephemeral Container\n"
            + "spec.ephemeralContainers[0].volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container\n"
            + "spec.ephemeralContainers[0].volumeMounts[1].subPathExpr: Forbidden: cannot be set for an Ephemeral Container\n"
            + "spec.ephemeralContainers: Forbidden: cannot be set on create"),
        ["init container of everything"] = (Spec("initContainers: [{name: d, image: ' i', livenessProbe: {}, readinessProbe: {}, startupProbe: {}, lifecycle: {}}]"), 
            "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always\n"
            + "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always\n"
            + "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always\n"
            + "spec.initContainers[0].startupProbe: Forbidden: may not be set for init containers without restartPolicy=Always\n"
            + "spec.initContainers[0].image: Invalid value: \" i\": must not have leading or trailing whitespace"),
        ["init container's ports twice"] = (Spec("initContainers: [{name: a, image: i, ports: [{containerPort: 1, hostPort: 2}, {containerPort: 3, hostPort: 2}]}, {name: b, image: i, ports: [{containerPort: 1, hostPort: 2}]}]"), "spec.initContainers[0].ports[1].hostPort: Duplicate value: \"TCP//2\""),
        ["sidecar's probes"] = (Spec("initContainers: [{name: a, image: i, restartPolicy: Always, startupProbe: {}, livenessProbe: {exec: {}}, lifecycle: {postStart: {}, preStop: {httpGet: {port: 1, path: ''}}}}]"), 
            "spec.initContainers[0].lifecycle.postStart: Required value: must specify a handler type\n"
            + "spec.initContainers[0].livenessProbe.exec.command: Required value\n"
            + "spec.initContainers[0].startupProbe: Required value: must specify a handler type"),
        ["probe of every number"] = (Container("readinessProbe: {exec: {command: [a]}, initialDelaySeconds: -1, timeoutSeconds: -2, periodSeconds: -3, successThreshold: -4, failureThreshold: -5, terminationGracePeriodSeconds: 5}"), 
            "spec.containers[0].readinessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0\n"
            + "spec.containers[0].readinessProbe.timeoutSeconds: Invalid value: -2: must be greater than or equal to 0\n"
            + "spec.containers[0].readinessProbe.periodSeconds: Invalid value: -3: must be greater than or equal to 0\n"
            + "spec.containers[0].readinessProbe.successThreshold: Invalid value: -4: must be greater than or equal to 0\n"
            + "spec.containers[0].readinessProbe.failureThreshold: Invalid value: -5: must be greater than or equal to 0\n"
            + "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes"),
        ["probe that waits for nothing"] = (Container("livenessProbe: {exec: {command: [a]}, terminationGracePeriodSeconds: 0}"), "spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0"),
        ["probes of every kind"] = (Container("livenessProbe: {httpGet: {port: '', scheme: FTP, httpHeaders: [{name: 'a b'}]}}, readinessProbe: {tcpSocket: {port: 65536}}, startupProbe: {grpc: {port: 0}}"), 
            "spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive\n"
            + "spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: \"FTP\": supported values: \"HTTP\", \"HTTPS\"\n"
            + "spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: \"a b\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')\n"
            + "spec.containers[0].readinessProbe.tcpSocket.port: Invalid value: 65536: must be between 1 and 65535, inclusive\n"
            + "spec.containers[0].startupProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive"),
        ["hook of two"] = (Container("lifecycle: {postStart: {exec: {command: [a]}, httpGet: {port: 80, path: /}, tcpSocket: {port: 1}, sleep: {seconds: 1}}}"), 
            "spec.containers[0].lifecycle.postStart.httpGet: Forbidden: may not specify more than 1 handler type\n"
            + "spec.containers[0].lifecycle.postStart.tcpSocket: Forbidden: may not specify more than 1 handler type\n"
            + "spec.containers[0].lifecycle.postStart.sleep: Forbidden: may not specify more than 1 handler type"),
        ["hook that sleeps backwards"] = (Container("lifecycle: {postStart: {sleep: {seconds: -1}}}"), "spec.containers[0].lifecycle.postStart.sleep: Invalid value: -1: must be non-negative and less than terminationGracePeriodSeconds (30)"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_ContainerOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());
}
