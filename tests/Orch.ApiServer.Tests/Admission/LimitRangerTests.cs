using k8s.Models;
using Orch.ApiServer.Admission.Limits;
using Orch.ApiServer.Tests.Security;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Admission;

public sealed class LimitRangerTests
{
    [Fact]
    public async Task Defaults_FillWhatContainersLeaveOut_AndSaySo()
    {
        var pod = Pod(new V1ResourceRequirements { Requests = Amounts("cpu=5m") }, null);
        pod.Spec.InitContainers = [new V1Container { Name = "init" }];

        await new LimitRanger(new FakeLookup(Range("Container", item => { item.DefaultRequest = Amounts("cpu=100m,memory=1Mi"); item.DefaultProperty = Amounts("memory=2Mi"); }))).AdmitAsync(Request(pod), CancellationToken.None);

        Assert.Equal("5m", pod.Spec.Containers[0].Resources.Requests["cpu"].ToString());
        Assert.Equal("2Mi", pod.Spec.Containers[1].Resources.Limits["memory"].ToString());
        Assert.Equal(
            "LimitRanger plugin set: memory request for container c0; memory limit for container c0; cpu, memory request for container c1; memory limit for container c1; "
            + "cpu, memory request for init container init; memory limit for init container init",
            pod.Metadata.Annotations["kubernetes.io/limit-ranger"]);
    }

    [Theory]
    [InlineData("Container", "min", "cpu=100m", "", "", "minimum cpu usage per Container is 100m.  No request is specified")]
    [InlineData("Container", "min", "cpu=100m", "cpu=50m", "", "minimum cpu usage per Container is 100m, but request is 50m")]
    [InlineData("Container", "min", "cpu=100m", "cpu=100m", "cpu=50m", "minimum cpu usage per Container is 100m, but limit is 50m")]
    [InlineData("Container", "min", "cpu=100m", "cpu=100m", "", null)]
    [InlineData("Container", "max", "memory=1Gi", "", "", "maximum memory usage per Container is 1Gi.  No limit is specified")]
    [InlineData("Container", "max", "memory=1Gi", "", "memory=2Gi", "maximum memory usage per Container is 1Gi, but limit is 2Gi")]
    [InlineData("Container", "max", "memory=1Gi", "memory=2Gi", "memory=1Gi", "maximum memory usage per Container is 1Gi, but request is 2Gi")]
    [InlineData("Container", "max", "cpu=1,memory=1Gi", "", "cpu=2,memory=2Gi", "[maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]")]
    [InlineData("Container", "ratio", "cpu=2", "", "cpu=1", "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0")]
    [InlineData("Container", "ratio", "cpu=2", "cpu=1", "", "cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0")]
    [InlineData("Container", "ratio", "cpu=2", "cpu=200m", "cpu=500m", "cpu max limit to request ratio per Container is 2, but provided ratio is 2.500000")]
    [InlineData("Container", "ratio", "cpu=2500m", "cpu=200m", "cpu=500m", null)]
    [InlineData("Pod", "max", "cpu=1", "cpu=800m", "cpu=800m", null)]
    [InlineData("Pod", "max", "cpu=1", "cpu=1200m", "cpu=1200m", "maximum cpu usage per Pod is 1, but limit is 1200m")]
    public async Task Bounds_OfPods_AreWordedAsUpstream(string type, string bound, string amounts, string requests, string limits, string? message)
    {
        var plugin = new LimitRanger(new FakeLookup(Range(type, item => Set(item, bound, amounts))));
        var pod = Pod(new V1ResourceRequirements { Requests = Amounts(requests), Limits = Amounts(limits) });

        var refusal = await Record.ExceptionAsync(() => plugin.ValidateAsync(Request(pod), CancellationToken.None).AsTask());

        Assert.Equal(message is null ? null : $"pods \"p\" is forbidden: {message}", refusal?.Message);
        Assert.True(refusal is null or ApiException { IsForbidden: true });
    }

    [Fact]
    public async Task Bounds_OfAPod_CountItsContainersTogether()
    {
        var plugin = new LimitRanger(new FakeLookup(Range("Pod", item => Set(item, "max", "cpu=1"))));
        var half = new V1ResourceRequirements { Requests = Amounts("cpu=600m"), Limits = Amounts("cpu=600m") };

        var refusal = await Assert.ThrowsAsync<ApiException>(() => plugin.ValidateAsync(Request(Pod(half, half)), CancellationToken.None).AsTask());

        Assert.Equal("pods \"p\" is forbidden: maximum cpu usage per Pod is 1, but limit is 1200m", refusal.Message);
    }

    [Theory]
    [InlineData("min", "storage=2Gi", "minimum storage usage per PersistentVolumeClaim is 2Gi, but request is 1Gi")]
    [InlineData("max", "storage=500Mi", "maximum storage usage per PersistentVolumeClaim is 500Mi, but request is 1Gi")]
    [InlineData("max", "storage=1Gi", null)]
    public async Task Bounds_OfClaims_GoByTheirRequest(string bound, string amounts, string? message)
    {
        var plugin = new LimitRanger(new FakeLookup(Range("PersistentVolumeClaim", item => Set(item, bound, amounts))));
        var claim = new V1PersistentVolumeClaim
        {
            Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" },
            Spec = new V1PersistentVolumeClaimSpec { Resources = new V1VolumeResourceRequirements { Requests = Amounts("storage=1Gi") } },
        };
        var request = new AdmissionRequest(AdmissionOperation.Create, new GroupVersionResource(string.Empty, "v1", "persistentvolumeclaims"), new GroupVersionKind(string.Empty, "v1", "PersistentVolumeClaim"), new UserInfo("jane", []))
        {
            Namespace = "default", Name = "p", Object = claim,
        };

        var refusal = await Record.ExceptionAsync(() => plugin.ValidateAsync(request, CancellationToken.None).AsTask());

        Assert.Equal(message is null ? null : $"persistentvolumeclaims \"p\" is forbidden: {message}", refusal?.Message);
    }

    [Theory]
    [InlineData("", "pods", "", AdmissionOperation.Create, true)]
    [InlineData("", "pods", "resize", AdmissionOperation.Update, true)]
    [InlineData("", "pods", "", AdmissionOperation.Update, false)]
    [InlineData("", "pods", "status", AdmissionOperation.Update, false)]
    [InlineData("", "pods", "binding", AdmissionOperation.Create, false)]
    [InlineData("", "persistentvolumeclaims", "", AdmissionOperation.Create, true)]
    [InlineData("", "persistentvolumeclaims", "", AdmissionOperation.Update, true)]
    [InlineData("", "persistentvolumeclaims", "", AdmissionOperation.Delete, false)]
    [InlineData("", "persistentvolumeclaims", "status", AdmissionOperation.Update, false)]
    [InlineData("metrics.example.com", "pods", "", AdmissionOperation.Create, false)]
    public void Handles_WhatSaysHowMuchIsWanted(string group, string resource, string subresource, AdmissionOperation operation, bool handles)
        => Assert.Equal(handles, new LimitRanger(new FakeLookup(Range("Pod", static _ => { }))).Handles(operation, new GroupVersionResource(group, "v1", resource), subresource));

    [Fact]
    public async Task Bounds_OfThePastOrOfOtherNamespacesOrKinds_DoNotHold()
    {
        var pod = Pod(new V1ResourceRequirements { Requests = Amounts("cpu=2"), Limits = Amounts("cpu=2") });
        var range = Range("Container", item => Set(item, "max", "cpu=1"));
        var plugin = new LimitRanger(new FakeLookup(range));
        Assert.NotNull(await AskAsync(Request(pod)));
        Assert.Null(await AskAsync(Request(pod) with { Namespace = "other" }));
        // Whatever is written of something that goes must not keep it.
        var going = Pod(null, null);
        going.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
        Assert.Null(await AskAsync(Request(pod) with { OldObject = going }));
        Assert.NotNull(await AskAsync(Request(pod) with { OldObject = Pod(null, null) }));
        plugin = new LimitRanger(new FakeLookup(Range("PersistentVolumeClaim", item => Set(item, "max", "cpu=1"))));
        Assert.Null(await AskAsync(Request(pod)));

        Task<Exception?> AskAsync(AdmissionRequest request) => Record.ExceptionAsync(() => plugin.ValidateAsync(request, CancellationToken.None).AsTask());
    }

    [Fact]
    public void NoRange_CostsNothing()
        => Assert.False(new LimitRanger(new FakeLookup()).Handles(AdmissionOperation.Create, new GroupVersionResource(string.Empty, "v1", "pods"), string.Empty));

    private static void Set(V1LimitRangeItem item, string bound, string amounts)
    {
        if (bound == "min") { item.Min = Amounts(amounts); }
        else if (bound == "max") { item.Max = Amounts(amounts); }
        else { item.MaxLimitRequestRatio = Amounts(amounts); }
    }

    private static V1LimitRange Range(string type, Action<V1LimitRangeItem> configure)
    {
        var item = new V1LimitRangeItem { Type = type };
        configure(item);
        return new V1LimitRange { Metadata = new V1ObjectMeta { Name = "r", NamespaceProperty = "default" }, Spec = new V1LimitRangeSpec { Limits = [item] } };
    }

    private static Dictionary<string, ResourceQuantity> Amounts(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(static part => part.Split('=')).ToDictionary(static part => part[0], static part => Quantities.Parse(part[1]));

    private static V1Pod Pod(params V1ResourceRequirements?[] containers) => new()
    {
        Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" },
        Spec = new V1PodSpec { Containers = [.. containers.Select(static (resources, index) => new V1Container { Name = $"c{index}", Resources = resources })] },
    };

    private static AdmissionRequest Request(V1Pod pod)
        => new(AdmissionOperation.Create, new GroupVersionResource(string.Empty, "v1", "pods"), new GroupVersionKind(string.Empty, "v1", "Pod"), new UserInfo("jane", []))
        {
            Namespace = "default", Name = "p", Object = pod,
        };
}
