using k8s.Models;
using Orch.ApiServer.Tests.Kinds;
using Orch.ApiServer.Validation;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Validation;

/// <summary>Changing what a pod's containers get, through <c>pods/resize</c>.</summary>
public sealed class PodResizeTests
{
    private const string Pod = "{metadata: {name: p}, spec: {initContainers: [{name: i, image: i, resources: {requests: {cpu: 1}}}, {name: s, image: i, restartPolicy: Always, resources: {requests: {cpu: 1}}}, {name: t, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}], resources: {requests: {cpu: 1}}}], containers: [{name: c, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}], resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 2, ephemeral-storage: 1Gi}}}, {name: d, image: i}]}}";

    private static readonly Dictionary<string, (Action<V1Pod> Change, string Expected)> Table = new()
    {
        ["more and less"] = (pod => { Set(pod, 0, "requests", "cpu", "1500m"); Set(pod, 0, "requests", "memory", "512Mi"); Set(pod, 0, "limits", "cpu", "3"); }, ""),
        ["sidecar"] = (pod => pod.Spec.InitContainers[1].Resources.Requests["cpu"] = new ResourceQuantity("2"), ""),
        ["a limit more"] = (pod => Set(pod, 0, "limits", "memory", "2Gi"), ""),
        ["image"] = (pod => { pod.Spec.Containers[0].Image = "other"; Set(pod, 0, "requests", "cpu", "1500m"); }, ""),
        ["init container"] = (pod => pod.Spec.InitContainers[0].Resources.Requests["cpu"] = new ResourceQuantity("2"), ""),
        ["init container's storage"] = (pod => pod.Spec.InitContainers[0].Resources.Requests["ephemeral-storage"] = new ResourceQuantity("2"), "spec.initContainers[0]: Forbidden: only cpu and memory resources for init or sidecar containers are mutable"),
        ["init container that would begin again"] = (pod => { pod.Spec.InitContainers[2].Resources.Requests["cpu"] = new ResourceQuantity("2"); }, "spec.initContainers[2]: Forbidden: non-sidecar init containers with a resize policy of RestartContainer cannot be resized"),
        ["storage"] = (pod => Set(pod, 0, "limits", "ephemeral-storage", "2Gi"), "spec: Forbidden: only cpu and memory resources are mutable"),
        ["policy"] = (pod => pod.Spec.Containers[0].ResizePolicy[0].RestartPolicy = "RestartContainer", "spec: Forbidden: only cpu and memory resources are mutable"),
        ["request gone"] = (pod => { pod.Spec.Containers[0].Resources.Limits.Remove("cpu"); pod.Spec.Containers[0].Resources.Requests.Remove("memory"); }, "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed\nspec.containers[0].resources.limits: Forbidden: resource limits cannot be removed"),
        ["request above the limit"] = (pod => Set(pod, 0, "requests", "cpu", "3"), "spec.containers[0].resources.requests: Invalid value: \"3\": must be less than or equal to cpu limit of 2"),
        ["policy for a pod that never restarts"] = (pod => pod.Spec.Containers[0].ResizePolicy[0].RestartPolicy = "Sometimes", "spec.containers[0].resizePolicy: Unsupported value: \"Sometimes\": supported values: \"NotRequired\", \"RestartContainer\"\nspec: Forbidden: only cpu and memory resources are mutable"),
    };

    public static TheoryData<string> Cases => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resize_OfTheCase_HasExactlyItsFaults(string name)
    {
        var old = Declared.Created<V1Pod>(Pod);
        var resized = Resized(old, Table[name].Change, out var faults);

        Assert.Equal(Table[name].Expected, faults);
        Assert.Equal("i", resized.Spec.Containers[0].Image);
        if (faults.Length == 0) { Assert.Equal(2, resized.Metadata.Generation); }
    }

    [Fact]
    public void Resize_ThatChangesTheClass_IsRefused()
    {
        var old = Declared.Created<V1Pod>("{metadata: {name: p}, spec: {containers: [{name: c, image: i, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}}]}}");
        Resized(old, pod => Set(pod, 0, "limits", "cpu", "2"), out var faults);
        Assert.Equal("spec: Invalid value: \"Guaranteed\": Pod QOS Class may not change as a result of resizing", faults);
    }

    [Fact]
    public void Resize_OnANodeThatReportsNoResources_IsRefused()
    {
        var old = Declared.Created<V1Pod>(Pod);
        old.Status.ContainerStatuses = [new V1ContainerStatus { Name = "c", State = new V1ContainerState { Running = new V1ContainerStateRunning() } }];
        Resized(old, pod => Set(pod, 0, "requests", "cpu", "1500m"), out var faults);
        Assert.Equal("spec: Forbidden: Pod running on node without support for resize", faults);
    }

    [Theory]
    [InlineData("{metadata: {name: p, annotations: {kubernetes.io/config.mirror: x}}, spec: {nodeName: n, containers: [{name: c, image: i}]}}", "[]: Forbidden: static pods cannot be resized")]
    [InlineData("{metadata: {name: p}, spec: {os: {name: windows}, containers: [{name: c, image: i}]}}", "[]: Forbidden: windows pods cannot be resized")]
    public void Resize_OfPodsThatCannot_IsRefused(string yaml, string expected)
    {
        Resized(Declared.Created<V1Pod>(yaml), _ => { }, out var faults);
        Assert.Equal(expected, faults);
    }

    [Fact]
    public void Resize_OfThePodAsAWhole_ChangesItsResourcesAlone()
    {
        var old = Declared.Created<V1Pod>("{metadata: {name: p}, spec: {resources: {requests: {cpu: 1}, limits: {cpu: 2}}, containers: [{name: c, image: i}]}}");
        var resized = Resized(old, pod => { pod.Spec.Resources.Limits["cpu"] = new ResourceQuantity("3"); pod.Spec.NodeName = "n"; }, out var faults);
        Resized(old, pod => pod.Spec.Resources = null, out var removed);
        Assert.Contains("spec.resources: Forbidden: pod-level resources cannot be removed", removed, StringComparison.Ordinal);
        Assert.Equal(("", "3", null), (faults, resized.Spec.Resources.Limits["cpu"].ToString(), resized.Spec.NodeName));
    }

    private static void Set(V1Pod pod, int container, string field, string name, string amount)
    {
        var resources = pod.Spec.Containers[container].Resources;
        (field == "limits" ? resources.Limits : resources.Requests)[name] = new ResourceQuantity(amount);
    }

    private static V1Pod Resized(V1Pod old, Action<V1Pod> change, out string faults)
    {
        var part = Declared.Of<V1Pod>().PartialUpdates["resize"];
        var pod = ApiJson.DeepCopy(old);
        change(pod);
        Declared.Of<V1Pod>().Default(pod);
        part.Prepare(pod, old);
        var errors = new FieldErrors();
        part.Validate(pod, old, errors);
        faults = string.Join('\n', errors.Select(error => error.ToString()));
        return pod;
    }
}
