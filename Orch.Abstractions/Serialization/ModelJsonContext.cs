using System.Text.Json.Serialization;
using k8s.Models;

namespace Orch.Serialization;

/// <summary>Metadata, made by the compiler, of the kinds that every cluster reads and writes from its first second on.</summary>
/// <remarks>Says nothing that reflection would not say; it only spares a young process from looking. Kinds that are not here are looked at by reflection.</remarks>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Corev1Event))]
[JsonSerializable(typeof(Eventsv1Event))]
[JsonSerializable(typeof(V1APIService))]
[JsonSerializable(typeof(V1Binding))]
[JsonSerializable(typeof(V1ClusterRole))]
[JsonSerializable(typeof(V1ClusterRoleBinding))]
[JsonSerializable(typeof(V1ConfigMap))]
[JsonSerializable(typeof(V1Deployment))]
[JsonSerializable(typeof(V1Endpoints))]
[JsonSerializable(typeof(V1EndpointSlice))]
[JsonSerializable(typeof(V1FlowSchema))]
[JsonSerializable(typeof(V1IPAddress))]
[JsonSerializable(typeof(V1Lease))]
[JsonSerializable(typeof(V1Namespace))]
[JsonSerializable(typeof(V1Node))]
[JsonSerializable(typeof(V1Pod))]
[JsonSerializable(typeof(V1PriorityClass))]
[JsonSerializable(typeof(V1PriorityLevelConfiguration))]
[JsonSerializable(typeof(V1ReplicaSet))]
[JsonSerializable(typeof(V1Role))]
[JsonSerializable(typeof(V1RoleBinding))]
[JsonSerializable(typeof(V1Secret))]
[JsonSerializable(typeof(V1Service))]
[JsonSerializable(typeof(V1ServiceAccount))]
[JsonSerializable(typeof(V1ServiceCIDR))]
[JsonSerializable(typeof(V1Status))]
internal sealed partial class ModelJsonContext : JsonSerializerContext;
