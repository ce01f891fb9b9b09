using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using k8s.Models;
using Orch.Serialization;

namespace Orch.ApiServer.Validation;

/// <summary>Objects as upstream's messages show those that it has a form of its own for: every field, under its name in Go, in Go's order.</summary>
/// <remarks>A message shows what is compared, and that is not the form of the API: it has no JSON names and leaves nothing out.</remarks>
internal static class GoForm
{
    private const char Text = 's';
    private const char Flag = 'b';
    private const char Number = 'i';

    // Each field as Go's name, the property's name where that differs by more than case, and what an absent value is:
    // s a text, b a flag, i a number, {type} a nested object; nothing where it is null.
    private static readonly Dictionary<Type, Field[]> Forms = new()
    {
        [typeof(V1Taint)] = Fields("Key:s Value:s Effect:s TimeAdded"),
        [typeof(V1Toleration)] = Fields("Key:s Operator=OperatorProperty:s Value:s Effect:s TolerationSeconds"),
        [typeof(V1NodeAddress)] = Fields("Type:s Address:s"),
        [typeof(V1PodIP)] = Fields("IP:s"),
        [typeof(V1HostIP)] = Fields("IP:s"),
        [typeof(V1ObjectReference)] = Fields("Kind:s Namespace=NamespaceProperty:s Name:s UID:s APIVersion:s ResourceVersion:s FieldPath:s"),
        [typeof(V1EventSource)] = Fields("Component:s Host:s"),
        [typeof(V1SecurityContext)] = Fields(
            "Capabilities Privileged SELinuxOptions WindowsOptions RunAsUser RunAsGroup RunAsNonRoot ReadOnlyRootFilesystem AllowPrivilegeEscalation ProcMount SeccompProfile AppArmorProfile"),
        [typeof(V1Capabilities)] = Fields("Add Drop"),
        [typeof(V1SELinuxOptions)] = Fields("User:s Role:s Type:s Level:s"),
        [typeof(V1WindowsSecurityContextOptions)] = Fields("GMSACredentialSpecName GMSACredentialSpec RunAsUserName HostProcess"),
        [typeof(V1SeccompProfile)] = Fields("Type:s LocalhostProfile"),
        [typeof(V1AppArmorProfile)] = Fields("Type:s LocalhostProfile"),
        [typeof(V1PodResourceClaim)] = Fields("Name:s ResourceClaimName ResourceClaimTemplateName"),
        [typeof(V1ClusterTrustBundleProjection)] = Fields("Name SignerName LabelSelector Path:s Optional"),
        [typeof(V1VolumeNodeAffinity)] = Fields("Required"),
        [typeof(V1NodeSelector)] = Fields("NodeSelectorTerms"),
        [typeof(V1NodeSelectorTerm)] = Fields("MatchExpressions MatchFields"),
        [typeof(V1NodeSelectorRequirement)] = Fields("Key:s Operator=OperatorProperty:s Values"),
        [typeof(V1NodeConfigSource)] = Fields("ConfigMap"),
        [typeof(V1ConfigMapNodeConfigSource)] = Fields("Namespace=NamespaceProperty:s Name:s UID:s ResourceVersion:s KubeletConfigKey:s"),
        [typeof(V1ScopeSelector)] = Fields("MatchExpressions"),
        [typeof(V1ScopedResourceSelectorRequirement)] = Fields("ScopeName:s Operator=OperatorProperty:s Values"),
        [typeof(V1DeploymentStrategy)] = Fields("Type:s RollingUpdate"),
        [typeof(V1RollingUpdateDeployment)] = Fields("MaxUnavailable:i MaxSurge:i"),
        [typeof(V1DaemonSetUpdateStrategy)] = Fields("Type:s RollingUpdate"),
        [typeof(V1RollingUpdateDaemonSet)] = Fields("MaxUnavailable:i MaxSurge:i"),
        [typeof(V1StatefulSetUpdateStrategy)] = Fields("Type:s RollingUpdate"),
        [typeof(V1RollingUpdateStatefulSetStrategy)] = Fields("Partition:i MaxUnavailable"),
        [typeof(V1PodFailurePolicy)] = Fields("Rules"),
        [typeof(V1PodFailurePolicyRule)] = Fields("Action:s OnExitCodes OnPodConditions"),
        [typeof(V1PodFailurePolicyOnExitCodesRequirement)] = Fields("ContainerName Operator=OperatorProperty:s Values"),
        [typeof(V1PodFailurePolicyOnPodConditionsPattern)] = Fields("Type:s Status:s"),
        [typeof(V1SuccessPolicy)] = Fields("Rules"),
        [typeof(V1SuccessPolicyRule)] = Fields("SucceededIndexes SucceededCount"),
        [typeof(V1UncountedTerminatedPods)] = Fields("Succeeded Failed"),
        [typeof(V1PodDisruptionBudgetSpec)] = Fields("MinAvailable Selector MaxUnavailable UnhealthyPodEvictionPolicy"),
        [typeof(V1RoleRef)] = Fields("APIGroup:s Kind:s Name:s"),
        [typeof(V1VolumeNodeResources)] = Fields("Count"),
        [typeof(V1CSINodeDriver)] = Fields("Name:s NodeID:s TopologyKeys Allocatable"),
        [typeof(V1VolumeAttachmentSpec)] = Fields("Attacher:s Source NodeName:s"),
        [typeof(V1VolumeAttachmentSource)] = Fields("PersistentVolumeName InlineVolumeSpec"),
        [typeof(V1NonResourceAttributes)] = Fields("Path:s Verb:s"),
        [typeof(V1AuditAnnotation)] = Fields("Key:s ValueExpression:s"),
        [typeof(V1CustomResourceDefinitionVersion)] = Fields(
            "Name:s Served:b Storage:b Deprecated:b DeprecationWarning Schema Subresources AdditionalPrinterColumns SelectableFields"),
        [typeof(V1FlowSchemaSpec)] = Fields("PriorityLevelConfiguration MatchingPrecedence:i DistinguisherMethod Rules"),
        [typeof(V1PriorityLevelConfigurationReference)] = Fields("Name:s"),
        [typeof(V1FlowDistinguisherMethod)] = Fields("Type:s"),
        [typeof(V1PolicyRulesWithSubjects)] = Fields("Subjects ResourceRules NonResourceRules"),
        [typeof(Flowcontrolv1Subject)] = Fields("Kind:s User Group ServiceAccount"),
        [typeof(V1UserSubject)] = Fields("Name:s"),
        [typeof(V1GroupSubject)] = Fields("Name:s"),
        [typeof(V1ServiceAccountSubject)] = Fields("Namespace=NamespaceProperty:s Name:s"),
        [typeof(V1ResourcePolicyRule)] = Fields("Verbs APIGroups Resources ClusterScope:b Namespaces"),
        [typeof(V1NonResourcePolicyRule)] = Fields("Verbs NonResourceURLs"),
        [typeof(V1PriorityLevelConfigurationSpec)] = Fields("Type:s Limited Exempt"),
        [typeof(V1LimitedPriorityLevelConfiguration)] = Fields("NominalConcurrencyShares:i LimitResponse LendablePercent BorrowingLimitPercent"),
        [typeof(V1LimitResponse)] = Fields("Type:s Queuing"),
        [typeof(V1QueuingConfiguration)] = Fields("Queues:i HandSize:i QueueLengthLimit:i"),
        [typeof(V1ExemptPriorityLevelConfiguration)] = Fields("NominalConcurrencyShares LendablePercent"),
    };

    /// <summary>The JSON of an object with such a form, or of a list of them; null of any other.</summary>
    public static string? Of(object value)
    {
        if (!IsKnown(value)) { return null; }
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    private static bool IsKnown(object value) => value switch
    {
        IList list => list.Count > 0 && list[0] is { } first && Forms.ContainsKey(first.GetType()),
        _ => Forms.ContainsKey(value.GetType()),
    };

    private static void Write(object? value, StringBuilder text)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case IList list when value is not byte[]:
                text.Append('[');
                for (var index = 0; index < list.Count; index++)
                {
                    if (index > 0) { text.Append(','); }
                    Write(list[index], text);
                }

                text.Append(']');
                break;
            case not null when Forms.TryGetValue(value.GetType(), out var fields):
                Write(value, fields, text);
                break;
            default:
                text.Append(JsonSerializer.Serialize(value, ApiJson.Options));
                break;
        }
    }

    private static void Write(object value, Field[] fields, StringBuilder text)
    {
        text.Append('{');
        for (var index = 0; index < fields.Length; index++)
        {
            if (index > 0) { text.Append(','); }
            text.Append('"').Append(fields[index].GoName).Append("\":");
            if (PropertyOf(value.GetType(), fields[index].Property)?.GetValue(value) is { } content) { Write(content, text); }
            else { text.Append(fields[index].Kind switch { Text => "\"\"", Flag => "false", Number => "0", _ => "null" }); }
        }

        text.Append('}');
    }

    private static PropertyInfo? PropertyOf(Type type, string name) => type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);

    private static Field[] Fields(string form)
        => [.. form.Split(' ').Select(static item =>
        {
            var colon = item.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? item : item[..colon];
            var equals = name.IndexOf('=', StringComparison.Ordinal);
            return new Field(equals < 0 ? name : name[..equals], equals < 0 ? name : name[(equals + 1)..], colon < 0 ? ' ' : item[colon + 1]);
        })];

    private sealed record Field(string GoName, string Property, char Kind);
}
