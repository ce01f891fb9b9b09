using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.Testing.Builders;

/// <summary>Fluent changes to objects that a test has just made; each changes the object and returns it.</summary>
public static class ObjectBuilder
{
    public static T InNamespace<T>(this T item, string namespaceName)
        where T : IKubernetesObject<V1ObjectMeta> => With(item, () => item.Metadata.NamespaceProperty = namespaceName);

    public static T WithLabel<T>(this T item, string key, string value)
        where T : IKubernetesObject<V1ObjectMeta> => With(item, () => (item.Metadata.Labels ??= new Dictionary<string, string>())[key] = value);

    public static T WithAnnotation<T>(this T item, string key, string value)
        where T : IKubernetesObject<V1ObjectMeta> => With(item, () => (item.Metadata.Annotations ??= new Dictionary<string, string>())[key] = value);

    public static T WithFinalizer<T>(this T item, string name)
        where T : IKubernetesObject<V1ObjectMeta> => With(item, () => item.Metadata.Finalizers = [.. item.Metadata.Finalizers ?? [], name]);

    public static T WithUid<T>(this T item, string uid)
        where T : IKubernetesObject<V1ObjectMeta> => With(item, () => item.Metadata.Uid = uid);

    public static T CreatedAt<T>(this T item, DateTimeOffset time)
        where T : IKubernetesObject<V1ObjectMeta> => With(item, () => item.Metadata.CreationTimestamp = time.UtcDateTime);

    public static T DeletedAt<T>(this T item, DateTimeOffset time)
        where T : IKubernetesObject<V1ObjectMeta> => With(item, () => item.Metadata.DeletionTimestamp = time.UtcDateTime);

    /// <summary>Managed by an owner, which must have a uid.</summary>
    public static T ControlledBy<T, TOwner>(this T item, TOwner owner)
        where T : IKubernetesObject<V1ObjectMeta>
        where TOwner : class, IKubernetesObject<V1ObjectMeta>
        => With(item, () => item.Metadata.OwnerReferences = [.. item.Metadata.OwnerReferences ?? [], owner.ControllerReference()]);

    public static V1Pod OnNode(this V1Pod pod, string node) => With(pod, () => pod.Spec.NodeName = node);

    public static V1Pod WithPhase(this V1Pod pod, string phase) => With(pod, () => (pod.Status ??= new V1PodStatus()).Phase = phase);

    public static V1Pod WithIP(this V1Pod pod, string address) => With(pod, () =>
    {
        pod.Status ??= new V1PodStatus();
        pod.Status.PodIP = address;
        pod.Status.PodIPs = [new V1PodIP { Ip = address }];
    });

    /// <summary>Running, every container ready.</summary>
    public static V1Pod Ready(this V1Pod pod, bool ready = true) => With(pod, () =>
    {
        pod.Status ??= new V1PodStatus();
        pod.Status.Phase = "Running";
        pod.Status.Conditions =
        [
            .. (pod.Status.Conditions ?? []).Where(condition => condition.Type is not ("Ready" or "ContainersReady")),
            new V1PodCondition { Type = "ContainersReady", Status = ready ? "True" : "False" },
            new V1PodCondition { Type = "Ready", Status = ready ? "True" : "False" },
        ];
    });

    /// <summary>What the first container asks for.</summary>
    public static V1Pod Requests(this V1Pod pod, string? cpu = null, string? memory = null) => With(pod, () =>
    {
        var requests = new Dictionary<string, ResourceQuantity>();
        if (cpu is not null) { requests["cpu"] = new ResourceQuantity(cpu); }
        if (memory is not null) { requests["memory"] = new ResourceQuantity(memory); }
        pod.Spec.Containers[0].Resources = new V1ResourceRequirements { Requests = requests };
    });

    public static V1Pod Image(this V1Pod pod, string image) => With(pod, () => pod.Spec.Containers[0].Image = image);

    public static V1Pod WithPriority(this V1Pod pod, int priority) => With(pod, () => pod.Spec.Priority = priority);

    public static V1Pod WithPort(this V1Pod pod, int containerPort, string? name = null, int? hostPort = null, string protocol = "TCP") => With(pod, () =>
        pod.Spec.Containers[0].Ports =
        [
            .. pod.Spec.Containers[0].Ports ?? [],
            new V1ContainerPort { ContainerPort = containerPort, HostPort = hostPort, Name = name, Protocol = protocol },
        ]);

    public static V1Pod Tolerating(this V1Pod pod, string? key, string? value = null, string? effect = null, string comparison = "Equal", long? seconds = null) => With(pod, () =>
        pod.Spec.Tolerations =
        [
            .. pod.Spec.Tolerations ?? [],
            new V1Toleration { Key = key, Value = value, Effect = effect, OperatorProperty = comparison, TolerationSeconds = seconds },
        ]);

    public static V1Node WithTaint(this V1Node node, string key, string effect, string? value = null) => With(node, () =>
        node.Spec.Taints = [.. node.Spec.Taints ?? [], new V1Taint { Key = key, Effect = effect, Value = value }]);

    public static V1Node WithCapacity(this V1Node node, string resource, string quantity) => With(node, () =>
    {
        node.Status.Capacity[resource] = new ResourceQuantity(quantity);
        node.Status.Allocatable[resource] = new ResourceQuantity(quantity);
    });

    public static V1Node Unschedulable(this V1Node node) => With(node, () => node.Spec.Unschedulable = true);

    public static V1Node WithCondition(this V1Node node, string type, string status) => With(node, () =>
        node.Status.Conditions = [.. node.Status.Conditions.Where(condition => condition.Type != type), new V1NodeCondition { Type = type, Status = status }]);

    public static V1Deployment Image(this V1Deployment deployment, string image) => With(deployment, () => deployment.Spec.Template.Spec.Containers[0].Image = image);

    public static V1Service WithPort(this V1Service service, int port, int targetPort, string? name = null, string protocol = "TCP", int? nodePort = null) => With(service, () =>
        service.Spec.Ports =
        [
            .. service.Spec.Ports.Where(other => other.Name is not null),
            new V1ServicePort { Port = port, TargetPort = targetPort, Name = name, Protocol = protocol, NodePort = nodePort },
        ]);

    public static V1Service ClusterIP(this V1Service service, string address) => With(service, () =>
    {
        service.Spec.ClusterIP = address;
        service.Spec.ClusterIPs = [address];
    });

    /// <summary>Any other change.</summary>
    public static T With<T>(this T item, Action<T> change)
    {
        change(item);
        return item;
    }

    private static T With<T>(T item, Action change)
    {
        change();
        return item;
    }
}
