using k8s.Models;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;
using Orch.Testing.Builders;

namespace Orch.Controllers.Tests.Quota;

public sealed class ResourceQuotaControllerTests
{
    [Fact]
    public async Task Usage_IsCountedAtFirst_AndAgainWhenSomethingGoes()
    {
        await using var running = await RunningControllers.StartAsync(static _ => { }, ControllerNames.ResourceQuota);
        running.Cluster.Add(Pod("a"), Pod("b"), Map("m"), Quota("q", "pods=5,count/configmaps=5,count/unknown.example.com=1"));

        await running.UntilAsync(() => Used(running) == "count/configmaps=1,pods=2");
        Assert.Equal("5", running.Cluster.Find<V1ResourceQuota>("default", "q")!.Status.Hard["pods"].ToString());

        running.Cluster.Remove<V1Pod>(new ObjectKey("default", "a"));
        running.Cluster.Remove<V1ConfigMap>(new ObjectKey("default", "m"));
        await running.Driver.RunUntilAsync(() => Used(running) == "count/configmaps=0,pods=1", "the usage to fall");
    }

    [Fact]
    public async Task CustomObjects_AreCounted_OnceTheirDefinitionIsThere_AndAgainWhenTheyGo()
    {
        await using var running = await RunningControllers.StartAsync(static _ => { }, ControllerNames.ResourceQuota);
        running.Cluster.Add(Gadget.Named("a"), Gadget.Named("b"), Gadget.Named("elsewhere", "other"), Quota("q", "count/gadgets.example.com=5,pods=1"));
        await running.UntilAsync(() => Used(running) == "pods=0");
        Assert.Equal(0, running.Cluster.WatcherCount<Gadget>());

        running.Cluster.Add(Gadget.Definition());
        await running.Driver.RunUntilAsync(() => Used(running) == "count/gadgets.example.com=2,pods=0", "the gadgets to be counted");
        await running.UntilAsync(() => running.Cluster.WatcherCount<Gadget>() == 1);

        running.Cluster.Remove<Gadget>(new ObjectKey("default", "a"));
        var removed = running.Driver.Now;
        await running.Driver.RunUntilAsync(() => Used(running) == "count/gadgets.example.com=1,pods=0", "the usage to fall");
        Assert.True(running.Driver.Now - removed < TimeSpan.FromMinutes(1), "it was the watch that told");

        running.Cluster.Change<V1ResourceQuota>(new ObjectKey("default", "q"), static quota => quota.Spec.Hard = new Dictionary<string, ResourceQuantity> { ["pods"] = new("1") });
        await running.Driver.RunUntilAsync(() => running.Cluster.WatcherCount<Gadget>() == 0 && Used(running) == "pods=0", "nobody to watch what nobody counts");
    }

    [Fact]
    public async Task CustomObjects_WhoseDefinitionGoes_AreNotMeasuredAnyMore()
    {
        await using var running = await RunningControllers.StartAsync(static _ => { }, ControllerNames.ResourceQuota);
        running.Cluster.Add(Gadget.Definition(), Gadget.Named("a"), Quota("q", "count/gadgets.example.com=5,pods=1"));
        await running.UntilAsync(() => Used(running) == "count/gadgets.example.com=1,pods=0");

        running.Cluster.Remove<V1CustomResourceDefinition>(ObjectKey.Cluster("gadgets.example.com"));

        await running.Driver.RunUntilAsync(() => Used(running) == "pods=0", "the count to go");
    }

    [Fact]
    public async Task ClaimsOfDevices_AreMeasuredByTheirClass()
    {
        await using var running = await RunningControllers.StartAsync(static _ => { }, ControllerNames.ResourceQuota);
        running.Cluster.Add(Claim("a", 2), Claim("b", 1), Quota("q", "count/resourceclaims.resource.k8s.io=5,gpu.deviceclass.resource.k8s.io/devices=5,nic.deviceclass.resource.k8s.io/devices=5"));
        await running.UntilAsync(() => Used(running) == "count/resourceclaims.resource.k8s.io=2,gpu.deviceclass.resource.k8s.io/devices=3,nic.deviceclass.resource.k8s.io/devices=0");

        running.Cluster.Remove<Resourcev1ResourceClaim>(new ObjectKey("default", "a"));
        await running.Driver.RunUntilAsync(() => Used(running) == "count/resourceclaims.resource.k8s.io=1,gpu.deviceclass.resource.k8s.io/devices=1,nic.deviceclass.resource.k8s.io/devices=0", "the usage to fall");

        static Resourcev1ResourceClaim Claim(string name, long count) => new()
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
            Spec = new V1ResourceClaimSpec { Devices = new V1DeviceClaim { Requests = [new V1DeviceRequest { Name = "r", Exactly = new V1ExactDeviceRequest { DeviceClassName = "gpu", AllocationMode = "ExactCount", Count = count } }] } },
        };
    }

    [Fact]
    public async Task Limits_ThatChange_AreTakenOverWithTheirUsage()
    {
        await using var running = await RunningControllers.StartAsync(static _ => { }, ControllerNames.ResourceQuota);
        running.Cluster.Add(Pod("a"), Quota("q", "pods=5"));
        await running.UntilAsync(() => Used(running) == "pods=1");

        running.Cluster.Change<V1ResourceQuota>(new ObjectKey("default", "q"), static quota => quota.Spec.Hard = new Dictionary<string, ResourceQuantity> { ["services"] = new("1") });

        await running.Driver.RunUntilAsync(() => Used(running) == "services=0", "the new limits");
    }

    [Fact]
    public async Task Pod_ThatHasEnded_IsNotCountedAnyMore()
    {
        await using var running = await RunningControllers.StartAsync(static _ => { }, ControllerNames.ResourceQuota);
        running.Cluster.Add(Pod("a"), Quota("q", "pods=5,count/pods=5"));
        await running.UntilAsync(() => Used(running) == "count/pods=1,pods=1");

        running.Cluster.Change<V1Pod>(new ObjectKey("default", "a"), static pod => pod.Status = new V1PodStatus { Phase = "Succeeded" });

        await running.Driver.RunUntilAsync(() => Used(running) == "count/pods=1,pods=0", "the ended pod to be left out");
    }

    [Fact]
    public async Task Claim_ThatIsDeleted_StaysWhileAPodUsesIt()
    {
        await using var running = await RunningControllers.StartAsync(static _ => { }, ControllerNames.ClaimProtection);
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" },
            Spec = new V1PodSpec { NodeName = "n1", Containers = [], Volumes = [new V1Volume { Name = "v", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "used" } }] },
        };
        running.Cluster.Add(pod, Claim("used", running.Driver.Now), Claim("free", running.Driver.Now));

        await running.UntilAsync(() => running.Cluster.Find<V1PersistentVolumeClaim>("default", "free") is null or { Metadata.Finalizers: null or { Count: 0 } });
        Assert.Equal(["kubernetes.io/pvc-protection"], running.Cluster.Find<V1PersistentVolumeClaim>("default", "used")!.Metadata.Finalizers);

        running.Cluster.Remove<V1Pod>(new ObjectKey("default", "p"));
        await running.UntilAsync(() => running.Cluster.Find<V1PersistentVolumeClaim>("default", "used") is null or { Metadata.Finalizers: null or { Count: 0 } });
    }

    [Fact]
    public async Task Volume_ThatIsDeleted_StaysWhileItIsBound()
    {
        await using var running = await RunningControllers.StartAsync(static _ => { }, ControllerNames.VolumeProtection);
        running.Cluster.Add(Volume("bound", "Bound", running.Driver.Now), Volume("free", "Released", running.Driver.Now));

        await running.UntilAsync(() => running.Cluster.Find<V1PersistentVolume>(string.Empty, "free") is null or { Metadata.Finalizers: null or { Count: 0 } });
        Assert.Equal(["kubernetes.io/pv-protection"], running.Cluster.Find<V1PersistentVolume>(string.Empty, "bound")!.Metadata.Finalizers);

        running.Cluster.Change<V1PersistentVolume>(ObjectKey.Cluster("bound"), static volume => volume.Status.Phase = "Released");
        await running.UntilAsync(() => running.Cluster.Find<V1PersistentVolume>(string.Empty, "bound") is null or { Metadata.Finalizers: null or { Count: 0 } });
    }

    [Fact]
    public async Task AttributesClass_ThatIsDeleted_StaysWhileClaimsOrVolumesNameIt()
    {
        await using var running = await RunningControllers.StartAsync(static _ => { }, ControllerNames.AttributesClassProtection);
        var claim = new V1PersistentVolumeClaim { Metadata = new V1ObjectMeta { Name = "c", NamespaceProperty = "default" }, Spec = new V1PersistentVolumeClaimSpec { VolumeAttributesClassName = "claimed" } };
        var volume = new V1PersistentVolume { Metadata = new V1ObjectMeta { Name = "v" }, Spec = new V1PersistentVolumeSpec { VolumeAttributesClassName = "held" } };
        running.Cluster.Add(claim, volume, AttributesClass("claimed", running.Driver.Now), AttributesClass("held", running.Driver.Now), AttributesClass("free", running.Driver.Now));
        await running.UntilAsync(() => IsFree("free"));
        Assert.False(IsFree("claimed"));
        Assert.False(IsFree("held"));

        running.Cluster.Remove<V1PersistentVolume>(ObjectKey.Cluster("v"));
        await running.UntilAsync(() => IsFree("held"));
        running.Cluster.Change<V1PersistentVolumeClaim>(new ObjectKey("default", "c"), static item => item.Spec.VolumeAttributesClassName = "other");
        await running.UntilAsync(() => IsFree("claimed"));

        bool IsFree(string name) => running.Cluster.Find<V1VolumeAttributesClass>(string.Empty, name) is null or { Metadata.Finalizers: null or { Count: 0 } };
    }

    private static V1VolumeAttributesClass AttributesClass(string name, DateTimeOffset deleted) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, DeletionTimestamp = deleted.UtcDateTime, Finalizers = ["kubernetes.io/vac-protection"] }, DriverName = "d",
    };

    private static string Used(RunningControllers running)
        => Quotas.QuotaAmounts.Format(running.Cluster.Find<V1ResourceQuota>("default", "q")?.Status?.Used ?? new Dictionary<string, ResourceQuantity>());

    private static V1Pod Pod(string name) => new() { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "c" }] } };

    private static V1ConfigMap Map(string name) => new() { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" } };

    private static V1ResourceQuota Quota(string name, string hard) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
        Spec = new V1ResourceQuotaSpec { Hard = hard.Split(',').Select(static part => part.Split('=')).ToDictionary(static part => part[0], static part => Quantities.Parse(part[1])) },
    };

    private static V1PersistentVolumeClaim Claim(string name, DateTimeOffset deleted) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", DeletionTimestamp = deleted.UtcDateTime, Finalizers = ["kubernetes.io/pvc-protection"] },
    };

    private static V1PersistentVolume Volume(string name, string phase, DateTimeOffset deleted) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, DeletionTimestamp = deleted.UtcDateTime, Finalizers = ["kubernetes.io/pv-protection"] }, Status = new V1PersistentVolumeStatus { Phase = phase },
    };
}
