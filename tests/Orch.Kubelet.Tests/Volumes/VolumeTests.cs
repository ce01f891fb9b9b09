using System.Text;
using k8s.Models;
using Orch.Resources;
using Orch.Runtime;
using Orch.Testing.Builders;

namespace Orch.Kubelet.Tests.Volumes;

public sealed class VolumeTests
{
    [Fact]
    public async Task ConfigMap_IsMountedAndFollowsChangesAtOnce()
    {
        await using var node = await TestNode.StartAsync();
        node.Cluster.Put(Build.ConfigMap("conf", "default", ("a.txt", "one"), ("b.txt", "two")));
        await node.RunToReadyAsync(Pod(new V1Volume { Name = "v", ConfigMap = new V1ConfigMapVolumeSource { Name = "conf" } }));
        var directory = Mount(node).HostPath;
        Assert.Equal("one", File.ReadAllText(Path.Combine(directory, "a.txt")));
        Assert.Equal("two", File.ReadAllText(Path.Combine(directory, "b.txt")));
        Assert.True(Mount(node).IsReadOnly);

        node.Cluster.Change<V1ConfigMap>(new ObjectKey("default", "conf"), m => m.Data = new Dictionary<string, string> { ["a.txt"] = "uno", ["c.txt"] = "tre" });

        await node.UntilAsync(() => File.Exists(Path.Combine(directory, "c.txt")), "the change to arrive", TimeSpan.FromSeconds(5));
        Assert.Equal("uno", File.ReadAllText(Path.Combine(directory, "a.txt")));
        Assert.False(File.Exists(Path.Combine(directory, "b.txt")));
        Assert.Single(Directory.GetDirectories(directory, "..2*"));
    }

    [Fact]
    public async Task Secret_WithItemsAndModes_ShowsOnlyThose()
    {
        await using var node = await TestNode.StartAsync();
        node.Cluster.Put(Secret("s", ("user", "joe"), ("password", "hunter2")));
        await node.RunToReadyAsync(Pod(new V1Volume
        {
            Name = "v",
            Secret = new V1SecretVolumeSource { SecretName = "s", DefaultMode = 0x1a0, Items = [new V1KeyToPath { Key = "password", Path = "deep/er/pw", Mode = 0x100 }] },
        }));

        var directory = Mount(node).HostPath;
        Assert.Equal("hunter2", File.ReadAllText(Path.Combine(directory, "deep/er/pw")));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Path.Combine(directory, "deep/er/pw")));
        Assert.False(File.Exists(Path.Combine(directory, "user")));
    }

    [Fact]
    public async Task Secret_Missing_HoldsThePodBackUntilItComes()
    {
        await using var node = await TestNode.StartAsync();
        node.Run(Pod(new V1Volume { Name = "v", Secret = new V1SecretVolumeSource { SecretName = "s" } }));
        await node.UntilAsync(() => node.Events("web").Any(), "the event");
        await node.SeesEventAsync("web", "Warning FailedMount MountVolume.SetUp failed for volume \"v\" : secret \"s\" not found");
        Assert.Equal("ContainerCreating", node.Status("web")!.State.Waiting.Reason);

        node.Cluster.Put(Secret("s", ("k", "v")));

        await node.UntilAsync(() => node.Condition("web", "Ready") == "True", "the pod to be ready");
    }

    [Fact]
    public async Task Secret_MissingAndOptional_IsEmpty()
    {
        await using var node = await TestNode.StartAsync();

        await node.RunToReadyAsync(Pod(new V1Volume { Name = "v", Secret = new V1SecretVolumeSource { SecretName = "s", Optional = true } }));

        Assert.Empty(Directory.GetFiles(Mount(node).HostPath));
    }

    [Fact]
    public async Task Projected_JoinsAllSourcesAndRenewsItsToken()
    {
        await using var node = await TestNode.StartAsync();
        node.Cluster.Put(Build.ConfigMap("kube-root-ca.crt", "default", ("ca.crt", "CA")));
        node.Cluster.Put(new V1ServiceAccount { ApiVersion = "v1", Kind = "ServiceAccount", Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } });
        await node.RunToReadyAsync(Pod(new V1Volume
        {
            Name = "v",
            Projected = new V1ProjectedVolumeSource
            {
                Sources =
                [
                    new V1VolumeProjection { ServiceAccountToken = new V1ServiceAccountTokenProjection { Path = "token", ExpirationSeconds = 600 } },
                    new V1VolumeProjection { ConfigMap = new V1ConfigMapProjection { Name = "kube-root-ca.crt", Items = [new V1KeyToPath { Key = "ca.crt", Path = "ca.crt" }] } },
                    new V1VolumeProjection { DownwardAPI = new V1DownwardAPIProjection { Items = [new V1DownwardAPIVolumeFile { Path = "namespace", FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.namespace" } }] } },
                ],
            },
        }));
        var directory = Mount(node).HostPath;
        var token = File.ReadAllText(Path.Combine(directory, "token"));
        Assert.StartsWith("token-of-default-default-", token, StringComparison.Ordinal);
        Assert.Equal("CA", File.ReadAllText(Path.Combine(directory, "ca.crt")));
        Assert.Equal("default", File.ReadAllText(Path.Combine(directory, "namespace")));

        await node.AdvanceAsync(TimeSpan.FromMinutes(7));
        Assert.Equal(token, File.ReadAllText(Path.Combine(directory, "token")));
        await node.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.NotEqual(token, File.ReadAllText(Path.Combine(directory, "token")));
    }

    [Fact]
    public async Task DownwardApi_FollowsLabelsOfTheRunningPod()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Pod(new V1Volume
        {
            Name = "v",
            DownwardAPI = new V1DownwardAPIVolumeSource
            {
                Items =
                [
                    new V1DownwardAPIVolumeFile { Path = "labels", FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.labels" } },
                    new V1DownwardAPIVolumeFile { Path = "cpu", ResourceFieldRef = new V1ResourceFieldSelector { ContainerName = "main", Resource = "limits.cpu", Divisor = Quantities.Parse("1m") } },
                ],
            },
        }).WithLabel("app", "web");
        await node.RunToReadyAsync(pod);
        var directory = Mount(node).HostPath;
        Assert.Equal("app=\"web\"", File.ReadAllText(Path.Combine(directory, "labels")));
        Assert.Equal("4000", File.ReadAllText(Path.Combine(directory, "cpu")));

        node.Cluster.Change<V1Pod>(new ObjectKey("default", "web"), p => p.Metadata.Labels["tier"] = "a\"b");

        await node.UntilAsync(() => File.ReadAllText(Path.Combine(directory, "labels")) == "app=\"web\"\ntier=\"a\\\"b\"", "the label to arrive", TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task EmptyDir_LivesThroughRestartsAndEndsWithThePod()
    {
        await using var node = await TestNode.StartAsync();
        await node.RunToReadyAsync(Pod(new V1Volume { Name = "v", EmptyDir = new V1EmptyDirVolumeSource() }));
        var directory = Mount(node).HostPath;
        File.WriteAllText(Path.Combine(directory, "kept"), "x");
        Assert.Equal((UnixFileMode)0x1ff, File.GetUnixFileMode(directory));

        node.Runtime.Exit(node.Runtime.Find("web", "main")!.Id, 1);
        await node.UntilAsync(() => node.Status("web") is { RestartCount: 1, Ready: true }, "the restart");
        Assert.True(File.Exists(Path.Combine(directory, "kept")));

        await node.DeleteAsync("web");
        await node.UntilAsync(() => node.Pod("web") is null, "the pod to be gone");
        Assert.False(Directory.Exists(directory));
    }

    [SkippableFact]
    [Trait("Needs", "Root")]
    public async Task EmptyDir_InMemory_IsTmpfsAndUnmountedWithThePod()
    {
        Skip.IfNot(System.Environment.IsPrivilegedProcess, "mounting needs root");
        await using var node = await TestNode.StartAsync(o => o.UseTmpfs = true);
        await node.RunToReadyAsync(Pod(new V1Volume { Name = "v", EmptyDir = new V1EmptyDirVolumeSource { Medium = "Memory", SizeLimit = Quantities.Parse("1Mi") } }));
        var directory = Mount(node).HostPath;
        Assert.Contains(File.ReadLines("/proc/self/mountinfo"), l => l.Contains(directory, StringComparison.Ordinal) && l.Contains("tmpfs", StringComparison.Ordinal));

        await node.DeleteAsync("web");
        await node.UntilAsync(() => node.Pod("web") is null, "the pod to be gone");
        Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), l => l.Contains(directory, StringComparison.Ordinal));
    }

    [SkippableFact]
    [Trait("Needs", "Root")]
    public async Task FsGroup_OwnsTheFiles()
    {
        Skip.IfNot(System.Environment.IsPrivilegedProcess, "changing owners needs root");
        await using var node = await TestNode.StartAsync();
        node.Cluster.Put(Secret("s", ("k", "v")));
        var pod = Pod(new V1Volume { Name = "v", Secret = new V1SecretVolumeSource { SecretName = "s", DefaultMode = 0x100 } });
        pod.Spec.SecurityContext.FsGroup = 2345;
        await node.RunToReadyAsync(pod);

        var file = Path.Combine(Mount(node).HostPath, "..data", "k");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, File.GetUnixFileMode(file));
        Assert.Contains(2345, node.Runtime.ConfigOf(node.Runtime.Find("web", "main")!.Id).Security.SupplementalGroups);
    }

    [Theory]
    [InlineData("Directory", "hostPath type check failed: {0} is not a directory")]
    [InlineData("File", "hostPath type check failed: {0} is not a file")]
    [InlineData("Socket", "hostPath type check failed: {0} is not a socket file")]
    public async Task HostPath_OfWrongType_IsRefused(string type, string message)
    {
        await using var node = await TestNode.StartAsync();
        var path = Path.Combine(node.Root, "nowhere");
        node.Run(Pod(new V1Volume { Name = "v", HostPath = new V1HostPathVolumeSource { Path = path, Type = type } }));

        await node.UntilAsync(() => node.Events("web").Any(), "the event");

        await node.SeesEventAsync("web", "Warning FailedMount MountVolume.SetUp failed for volume \"v\" : " + string.Format(System.Globalization.CultureInfo.InvariantCulture, message, path));
    }

    [Fact]
    public async Task HostPath_CharDeviceAndCreation_Work()
    {
        await using var node = await TestNode.StartAsync();
        var path = Path.Combine(node.Root, "made/here");
        var pod = Pod(new V1Volume { Name = "v", HostPath = new V1HostPathVolumeSource { Path = path, Type = "DirectoryOrCreate" } });
        pod.Spec.Volumes.Add(new V1Volume { Name = "null", HostPath = new V1HostPathVolumeSource { Path = "/dev/null", Type = "CharDevice" } });

        await node.RunToReadyAsync(pod);

        Assert.True(Directory.Exists(path));
        await node.DeleteAsync("web");
        await node.UntilAsync(() => node.Pod("web") is null, "the pod to be gone");
        Assert.True(Directory.Exists(path));
    }

    [Fact]
    public async Task SubPath_IsMadeInsideAndNeverLeadsOut()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Pod(new V1Volume { Name = "v", EmptyDir = new V1EmptyDirVolumeSource() });
        pod.Spec.Containers[0].Env = [new V1EnvVar { Name = "ME", Value = "web" }];
        pod.Spec.Containers[0].VolumeMounts[0].SubPathExpr = "logs/$(ME)";
        await node.RunToReadyAsync(pod);
        Assert.EndsWith("/v/logs/web", Mount(node).HostPath, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Mount(node).HostPath));

        var volume = Path.GetFullPath(Path.Combine(Mount(node).HostPath, "../.."));
        Directory.Delete(Path.Combine(volume, "logs"), recursive: true);
        File.CreateSymbolicLink(Path.Combine(volume, "logs"), "/");
        node.Runtime.Exit(node.Runtime.Find("web", "main")!.Id, 1);
        await node.UntilAsync(() => node.Status("web")?.State.Waiting?.Reason == "CreateContainerConfigError", "the refusal");
        Assert.Contains("leads out of the volume", node.Status("web")!.State.Waiting.Message, StringComparison.Ordinal);
    }

    private static ContainerMount Mount(TestNode node)
        => node.Runtime.ConfigOf(node.Runtime.Find("web", "main")!.Id).Mounts.Single(m => m.ContainerPath == "/v");

    private static V1Pod Pod(V1Volume volume)
    {
        var pod = Build.Pod("web");
        pod.Spec.Volumes = [volume];
        pod.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = volume.Name, MountPath = "/v" }];
        return pod;
    }

    private static V1Secret Secret(string name, params (string Key, string Value)[] data) => new()
    {
        ApiVersion = "v1",
        Kind = "Secret",
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
        Data = data.ToDictionary(d => d.Key, d => Encoding.UTF8.GetBytes(d.Value)),
    };
}
