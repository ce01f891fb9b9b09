using k8s.Models;
using static Orch.ApiServer.Tests.Validation.PodCases;

namespace Orch.ApiServer.Tests.Validation;

/// <summary>The rules for a pod as a whole: placement, names, resolution, rights, system, annotations.</summary>
public sealed class PodSpecRulesTests
{
    private const string Many = "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a, b, c, d, e, f, g";
    private const string Label63 = "a123456789a123456789a123456789a123456789a123456789a123456789abc";
    private const string Name253 = Label63 + "." + Label63 + "." + Label63 + "." + "a123456789a123456789a123456789a123456789a123456789a123456789a";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["node terms"] = (Spec("affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In}, {key: a, operator: NotIn}, {key: a, operator: Exists, values: [b]}, {key: a, operator: DoesNotExist, values: [b]}, {key: a, operator: Gt}, {key: a, operator: Lt, values: ['1', '2']}, {key: a/b/c, operator: Near}, {key: a, operator: In, values: ['-']}]}]}}}"), 
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'\n"
            + "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[1].values: Required value: must be specified when `operator` is 'In' or 'NotIn'\n"
            + "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[2].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'\n"
            + "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[3].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'\n"
            + "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[4].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'\n"
            + "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[5].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'\n"
            + "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[6].operator: Invalid value: \"Near\": not a valid selector operator\n"
            + "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[6].key: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')\n"
            + "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[7].values[0]: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["node terms without fault"] = (Spec("affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: ['1']}, {key: a, operator: Exists}], matchFields: [{key: metadata.name, operator: NotIn, values: [n]}]}]}}}"), ""),
        ["node fields"] = (Spec("affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: Exists}, {key: metadata.name, operator: In}, {key: metadata.uid, operator: In, values: [a]}, {key: metadata.name, operator: In, values: [A]}]}]}}}"), 
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].operator: Invalid value: \"Exists\": not a valid selector operator\n"
            + "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[1].values: Required value: must be only one value when `operator` is 'In' or 'NotIn' for node field selector\n"
            + "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[2].key: Invalid value: \"metadata.uid\": not a valid field selector key\n"
            + "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[3].values[0]: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["node wishes"] = (Spec("affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, preference: {matchExpressions: [{key: a, operator: In, values: ['-']}, {key: a, operator: Near}]}}, {weight: 1, preference: {}}, {weight: 100, preference: {}}]}}"), "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100\nspec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[1].operator: Invalid value: \"Near\": not a valid selector operator"),
        ["pod wishes"] = (Spec("affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 101, podAffinityTerm: {topologyKey: z, labelSelector: {matchExpressions: [{key: a, operator: Near}]}}}, {weight: 0, podAffinityTerm: {topologyKey: z, namespaceSelector: {matchLabels: {a: '-'}}}}]}}"), 
            "spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be in the range 1-100\n"
            + "spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector.matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator\n"
            + "spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[1].weight: Invalid value: 0: must be in the range 1-100\n"
            + "spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[1].podAffinityTerm.namespaceSelector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["pods apart"] = (Spec("affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z, namespaces: [A]}], preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, podAffinityTerm: {topologyKey: a/b/c}}]}}"), "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].namespace: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\nspec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"),
        ["pod keys without a selector"] = (Spec("affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z, matchLabelKeys: [a], mismatchLabelKeys: [b]}]}}"), "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set\nspec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].mismatchLabelKeys: Forbidden: must not be specified when labelSelector is not set"),
        ["pod keys"] = (Spec("affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z, labelSelector: {matchLabels: {a: b}}, matchLabelKeys: [c, 'x y'], mismatchLabelKeys: [c, 'y z']}]}}"), 
            "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[1]: Invalid value: \"x y\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].mismatchLabelKeys[1]: Invalid value: \"y z\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]: Invalid value: \"c\": exists in both matchLabelKeys and mismatchLabelKeys"),
        ["pod keys that the selector has"] = (Spec("affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z, labelSelector: {matchLabels: {a: b}}, matchLabelKeys: [a]}]}}", "name: web-0, labels: {a: x}"), "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0][0]: Invalid value: \"a\": exists in both matchLabelKeys and labelSelector"),

        ["spread of few domains"] = (Spec("topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, minDomains: 0}]"), "spec.topologySpreadConstraints[0].minDomains: Invalid value: 0: must be greater than zero\nspec.topologySpreadConstraints[0].minDomains: Invalid value: 0: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway"),
        ["spread of one domain"] = (Spec("topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, minDomains: 1}]"), ""),
        ["spread of nothing"] = (Spec("topologySpreadConstraints: [{maxSkew: -1, whenUnsatisfiable: Cry, nodeAffinityPolicy: A, nodeTaintsPolicy: B, labelSelector: {matchLabels: {a: '-'}}}]"), 
            "spec.topologySpreadConstraints[0].maxSkew: Invalid value: -1: must be greater than zero\n"
            + "spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty\n"
            + "spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: \"Cry\": supported values: \"DoNotSchedule\", \"ScheduleAnyway\"\n"
            + "spec.topologySpreadConstraints[0].nodeAffinityPolicy: Unsupported value: \"A\": supported values: \"Honor\", \"Ignore\"\n"
            + "spec.topologySpreadConstraints[0].nodeTaintsPolicy: Unsupported value: \"B\": supported values: \"Honor\", \"Ignore\"\n"
            + "spec.topologySpreadConstraints[0].labelSelector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["spread's keys without a selector"] = (Spec("topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, nodeAffinityPolicy: Honor, nodeTaintsPolicy: Ignore, matchLabelKeys: [a b]}]"), "spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set"),
        ["spread's keys that the selector has"] = (Spec("topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, matchLabelKeys: [a, b, c], labelSelector: {matchLabels: {a: x}, matchExpressions: [{key: b, operator: Exists}]}}]"), ""),

        ["resource claims"] = (Spec("resourceClaims: [{}, {name: a, resourceClaimName: b, resourceClaimTemplateName: c}, {name: a, resourceClaimName: B}, {name: C, resourceClaimTemplateName: D}]"),
            "spec.resourceClaims[0].name: Required value\n"
            + "spec.resourceClaims[0]: Invalid value: {\"Name\":\"\",\"ResourceClaimName\":null,\"ResourceClaimTemplateName\":null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`\n"
            + "spec.resourceClaims[1]: Invalid value: {\"Name\":\"a\",\"ResourceClaimName\":\"b\",\"ResourceClaimTemplateName\":\"c\"}: at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified\n"
            + "spec.resourceClaims[2].name: Duplicate value: \"a\"\n"
            + "spec.resourceClaims[2].resourceClaimName: Invalid value: \"B\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.resourceClaims[3].name: Invalid value: \"C\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "spec.resourceClaims[3].resourceClaimTemplateName: Invalid value: \"D\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),

        ["tolerations"] = (Spec("tolerations: [{key: 'a b', operator: Equal, value: '-'}, {operator: Equal}, {key: a, operator: Near}, {key: a, operator: Exists, value: b}, {key: a, tolerationSeconds: 5}, {key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 5}]"), 
            "spec.tolerations[0].key: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.tolerations[0].operator: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "spec.tolerations[1].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, which means \"match all values and all keys\"\n"
            + "spec.tolerations[2].operator: Unsupported value: \"Near\": supported values: \"Equal\", \"Exists\"\n"
            + "spec.tolerations[3].operator: Invalid value: \"b\": value must be empty when `operator` is 'Exists'\n"
            + "spec.tolerations[4].effect: Invalid value: \"\": effect must be 'NoExecute' when `tolerationSeconds` is set"),
        ["toleration of a long value"] = (Spec($"tolerations: [{{key: a, value: {Label63}x}}, {{key: a, value: {Label63}-}}]"), "spec.tolerations[0].operator: Invalid value: \"a123456789a123456789a123456789a123456789a123456789a123456789abcx\": must be no more than 63 bytes\nspec.tolerations[1].operator: Invalid value: \"a123456789a123456789a123456789a123456789a123456789a123456789abc-\": must be no more than 63 bytes;a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),

        ["DNS without servers"] = (Spec("dnsPolicy: None, dnsConfig: {}"), "spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None"),
        ["DNS servers and options"] = (Spec("dnsConfig: {nameservers: [x], options: [{}, {name: a}]}"), "spec.dnsConfig.nameservers[0]: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)\nspec.dnsConfig.options[0]: Required value: must not be empty"),
        ["DNS searches too many"] = (Spec($"dnsConfig: {{searches: [{Many}]}}"), "spec.dnsConfig.searches: Invalid value: [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\",\"k\",\"l\",\"m\",\"n\",\"o\",\"p\",\"q\",\"r\",\"s\",\"t\",\"u\",\"v\",\"w\",\"x\",\"y\",\"z\",\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\"]: must not have more than 32 search paths"),
        ["DNS searches too long"] = (Spec($"dnsConfig: {{searches: [{string.Join(", ", Enumerable.Repeat(Name253, 8))}, abcdefghijklmnopq]}}"), "spec.dnsConfig.searches: Invalid value: [\"a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789a\",\"a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789a\",\"a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789a\",\"a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789a\",\"a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789a\",\"a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789a\",\"a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789a\",\"a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789a\",\"abcdefghijklmnopq\"]: must not have more than 2048 characters (including spaces) in the search list"),
        ["DNS searches as long as may be"] = (Spec($"dnsConfig: {{searches: [{string.Join(", ", Enumerable.Repeat(Name253, 8))}, abcdefghijklmnop]}}"), ""),
        ["DNS searches"] = (Spec("dnsConfig: {searches: ['.', 'a.', _a._b, 'A', '-a', 'a..b', 'a-']}"), 
            "spec.dnsConfig.searches[3]: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.dnsConfig.searches[4]: Invalid value: \"-a\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.dnsConfig.searches[5]: Invalid value: \"a..b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.dnsConfig.searches[6]: Invalid value: \"a-\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')"),

        ["policies unknown"] = (Spec("restartPolicy: '', dnsPolicy: '', preemptionPolicy: Sometimes"), "spec.preemptionPolicy: Unsupported value: \"Sometimes\": supported values: \"PreemptLowerPriority\", \"Never\""),
        ["preemption of nothing"] = (Spec("preemptionPolicy: ''"), "spec.preemptionPolicy: Required value"),
        ["names"] = (Spec("serviceAccountName: A, nodeName: B, hostname: C.d, subdomain: E, priorityClassName: F, runtimeClassName: '', activeDeadlineSeconds: 0"), 
            "spec.serviceAccountName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.nodeName: Invalid value: \"B\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive\n"
            + "spec.hostname: Invalid value: \"C.d\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "spec.subdomain: Invalid value: \"E\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "spec.priorityClassName: Invalid value: \"F\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.runtimeClassName: Invalid value: \"\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["deadline too far"] = (Spec("activeDeadlineSeconds: 2147483648"), "spec.activeDeadlineSeconds: Invalid value: 2147483648: must be between 1 and 2147483647, inclusive"),
        ["host name of its own"] = (Spec($"hostnameOverride: {Label63}.A, hostNetwork: true, setHostnameAsFQDN: true"),
            "spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true\n"
            + "spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true\n"
            + "spec.hostnameOverride: Too long: may not be more than 64 bytes\n"
            + "spec.hostnameOverride: Invalid value: \"a123456789a123456789a123456789a123456789a123456789a123456789abc.A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["host name of the most"] = (Spec($"hostnameOverride: {Label63}"), ""),
        ["host aliases"] = (Spec("hostAliases: [{ip: x, hostnames: [a, B]}]"), "spec.hostAliases[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)\nspec.hostAliases[0].hostnames[1]: Invalid value: \"B\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["node selector"] = (Spec("nodeSelector: {a b: c, d: '-'}"), "spec.nodeSelector: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\nspec.nodeSelector: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["overhead"] = (Spec("overhead: {cpu: -1, disk: 1, hugepages-2Mi: 2Mi}"),
            "spec.overhead.limits[cpu]: Invalid value: \"-1\": must be greater than or equal to 0\n"
            + "spec.overhead.limits[disk]: Invalid value: \"disk\": must be a standard resource type or fully qualified\n"
            + "spec.overhead.limits[disk]: Invalid value: \"disk\": must be a standard resource for containers"),
        ["overhead of huge pages"] = (Spec("overhead: {hugepages-2Mi: 2Mi}"), "spec.overhead: Forbidden: HugePages require cpu or memory"),
        ["user namespace"] = (Spec("hostUsers: false, hostPID: true, hostIPC: true"),
            "spec.HostPID: Forbidden: when `hostUsers` is false\n"
            + "spec.HostIPC: Forbidden: when `hostUsers` is false"),
        ["readiness gate"] = (Spec("readinessGates: [{}]"), "spec.readinessGates[0].conditionType: Invalid value: \"\": name part must be non-empty\nspec.readinessGates[0].conditionType: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["scheduling gate"] = (Spec("schedulingGates: [{name: a b}]"), "spec.schedulingGates[0]: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["host network in a template"] = (Kinds.Cases.Create<V1PodTemplate>("{metadata: {name: t}, template: {spec: {hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 2}]}]}}}"), "template.spec.containers[0].ports[0].hostPort: Invalid value: 2: must match `containerPort` when `hostNetwork` is true"),

        ["rights"] = (Spec("shareProcessNamespace: true, hostPID: true, securityContext: {fsGroup: -1, runAsGroup: -2, supplementalGroups: [1, -3, 2147483648], fsGroupChangePolicy: Odd, supplementalGroupsPolicy: Odd, seLinuxChangePolicy: Odd}"), 
            "spec.securityContext.fsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive\n"
            + "spec.securityContext.runAsGroup: Invalid value: -2: must be between 0 and 2147483647, inclusive\n"
            + "spec.securityContext.supplementalGroups[1]: Invalid value: -3: must be between 0 and 2147483647, inclusive\n"
            + "spec.securityContext.supplementalGroups[2]: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive\n"
            + "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled\n"
            + "spec.securityContext.fsGroupChangePolicy: Unsupported value: \"Odd\": supported values: \"Always\", \"OnRootMismatch\"\n"
            + "spec.securityContext.supplementalGroupsPolicy: Unsupported value: \"Odd\": supported values: \"Merge\", \"Strict\"\n"
            + "spec.securityContext.seLinuxChangePolicy: Unsupported value: \"Odd\": supported values: \"MountOption\", \"Recursive\""),
        ["rights of the pod's profiles"] = (Spec("securityContext: {seccompProfile: {}, appArmorProfile: {}, windowsOptions: {runAsUserName: ''}, fsGroupChangePolicy: Always, supplementalGroupsPolicy: Strict, seLinuxChangePolicy: Recursive}"), 
            "spec.securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set\n"
            + "spec.securityContext.windowsOptions.runAsUserName: Invalid value: \"\": runAsUserName cannot be an empty string\n"
            + "spec.securityContext.appArmorProfile.type: Required value: type is required when appArmorProfile is set"),
        ["sysctls"] = (Spec("securityContext: {sysctls: [{value: a}, {name: a.b}, {name: a.b}, {name: a/b}, {name: a..b}, {name: -a}, {name: a-}]}"), 
            "spec.securityContext.sysctls[0].name: Required value\n"
            + "spec.securityContext.sysctls[2].name: Duplicate value: \"a.b\"\n"
            + "spec.securityContext.sysctls[4].name: Invalid value: \"a..b\": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$\n"
            + "spec.securityContext.sysctls[5].name: Invalid value: \"-a\": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$\n"
            + "spec.securityContext.sysctls[6].name: Invalid value: \"a-\": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"),
        ["sysctls of the host's IPC"] = (Spec("hostIPC: true, securityContext: {sysctls: [{name: kernel.shm_rmid_forced}, {name: kernel/msgmax}, {name: kernel.sem}, {name: fs.mqueue.a}, {name: net.a}, {name: kernel.pid_max}]}"), 
            "spec.securityContext.sysctls[0].name: Invalid value: \"kernel.shm_rmid_forced\": may not be specified when 'hostIPC' is true\n"
            + "spec.securityContext.sysctls[1].name: Invalid value: \"kernel/msgmax\": may not be specified when 'hostIPC' is true\n"
            + "spec.securityContext.sysctls[2].name: Invalid value: \"kernel.sem\": may not be specified when 'hostIPC' is true\n"
            + "spec.securityContext.sysctls[3].name: Invalid value: \"fs.mqueue.a\": may not be specified when 'hostIPC' is true"),
        ["sysctl of a long name"] = (Spec($"securityContext: {{sysctls: [{{name: {Name253}}}, {{name: {Name253}x}}]}}"), "spec.securityContext.sysctls[1].name: Invalid value: \"a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789abc.a123456789a123456789a123456789a123456789a123456789a123456789ax\": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"),

        ["host processes of some"] = (Spec("securityContext: {windowsOptions: {hostProcess: true}}, initContainers: [{name: i, image: i, securityContext: {windowsOptions: {hostProcess: false}}}]"), 
            "spec.initContainers[0].securityContext.windowsOptions.hostProcess: Invalid value: false: pod hostProcess value must be identical if both are specified, was true\n"
            + "spec: Invalid value: \"\": If pod contains any hostProcess containers then all containers must be HostProcess containers\n"
            + "spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers"),
        ["host processes of all"] = (Spec("hostNetwork: true, securityContext: {windowsOptions: {hostProcess: true}}"), ""),
        ["host process of one"] = (Spec("hostNetwork: true, initContainers: [{name: i, image: i, securityContext: {windowsOptions: {hostProcess: true}}}]"), "spec: Invalid value: \"\": If pod contains any hostProcess containers then all containers must be HostProcess containers"),

        ["system of no name"] = (Spec("os: {}"), "spec.os.name: Required value: cannot be empty"),
        ["linux with windows' options"] = (Spec("os: {name: linux}, securityContext: {windowsOptions: {}}, initContainers: [{name: i, image: i, securityContext: {windowsOptions: {}}}]"), "spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod\nspec.initContainers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod"),
        ["windows with linux's options"] = (Spec("os: {name: windows}, hostUsers: true, hostPID: true, hostIPC: true, shareProcessNamespace: false, securityContext: {appArmorProfile: {type: Unconfined}, seLinuxOptions: {}, seccompProfile: {type: Unconfined}, fsGroup: 1, fsGroupChangePolicy: Always, sysctls: [{name: a}], runAsUser: 1, runAsGroup: 1, supplementalGroups: [], supplementalGroupsPolicy: Merge, seLinuxChangePolicy: Recursive}"),
            "spec.securityContext.appArmorProfile: Forbidden: cannot be set for a windows pod\n"
            + "spec.securityContext.seLinuxOptions: Forbidden: cannot be set for a windows pod\n"
            + "spec.hostUsers: Forbidden: cannot be set for a windows pod\n"
            + "spec.hostPID: Forbidden: cannot be set for a windows pod\n"
            + "spec.hostIPC: Forbidden: cannot be set for a windows pod\n"
            + "spec.securityContext.seccompProfile: Forbidden: cannot be set for a windows pod\n"
            + "spec.securityContext.fsGroup: Forbidden: cannot be set for a windows pod\n"
            + "spec.securityContext.fsGroupChangePolicy: Forbidden: cannot be set for a windows pod\n"
            + "spec.securityContext.sysctls: Forbidden: cannot be set for a windows pod\n"
            + "spec.shareProcessNamespace: Forbidden: cannot be set for a windows pod\n"
            + "spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod\n"
            + "spec.securityContext.runAsGroup: Forbidden: cannot be set for a windows pod\n"
            + "spec.securityContext.supplementalGroups: Forbidden: cannot be set for a windows pod\n"
            + "spec.securityContext.supplementalGroupsPolicy: Forbidden: cannot be set for a windows pod\n"
            + "spec.securityContext.seLinuxChangePolicy: Forbidden: cannot be set for a windows pod"),
        ["windows containers with linux's options"] = (Container("securityContext: {appArmorProfile: {type: Unconfined}, seLinuxOptions: {}, seccompProfile: {type: Unconfined}, capabilities: {}, readOnlyRootFilesystem: false, privileged: false, allowPrivilegeEscalation: true, procMount: Default, runAsUser: 1, runAsGroup: 1}", "os: {name: windows}"), 
            "spec.containers[0].securityContext.appArmorProfile: Forbidden: cannot be set for a windows pod\n"
            + "spec.containers[0].securityContext.seLinuxOptions: Forbidden: cannot be set for a windows pod\n"
            + "spec.containers[0].securityContext.seccompProfile: Forbidden: cannot be set for a windows pod\n"
            + "spec.containers[0].securityContext.capabilities: Forbidden: cannot be set for a windows pod\n"
            + "spec.containers[0].securityContext.readOnlyRootFilesystem: Forbidden: cannot be set for a windows pod\n"
            + "spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod\n"
            + "spec.containers[0].securityContext.allowPrivilegeEscalation: Forbidden: cannot be set for a windows pod\n"
            + "spec.containers[0].securityContext.procMount: Forbidden: cannot be set for a windows pod\n"
            + "spec.containers[0].securityContext.runAsUser: Forbidden: cannot be set for a windows pod\n"
            + "spec.containers[0].securityContext.runAsGroup: Forbidden: cannot be set for a windows pod"),

        ["mirror without a node"] = (Spec("hostname: a", "name: web-0, annotations: {kubernetes.io/config.mirror: x}"), "metadata.annotations[kubernetes.io/config.mirror]: Invalid value: \"x\": must set spec.nodeName if mirror pod annotation is set"),
        ["mirror"] = (Spec("nodeName: n", "name: web-0, annotations: {kubernetes.io/config.mirror: x}"), ""),
        ["armor of nobody"] = (Spec("hostname: a", "name: web-0, annotations: {container.apparmor.security.beta.kubernetes.io/none: odd}"), "metadata.annotations[container.apparmor.security.beta.kubernetes.io/none]: Invalid value: \"none\": container not found\nmetadata.annotations[container.apparmor.security.beta.kubernetes.io/none]: Invalid value: \"odd\": invalid AppArmor profile name: \"odd\""),
        ["armor by annotation"] = (Spec("hostname: a", "name: web-0, annotations: {container.apparmor.security.beta.kubernetes.io/web: localhost/a}"), ""),
        ["deletion costs"] = (Spec("hostname: a", "name: web-0, annotations: {controller.kubernetes.io/pod-deletion-cost: '+1'}"), "metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \"+1\": must be a 32bit integer"),
        ["deletion cost with a zero"] = (Spec("hostname: a", "name: web-0, annotations: {controller.kubernetes.io/pod-deletion-cost: '01'}"), "metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \"01\": must be a 32bit integer"),
        ["deletion cost below zero"] = (Spec("hostname: a", "name: web-0, annotations: {controller.kubernetes.io/pod-deletion-cost: '-1'}"), ""),

        ["resources of the whole pod"] = (Spec("resources: {claims: [{name: a}], limits: {cpu: 1, disk: 1}, requests: {cpu: 2, memory: -1}}"),
            "spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level\n"
            + "spec.resources.limits[disk]: Invalid value: \"disk\": must be a standard resource type or fully qualified\n"
            + "spec.resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1\n"
            + "spec.resources.requests[memory]: Invalid value: \"-1\": must be greater than or equal to 0\n"
            + "spec.resources.claims[0]: Not found: \"a\": must be one of the names in pod.spec.resourceClaims which is empty"),
        ["resources of the whole pod less than its containers'"] = (Container("resources: {requests: {cpu: 2}, limits: {cpu: 3, memory: 1Gi}}", "resources: {requests: {cpu: 1}, limits: {cpu: 2}}"), "spec.resources.requests[cpu]: Invalid value: \"1\": must be greater than or equal to aggregate container requests of 2\nspec.resources.containers[0][cpu].limits: Invalid value: \"3\": must be less than or equal to pod limits of 2"),
        ["resources of the whole pod in huge pages"] = (Spec("resources: {limits: {hugepages-2Mi: 3Mi}}"),
            "spec.resources.limits[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive integer multiple of hugepages-2Mi\n"
            + "spec.resources: Forbidden: HugePages require cpu or memory"),
        ["no time to end"] = (Kinds.Cases.Create<V1PodTemplate>("{metadata: {name: t}, template: {}}"), "template.spec.containers: Required value"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_PodOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());
}
