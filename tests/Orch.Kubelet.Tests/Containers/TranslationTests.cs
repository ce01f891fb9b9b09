using k8s.Models;
using Orch.Kubelet.Containers;
using Orch.Resources;
using Orch.Runtime;
using Orch.Testing.Builders;

namespace Orch.Kubelet.Tests.Containers;

public sealed class TranslationTests
{
    private const long NodeMemory = 8L << 30;

    [Theory]
    [InlineData(null, null, null, null, 2, null, null, 1000)]
    [InlineData("500m", "1Gi", "1", "2Gi", 512, 100000L, 2L << 30, 875)]
    [InlineData("1", "4Gi", "1", "4Gi", 1024, 100000L, 4L << 30, -997)]
    [InlineData(null, null, "250m", null, 256, 25000L, null, 999)]
    [InlineData("1m", null, null, null, 2, null, null, 999)]
    [InlineData(null, null, "5m", null, 5, 1000L, null, 999)]
    public void Resources_BecomeCgroupSettings(string? cpuRequest, string? memoryRequest, string? cpuLimit, string? memoryLimit, int shares, long? quotaMicroseconds, long? memory, int oom)
    {
        var pod = Pod(cpuRequest, memoryRequest, cpuLimit, memoryLimit);

        var result = ResourceTranslation.For(pod, pod.Spec.Containers[0], NodeMemory);

        Assert.Equal(shares, result.CpuShares);
        Assert.Equal(quotaMicroseconds, (long?)result.CpuQuota?.TotalMicroseconds);
        Assert.Equal(memory, result.MemoryLimitBytes);
        Assert.Equal(oom, result.OomScoreAdjustment);
    }

    [Theory]
    [InlineData(null, null, null, null, "BestEffort")]
    [InlineData("1", null, null, null, "Burstable")]
    [InlineData("1", "1Gi", "1", "1Gi", "Guaranteed")]
    [InlineData("500m", "1Gi", "1", "1Gi", "Burstable")]
    [InlineData("1", null, "1", null, "Burstable")]
    public void Qos(string? cpuRequest, string? memoryRequest, string? cpuLimit, string? memoryLimit, string expected)
        => Assert.Equal(expected, QualityOfService.Of(Pod(cpuRequest, memoryRequest, cpuLimit, memoryLimit)));

    [Theory]
    [InlineData(null, "", "container has runAsNonRoot and image will run as root")]
    [InlineData(null, "0:0", "container has runAsNonRoot and image will run as root")]
    [InlineData(null, "app", "container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root")]
    [InlineData(0L, "1000", "container's runAsUser breaks non-root policy")]
    [InlineData(null, "1000", null)]
    [InlineData(7L, "", null)]
    public void NonRoot_IsHeld(long? user, string imageUser, string? fault)
    {
        var pod = Build.Pod("p");
        pod.Spec.SecurityContext = new V1PodSecurityContext { RunAsNonRoot = true, RunAsUser = user };
        var image = new ImageStatus(new ImageId("i"), [], [], 0) { User = imageUser };

        var failure = Record.Exception(() => SecurityTranslation.For(pod, pod.Spec.Containers[0], image, "/seccomp"));

        if (fault is null) { Assert.Null(failure); }
        else { Assert.StartsWith(fault, Assert.IsType<ContainerConfigException>(failure).Message, StringComparison.Ordinal); }
    }

    [Fact]
    public void Security_ContainerWinsOverPod()
    {
        var pod = Build.Pod("p");
        pod.Spec.SecurityContext = new V1PodSecurityContext { RunAsUser = 1, RunAsGroup = 2, FsGroup = 3, SupplementalGroups = [4] };
        pod.Spec.Containers[0].SecurityContext = new V1SecurityContext
        {
            RunAsUser = 9, AllowPrivilegeEscalation = false, ReadOnlyRootFilesystem = true,
            Capabilities = new V1Capabilities { Add = ["CAP_NET_ADMIN"], Drop = ["ALL"] },
        };

        var security = SecurityTranslation.For(pod, pod.Spec.Containers[0], new ImageStatus(new ImageId("i"), [], [], 0), "/seccomp");

        Assert.Equal((9L, 2L), (security.User, security.Group));
        Assert.Equal([4, 3], security.SupplementalGroups);
        Assert.Equal(["NET_ADMIN"], security.AddedCapabilities);
        Assert.Equal(["ALL"], security.DroppedCapabilities);
        Assert.True(security.ForbidsNewPrivileges);
        Assert.True(security.IsRootFilesystemReadOnly);
        Assert.False(security.IsPrivileged);
    }

    private static V1Pod Pod(string? cpuRequest, string? memoryRequest, string? cpuLimit, string? memoryLimit)
    {
        static Dictionary<string, ResourceQuantity>? Map(string? cpu, string? memory)
        {
            var map = new Dictionary<string, ResourceQuantity>();
            if (cpu is not null) { map["cpu"] = Quantities.Parse(cpu); }
            if (memory is not null) { map["memory"] = Quantities.Parse(memory); }
            return map.Count == 0 ? null : map;
        }

        var pod = Build.Pod("p");
        pod.Spec.Containers[0].Resources = new V1ResourceRequirements { Requests = Map(cpuRequest, memoryRequest), Limits = Map(cpuLimit, memoryLimit) };
        return pod;
    }
}
