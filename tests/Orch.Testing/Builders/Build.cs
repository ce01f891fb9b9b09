using k8s.Models;

namespace Orch.Testing.Builders;

/// <summary>Makes objects with what a test does not care about filled in; <c>using static</c> it, and go on with <see cref="ObjectBuilder"/>.</summary>
/// <remarks>Each call makes a new object that the test owns.</remarks>
public static class Build
{
    /// <summary>A pod in namespace <c>default</c> with one container <c>main</c>.</summary>
    public static V1Pod Pod(string name, string namespaceName = "default") => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Metadata = Meta(name, namespaceName),
        Spec = new V1PodSpec
        {
            Containers = [Container("main")],
            RestartPolicy = "Always",
            DnsPolicy = "ClusterFirst",
            SchedulerName = "default-scheduler",
            ServiceAccountName = "default",
            TerminationGracePeriodSeconds = 30,
            SecurityContext = new V1PodSecurityContext(),
            EnableServiceLinks = true,
        },
        Status = new V1PodStatus { Phase = "Pending" },
    };

    public static V1Container Container(string name, string image = "busybox:1") => new()
    {
        Name = name,
        Image = image,
        ImagePullPolicy = "IfNotPresent",
        Resources = new V1ResourceRequirements(),
        TerminationMessagePath = "/dev/termination-log",
        TerminationMessagePolicy = "File",
    };

    /// <summary>A ready node with 4 cores, 8 GiB and room for 110 pods.</summary>
    public static V1Node Node(string name) => new()
    {
        ApiVersion = "v1",
        Kind = "Node",
        Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["kubernetes.io/hostname"] = name } },
        Spec = new V1NodeSpec(),
        Status = new V1NodeStatus
        {
            Capacity = Resources(),
            Allocatable = Resources(),
            Conditions = [new V1NodeCondition { Type = "Ready", Status = "True", Reason = "KubeletReady" }],
        },
    };

    public static V1Namespace Namespace(string name) => new()
    {
        ApiVersion = "v1",
        Kind = "Namespace",
        Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = name } },
        Spec = new V1NamespaceSpec { Finalizers = ["kubernetes"] },
        Status = new V1NamespaceStatus { Phase = "Active" },
    };

    /// <summary>A deployment of <c>app=NAME</c> with the API's defaults: rolling update, a quarter of surge and of unavailability.</summary>
    public static V1Deployment Deployment(string name, int replicas = 1, string namespaceName = "default") => new()
    {
        ApiVersion = "apps/v1",
        Kind = "Deployment",
        Metadata = Meta(name, namespaceName),
        Spec = new V1DeploymentSpec
        {
            Replicas = replicas,
            Selector = new V1LabelSelector { MatchLabels = App(name) },
            Template = Template(name),
            Strategy = new V1DeploymentStrategy
            {
                Type = "RollingUpdate",
                RollingUpdate = new V1RollingUpdateDeployment { MaxSurge = "25%", MaxUnavailable = "25%" },
            },
            RevisionHistoryLimit = 10,
            ProgressDeadlineSeconds = 600,
        },
        Status = new V1DeploymentStatus(),
    };

    public static V1ReplicaSet ReplicaSet(string name, int replicas = 1, string namespaceName = "default") => new()
    {
        ApiVersion = "apps/v1",
        Kind = "ReplicaSet",
        Metadata = Meta(name, namespaceName),
        Spec = new V1ReplicaSetSpec { Replicas = replicas, Selector = new V1LabelSelector { MatchLabels = App(name) }, Template = Template(name) },
        Status = new V1ReplicaSetStatus { Replicas = 0 },
    };

    /// <summary>A ClusterIP service of <c>app=NAME</c> on port 80.</summary>
    public static V1Service Service(string name, string namespaceName = "default") => new()
    {
        ApiVersion = "v1",
        Kind = "Service",
        Metadata = Meta(name, namespaceName),
        Spec = new V1ServiceSpec
        {
            Type = "ClusterIP",
            ClusterIP = "10.96.0.10",
            ClusterIPs = ["10.96.0.10"],
            IpFamilies = ["IPv4"],
            IpFamilyPolicy = "SingleStack",
            InternalTrafficPolicy = "Cluster",
            SessionAffinity = "None",
            Selector = App(name),
            Ports = [new V1ServicePort { Port = 80, Protocol = "TCP", TargetPort = 80 }],
        },
        Status = new V1ServiceStatus(),
    };

    public static V1ConfigMap ConfigMap(string name, string namespaceName = "default", params (string Key, string Value)[] data) => new()
    {
        ApiVersion = "v1",
        Kind = "ConfigMap",
        Metadata = Meta(name, namespaceName),
        Data = data.ToDictionary(pair => pair.Key, pair => pair.Value),
    };

    private static V1PodTemplateSpec Template(string app) => new()
    {
        Metadata = new V1ObjectMeta { Labels = App(app) },
        Spec = Pod(app).Spec,
    };

    private static Dictionary<string, string> App(string name) => new() { ["app"] = name };

    private static V1ObjectMeta Meta(string name, string namespaceName) => new() { Name = name, NamespaceProperty = namespaceName };

    private static Dictionary<string, ResourceQuantity> Resources() => new()
    {
        ["cpu"] = new ResourceQuantity("4"),
        ["memory"] = new ResourceQuantity("8Gi"),
        ["ephemeral-storage"] = new ResourceQuantity("100Gi"),
        ["pods"] = new ResourceQuantity("110"),
    };
}
